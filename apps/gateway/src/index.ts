export { gatewaySchema } from './adapters/postgres/schema.ts';
export { API_VERSION } from './adapters/http/docs.ts';
export { createGateway, type Gateway } from './gateway.module.ts';
export { presentKey } from './adapters/http/keys.controller.ts';
