import { swcOptions } from './tools/jest/swc.mjs';

/** One configuration for every package: TypeScript sources straight from `src`, as ES modules. @type {import('jest').Config} */
export default {
  rootDir: '.',
  testMatch: ['<rootDir>/{apps,libs,tools}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@plaza/source', 'node', 'node-addons'] },
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  testTimeout: 30_000,
  // Many tests wait for processes that they started; Jest alone would leave one processor of two at rest.
  maxWorkers: '100%',
};
