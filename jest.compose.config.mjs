import base from './jest.config.mjs';

/** The README's walk against `docker compose up`: `npm run test:compose`. @type {import('jest').Config} */
export default { ...base, testMatch: ['<rootDir>/tools/**/*.compose.ts'], globalSetup: undefined, globalTeardown: undefined, testTimeout: 120_000 };
