import base from './jest.config.mjs';

/** The suite against real servers: `npm run test:real`. @type {import('jest').Config} */
export default { ...base, testMatch: ['<rootDir>/tools/**/*.real.ts'], testTimeout: 60_000 };
