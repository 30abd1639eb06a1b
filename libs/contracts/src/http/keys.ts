import { z } from 'zod';
import { modeSchema } from '../platforms.ts';
import { defineRoute } from '../route.ts';
import { scopeSchema } from '../scopes.ts';
import { idParams, instantSchema, pageQuery, successMessageSchema } from './common.ts';

/** An API key as it is shown after its creation: everything but the key itself. */
export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mode: modeSchema,
    prefix: z.string().meta({ description: 'The beginning of the key, enough to recognise it.' }),
    scopes: z.array(scopeSchema),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    lastUsedAt: instantSchema.nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Key' });
export type Key = z.infer<typeof keySchema>;

export const createKeyBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  mode: modeSchema.optional().meta({ description: 'Default: the mode of the key that asks.' }),
  scopes: z.array(scopeSchema).min(1).optional().meta({ description: 'Default: all scopes of the key that asks.' }),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const createKeyRoute = defineRoute({
  id: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  service: 'gateway',
  access: { scope: 'keys.write' },
  summary: 'Create an API key',
  description: 'The key is in this answer and never again. A key can only give away scopes and the mode that it has itself.',
  tag: 'Keys',
  body: createKeyBody,
  success: { status: 201, schema: z.object({ success: z.literal(true), key: keySchema.extend({ key: z.string() }) }) },
  errors: ['key.scope_not_held'],
});

export const listKeysRoute = defineRoute({
  id: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  service: 'gateway',
  access: { scope: 'keys.read' },
  summary: 'List the API keys of the project',
  tag: 'Keys',
  query: z.strictObject(pageQuery),
  success: { status: 200, schema: z.object({ success: z.literal(true), total: z.int(), page: z.int(), limit: z.int(), keys: z.array(keySchema) }) },
  errors: [],
});

export const revokeKeyRoute = defineRoute({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/v1/keys/{id}',
  service: 'gateway',
  access: { scope: 'keys.write' },
  summary: 'Revoke an API key; it is refused everywhere within a second',
  tag: 'Keys',
  params: idParams,
  success: { status: 200, schema: successMessageSchema },
  errors: ['key.not_found'],
});
