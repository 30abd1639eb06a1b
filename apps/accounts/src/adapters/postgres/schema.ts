import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600005 } from './migrations/0001-initial.ts';

export const accountsSchema: ServiceSchema = { service: 'accounts', migrations: [Initial1763769600005], untenanted: {} };
