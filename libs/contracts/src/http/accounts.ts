import { z } from 'zod';
import { ACCOUNT_KINDS, platformSchema } from '../platforms.ts';
import { defineRoute } from '../route.ts';
import { instantSchema } from './common.ts';

export const accountRowSchema = z
  .object({
    provider: platformSchema,
    kind: z.enum(ACCOUNT_KINDS),
    connected_at: instantSchema,
    last_used_at: instantSchema.nullable(),
    expires_at: instantSchema.nullable(),
  })
  .meta({ id: 'AccountRow' });
export type AccountRow = z.infer<typeof accountRowSchema>;

export const listAccountsRoute = defineRoute({
  id: 'listAccounts',
  method: 'GET',
  path: '/v1/accounts',
  service: 'accounts',
  access: { scope: 'accounts.read' },
  summary: 'The connected accounts, as Post-EZ lists them',
  description: 'Documented by Post-EZ as GET /api/v1/accounts. Sorted by kind, then provider, then connected_at.',
  tag: 'Accounts',
  success: { status: 200, schema: z.object({ ok: z.literal(true), accounts: z.array(accountRowSchema) }) },
  errors: [],
  dialect: 'snake',
});
