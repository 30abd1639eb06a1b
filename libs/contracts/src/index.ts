export * from './platforms.ts';
export * from './publishing-vocabulary.ts';
export * from './result.ts';
export * from './scopes.ts';
