import type { ServiceSchema } from '@plaza/chassis';
import { Initial1763769600004 } from './migrations/0001-initial.ts';
import { Observe1764979200004 } from './migrations/0002-observe.ts';
import { Parts1765065600004 } from './migrations/0003-parts.ts';
import { Attachments1765065600005 } from './migrations/0004-attachments.ts';
import { Uploads1765065600006 } from './migrations/0005-uploads.ts';
import { Metrics1765065600007 } from './migrations/0006-metrics.ts';
import { Budgets1765065600008 } from './migrations/0007-budgets.ts';
import { AccountFacts1765065600009 } from './migrations/0008-account-facts.ts';
import { SameAccounts1765152000010 } from './migrations/0009-same-accounts.ts';

export const publishingSchema: ServiceSchema = {
  service: 'publishing',
  migrations: [
    ...[Initial1763769600004, Observe1764979200004, Parts1765065600004, Attachments1765065600005],
    ...[Uploads1765065600006, Metrics1765065600007, Budgets1765065600008, AccountFacts1765065600009],
    SameAccounts1765152000010,
  ],
  untenanted: {},
};
