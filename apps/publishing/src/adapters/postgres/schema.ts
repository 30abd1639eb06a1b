import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600004 } from './migrations/0001-initial.ts';

export const publishingSchema: ServiceSchema = { service: 'publishing', migrations: [Initial1763769600004], untenanted: {} };
