export { registrySchema } from './adapters/postgres/schema.ts';
export { createRegistry } from './registry.module.ts';
