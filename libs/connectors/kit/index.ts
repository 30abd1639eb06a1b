export * from './connector.ts';
export * from './content.ts';
export * from './http.ts';
export * from './limits.ts';
export * from './manifest.ts';
export * from './outcome.ts';
export * from './retry-after.ts';
