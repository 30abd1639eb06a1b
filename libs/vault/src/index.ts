export * from './access-record.ts';
export { VaultError } from './format.ts';
export * from './key-store.ts';
export * from './keyring.ts';
export * from './secret.ts';
export * from './start-check.ts';
export * from './vault.ts';
