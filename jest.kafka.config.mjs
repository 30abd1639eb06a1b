import base from './jest.config.mjs';

/** The suite on real Kafka and Postgres in containers: `npm run test:kafka`. @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/{apps,libs,tools}/**/*.kafka.ts'],
  globalSetup: '<rootDir>/tools/jest/kafka-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/kafka-teardown.mjs',
  testTimeout: 90_000,
  // The containers take the other processor.
  maxWorkers: 1,
};
