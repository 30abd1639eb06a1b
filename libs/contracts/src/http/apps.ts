import { z } from 'zod';
import { platformInputSchema, platformSchema } from '../platforms.ts';
import { defineRoute } from '../route.ts';
import { idParams, instantSchema, pageQuery, successMessageSchema, urlSchema } from './common.ts';

/** A customer's own OAuth app. The client secret is never in it. */
export const appSchema = z
  .object({
    id: z.string().meta({ description: 'Pass this as appId when connecting.' }),
    platform: platformSchema,
    name: z.string(),
    imageUrl: z.string().nullable(),
    clientId: z.string(),
    integrationCount: z.int().min(0).meta({ description: 'Accounts that are connected through this app now.' }),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'App' });
export type App = z.infer<typeof appSchema>;

const nameSchema = z.string().trim().min(1).max(200);
const clientSecretSchema = z.string().min(1).max(4_096).meta({ description: 'Stored encrypted, never returned.' });
const appAnswer = z.object({ success: z.literal(true), app: appSchema });

export const createAppRoute = defineRoute({
  id: 'createApp',
  method: 'POST',
  path: '/v1/apps',
  service: 'registry',
  access: { scope: 'apps.write' },
  summary: 'Register your own OAuth app',
  tag: 'Apps',
  body: z.strictObject({
    platform: platformInputSchema,
    name: nameSchema,
    clientId: z.string().trim().min(1).max(512),
    clientSecret: clientSecretSchema,
    imageUrl: urlSchema.optional(),
  }),
  success: { status: 201, schema: appAnswer },
  errors: ['app.exists', 'app.platform_unsupported'],
});

export const listAppsRoute = defineRoute({
  id: 'listApps',
  method: 'GET',
  path: '/v1/apps',
  service: 'registry',
  access: { scope: 'apps.read' },
  summary: 'List your OAuth apps',
  tag: 'Apps',
  query: z.strictObject({ platform: platformInputSchema.optional(), name: z.string().min(1).max(200).optional(), ...pageQuery }),
  success: {
    status: 200,
    schema: z.object({ success: z.literal(true), total: z.int(), page: z.int(), limit: z.int(), apps: z.array(appSchema) }),
  },
  errors: [],
});

export const getAppRoute = defineRoute({
  id: 'getApp',
  method: 'GET',
  path: '/v1/apps/{id}',
  service: 'registry',
  access: { scope: 'apps.read' },
  summary: 'Get one OAuth app',
  tag: 'Apps',
  params: idParams,
  success: { status: 200, schema: appAnswer },
  errors: ['app.not_found'],
});

export const updateAppRoute = defineRoute({
  id: 'updateApp',
  method: 'PATCH',
  path: '/v1/apps/{id}',
  service: 'registry',
  access: { scope: 'apps.write' },
  summary: 'Change name or image of an app, or rotate its secret',
  description: 'Platform and client id cannot change: refresh tokens are tied to the client id that issued them.',
  tag: 'Apps',
  params: idParams,
  body: z.strictObject({
    name: nameSchema.optional(),
    imageUrl: urlSchema.nullable().optional(),
    clientSecret: clientSecretSchema.optional(),
    platform: z.unknown().optional().meta({ description: 'Refused with app.platform_fixed.' }),
    clientId: z.unknown().optional().meta({ description: 'Refused with app.client_id_fixed.' }),
  }),
  success: { status: 200, schema: appAnswer },
  errors: ['app.not_found', 'app.platform_fixed', 'app.client_id_fixed'],
});

export const deleteAppRoute = defineRoute({
  id: 'deleteApp',
  method: 'DELETE',
  path: '/v1/apps/{id}',
  service: 'registry',
  access: { scope: 'apps.write' },
  summary: 'Delete an app that no account is connected through',
  tag: 'Apps',
  params: idParams,
  success: { status: 200, schema: successMessageSchema },
  errors: ['app.not_found', 'app.in_use'],
});

export const verifyAppRoute = defineRoute({
  id: 'verifyApp',
  method: 'POST',
  path: '/v1/apps/{id}/verify',
  service: 'registry',
  access: { scope: 'apps.write' },
  summary: "Try an app's credentials at the platform, where it allows that",
  tag: 'Apps',
  params: idParams,
  success: {
    status: 200,
    schema: z.object({ success: z.literal(true), verdict: z.enum(['valid', 'invalid', 'inconclusive']), message: z.string() }),
  },
  errors: ['app.not_found', 'app.verify_unsupported'],
  ignoresIdempotencyKey: true,
});
