import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600003 } from './migrations/0001-initial.ts';
import { Selection1765065600003 } from './migrations/0002-selection.ts';
import { Validation1765152000003 } from './migrations/0003-validation.ts';
import { Reading1765238400004 } from './migrations/0004-reading.ts';

export const connectSchema: ServiceSchema = {
  service: 'connect',
  migrations: [Initial1763769600003, Selection1765065600003, Validation1765152000003, Reading1765238400004],
  untenanted: { vault_keks: 'check values of the key-encryption keys; no tenant data' },
};
