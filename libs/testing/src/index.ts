export * from './messaging-conformance.ts';
export * from './mortal-transactions.ts';
export * from './signals.ts';
export * from './span-collector.ts';
export * from './test-database.ts';
