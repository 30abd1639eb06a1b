export { publishingSchema } from './adapters/postgres/schema.ts';
export { createPublishing } from './publishing.module.ts';
