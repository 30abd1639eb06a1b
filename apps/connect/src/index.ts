export { connectSchema } from './adapters/postgres/schema.ts';
export { createConnect } from './connect.module.ts';
