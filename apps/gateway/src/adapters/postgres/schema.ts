import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600002 } from './migrations/0001-initial.ts';

export const gatewaySchema: ServiceSchema = { service: 'gateway', migrations: [Initial1763769600002], untenanted: {} };
