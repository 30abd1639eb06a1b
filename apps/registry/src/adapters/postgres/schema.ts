import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600001 } from './migrations/0001-initial.ts';
import { InstanceApps1765065600001 } from './migrations/0002-instance-apps.ts';

export const registrySchema: ServiceSchema = {
  service: 'registry',
  migrations: [Initial1763769600001, InstanceApps1765065600001],
  untenanted: { vault_keks: 'check values of the key-encryption keys; no tenant data' },
};
