import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600003 } from './migrations/0001-initial.ts';

export const connectSchema: ServiceSchema = {
  service: 'connect',
  migrations: [Initial1763769600003],
  untenanted: { vault_keks: 'check values of the key-encryption keys; no tenant data' },
};
