export { AddressRefusedError, createAddressGuard, type AddressGuard, type Resolver } from './address-guard.ts';
export { createGuardedFetch, type FetchedBytes, type FetchFailure, type FetchLimits, type GuardedFetch } from './guarded-fetch.ts';
export { createHttp, type HttpOptions } from './http-client.ts';
export type * from './port.ts';
export { isPublicAddress } from './public-address.ts';
export { ServiceNetwork, type ServiceAddresses } from './service-network.ts';
export { createPlatformHttp, type PlatformHttp } from './platform-http.ts';
