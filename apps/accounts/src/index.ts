export { accountsSchema } from './adapters/postgres/schema.ts';
export { createAccounts } from './accounts.module.ts';
