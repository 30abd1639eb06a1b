import { z } from 'zod';
import { accountFactsSchema, AUTH_METHODS, modeSchema, platformSchema } from '../platforms.ts';
import { authFailureReasonSchema } from '../publishing-vocabulary.ts';
import { defineRoute, type RouteContract } from '../route.ts';

/** `appId` of the operator's own app in calls between services. */
export const MANAGED_APP = 'managed';

const internal = { access: 'internal', tag: 'Internal' } as const;
const appParams = z.strictObject({ appId: z.string() });
const appBody = z.strictObject({
  platform: platformSchema,
  mode: modeSchema,
  instance: z.string().nullable().default(null).meta({ description: 'Where every server of the platform is an authorization server of its own: its base URL.' }),
});
const purpose = z.string().min(1).max(300).meta({ description: 'Why the secret is needed, for the access record.' });

/** The app to connect through: the named one, or the operator's managed one (`appId` is {@link MANAGED_APP}). No secret in it. */
export const resolveAppRoute = defineRoute({
  ...internal,
  id: 'resolveApp',
  method: 'POST',
  path: '/internal/apps/{appId}/resolve',
  service: 'registry',
  summary: 'Client id of an app',
  params: appParams,
  body: appBody,
  success: {
    status: 200,
    schema: z.object({
      app: z.object({ id: z.string(), name: z.string(), imageUrl: z.string().nullable() }).nullable(),
      clientId: z.string(),
    }),
  },
  errors: ['app.not_found', 'app.platform_mismatch', 'app.managed_missing'],
});

/** Keeps the app that was registered at a server of a platform; of two at once the first stays, and is the answer. */
export const keepInstanceAppRoute = defineRoute({
  ...internal,
  id: 'keepInstanceApp',
  method: 'POST',
  path: '/internal/instance-apps',
  service: 'registry',
  summary: 'Keep the app of a server of a platform',
  body: z.strictObject({ platform: platformSchema, mode: modeSchema, instance: z.string(), clientId: z.string(), clientSecret: z.string() }),
  success: { status: 200, schema: z.object({ clientId: z.string() }) },
  errors: [],
  ignoresIdempotencyKey: true,
});

/** Forgets the app of a server, which does not know it any more: the next connection registers another. */
export const forgetInstanceAppRoute = defineRoute({
  ...internal,
  id: 'forgetInstanceApp',
  method: 'POST',
  path: '/internal/instance-apps/forget',
  service: 'registry',
  summary: 'Forget the app of a server of a platform',
  body: z.strictObject({ platform: platformSchema, mode: modeSchema, instance: z.string(), clientId: z.string() }),
  success: { status: 200, schema: z.object({ success: z.literal(true) }) },
  errors: [],
  ignoresIdempotencyKey: true,
});

/** The client secret of an app, for one purpose that is recorded. */
export const appCredentialsRoute = defineRoute({
  ...internal,
  id: 'appCredentials',
  method: 'POST',
  path: '/internal/apps/{appId}/credentials',
  service: 'registry',
  summary: 'Client id and secret of an app, for one recorded purpose',
  params: appParams,
  body: appBody.extend({ purpose }),
  success: { status: 200, schema: z.object({ clientId: z.string(), clientSecret: z.string() }) },
  errors: ['app.not_found', 'app.managed_missing'],
});

export const publishingAccountSchema = z.object({
  accountId: z.string(),
  platform: platformSchema,
  mode: modeSchema,
  profileId: z.string().nullable(),
  appId: z.string().nullable(),
  platformUserId: z.string(),
  username: z.string().nullable(),
  facts: accountFactsSchema,
  state: z.enum(['active', 'reconnect_required', 'disconnected']),
  sequence: z.int(),
});

/** An account as publishing needs it, for when its event has not arrived yet. */
export const publishingAccountRoute = defineRoute({
  ...internal,
  id: 'publishingAccount',
  method: 'GET',
  path: '/internal/integrations/{accountId}',
  service: 'connect',
  summary: 'An account, straight from its owner',
  params: z.strictObject({ accountId: z.string() }),
  success: { status: 200, schema: publishingAccountSchema },
  errors: ['integration.not_found'],
});

/** A token in force, with what a call needs to know of its account. */
export const heldCredentialSchema = z.object({
  revision: z.int(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  extra: z.record(z.string(), z.string()),
  platformUserId: z.string(),
  username: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
});

/** Most tokens that one call may want. */
export const MAX_WANTED_CREDENTIALS = 100;

/** Several tokens of a project that are in force; null for one that has to be asked for alone, because it needs a renewal or is not there. */
export const accountCredentialsRoute = defineRoute({
  ...internal,
  id: 'accountCredentials',
  method: 'POST',
  path: '/internal/credentials',
  service: 'connect',
  summary: 'Tokens of accounts, each for its recorded purpose',
  body: z.strictObject({ wanted: z.array(z.strictObject({ accountId: z.string(), purpose })).min(1).max(MAX_WANTED_CREDENTIALS) }),
  success: { status: 200, schema: z.object({ given: z.array(heldCredentialSchema.nullable()) }) },
  errors: [],
  ignoresIdempotencyKey: true,
});

/** The token in force, refreshed first when it is about to expire. */
export const accountCredentialRoute = defineRoute({
  ...internal,
  id: 'accountCredential',
  method: 'POST',
  path: '/internal/integrations/{accountId}/credential',
  service: 'connect',
  summary: 'The token of an account, for one recorded purpose',
  params: z.strictObject({ accountId: z.string() }),
  body: z.strictObject({
    purpose,
    rejectedRevision: z.int().optional().meta({ description: 'The revision that the platform just called expired: refresh unless a newer one is there.' }),
  }),
  success: {
    status: 200,
    schema: z.discriminatedUnion('kind', [
      heldCredentialSchema.extend({ kind: z.literal('credential') }),
      z.object({ kind: z.literal('reconnect_required'), reason: authFailureReasonSchema, message: z.string() }),
      z.object({ kind: z.literal('try_later'), message: z.string(), retryAfterSeconds: z.number() }),
    ]),
  },
  errors: ['integration.not_found'],
  ignoresIdempotencyKey: true,
});

/** What a worker learned at the platform: this account must be connected again. */
export const reportReconnectRoute = defineRoute({
  ...internal,
  id: 'reportReconnect',
  method: 'POST',
  path: '/internal/integrations/{accountId}/reconnect-required',
  service: 'connect',
  summary: 'Mark an account as needing a reconnection',
  params: z.strictObject({ accountId: z.string() }),
  body: z.strictObject({ revision: z.int(), reason: authFailureReasonSchema, message: z.string() }),
  success: { status: 200, schema: z.object({ success: z.literal(true) }) },
  errors: ['integration.not_found'],
  ignoresIdempotencyKey: true,
});

/** State of one service, page by page, from which a read model is built anew. */
export const exportIntegrationsRoute = defineRoute({
  ...internal,
  id: 'exportIntegrations',
  method: 'GET',
  path: '/internal/export/integrations',
  service: 'connect',
  summary: 'Every integration of every project, in pages by id',
  query: z.strictObject({ after: z.string().optional() }),
  success: {
    status: 200,
    schema: z.object({
      integrations: z.array(
        publishingAccountSchema.omit({ facts: true }).extend({ projectId: z.string(), method: z.enum(AUTH_METHODS), connectedAt: z.string(), expiresAt: z.string().nullable() }),
      ),
      next: z.string().nullable(),
    }),
  },
  errors: [],
});

/** When each account last published, from which a read model is built anew. */
export const exportLastUsedRoute = defineRoute({
  ...internal,
  id: 'exportLastUsed',
  method: 'GET',
  path: '/internal/export/last-used',
  service: 'publishing',
  summary: 'The time of each account\'s last publication, in pages by account id',
  query: z.strictObject({ after: z.string().optional() }),
  success: {
    status: 200,
    schema: z.object({ accounts: z.array(z.object({ projectId: z.string(), accountId: z.string(), lastUsedAt: z.string() })), next: z.string().nullable() }),
  },
  errors: [],
});

/** Every route between services. */
export const internalRoutes: readonly RouteContract[] = [
  resolveAppRoute,
  appCredentialsRoute,
  keepInstanceAppRoute,
  forgetInstanceAppRoute,
  publishingAccountRoute,
  accountCredentialRoute,
  accountCredentialsRoute,
  reportReconnectRoute,
  exportIntegrationsRoute,
  exportLastUsedRoute,
];
