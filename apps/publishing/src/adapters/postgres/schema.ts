import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600004 } from './migrations/0001-initial.ts';
import { Observe1764979200004 } from './migrations/0002-observe.ts';
import { Parts1765065600004 } from './migrations/0003-parts.ts';

export const publishingSchema: ServiceSchema = { service: 'publishing', migrations: [Initial1763769600004, Observe1764979200004, Parts1765065600004], untenanted: {} };
