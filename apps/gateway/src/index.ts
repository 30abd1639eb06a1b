export { gatewaySchema } from './adapters/postgres/schema.ts';
export { API_VERSION } from './adapters/http/docs.ts';
export { routed, type Forward, type RawHandler } from './adapters/http/edge.ts';
export { localOnly, sandboxMount } from './adapters/http/local-only.ts';
export { keyCommands } from './cli/keys.ts';
export { projectCommands } from './cli/projects.ts';
export { createGateway, type Gateway } from './gateway.module.ts';
