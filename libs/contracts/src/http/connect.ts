import { z } from 'zod';
import { capabilitySchema, platformInputSchema, platformSchema } from '../platforms.ts';
import { authFailureReasonSchema } from '../publishing-vocabulary.ts';
import { defineRoute } from '../route.ts';
import { flagSchema, idParams, idSchema, instantSchema, offsetQuery, successMessageSchema } from './common.ts';

/** A connected account. Never a token in it. */
export const integrationSchema = z
  .object({
    id: z.string().meta({ description: 'Use this as accountId in posts.' }),
    platform: platformSchema,
    platformUserId: z.string().nullable(),
    username: z.string().nullable(),
    displayName: z.string().nullable(),
    profileUrl: z.string().nullable(),
    imageUrl: z.string().nullable(),
    platformMetadata: z.record(z.string(), z.unknown()),
    profileId: z.string().nullable(),
    appId: z.string().nullable(),
    app: z.object({ id: z.string(), name: z.string(), imageUrl: z.string().nullable() }).nullable(),
    byok: z.boolean().meta({ description: 'Connected through an own OAuth app, i.e. appId is set.' }),
    mode: z.enum(['live', 'test']),
    authStatus: z.enum(['active', 'reconnect_required']),
    authFailureReason: authFailureReasonSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Integration' });
export type Integration = z.infer<typeof integrationSchema>;

export const integrationDetailSchema = integrationSchema
  .extend({
    scopes: z.array(z.string()),
    accessTokenExpiresAt: instantSchema.nullable(),
    refreshTokenExpiresAt: instantSchema.nullable(),
    tokenStatus: z.object({
      valid: z.boolean(),
      autoRefreshes: z.boolean(),
      reconnectRequired: z.boolean(),
      reason: authFailureReasonSchema.nullable(),
    }),
    reconnectUrl: z.string().nullable().meta({ description: 'While reconnect_required: a link that a browser can open to connect the same account again.' }),
    updatedAt: instantSchema,
  })
  .meta({ id: 'IntegrationDetail' });
export type IntegrationDetail = z.infer<typeof integrationDetailSchema>;

const connect = { service: 'connect', tag: 'Connect' } as const;
const platformParams = z.strictObject({ platform: platformInputSchema });

/** Only its length is capped here: what a redirect target may be is the connect service's rule, with its own error. */
const redirectSchema = z.string().min(1).max(2_048);
const connectQuery = z.strictObject({
  redirectUri: redirectSchema.optional(),
  cancelRedirectUri: redirectSchema.optional(),
  headless: flagSchema.optional(),
  profileId: idSchema.optional(),
  appId: idSchema.optional(),
  capabilities: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(capabilitySchema).min(1))
    .optional()
    .meta({ description: 'What the connection shall allow, separated by commas, e.g. `publish,analytics`; publishing is always among it. Default: all that the platform has. GET /v1/platforms names the scopes of each.' }),
  instance: z.string().min(1).max(300).optional().meta({ description: 'For platforms of many servers (Mastodon): the server of the account, e.g. `mastodon.social`.' }),
  login: z.string().min(1).max(50).optional().meta({ description: 'For platforms with several ways to log in (Instagram): which; GET /v1/platforms names them.' }),
});

export const startConnectRoute = defineRoute({
  ...connect,
  id: 'getOAuthUrl',
  method: 'GET',
  path: '/v1/connect/{platform}',
  access: { scope: 'connect.write' },
  summary: 'Start connecting an account: the URL to send the user to',
  description:
    'Without appId the operator\'s managed app is used. The browser comes back to redirectUri with status=success, platform and integrationId, or with status=error, platform and code. Where the consent reaches several accounts a page of Plaza lets the user choose; with headless=true the browser comes back with status=selection_required, platform and selectionToken instead, and you show the choice.',
  params: platformParams,
  query: connectQuery,
  success: { status: 200, schema: z.object({ url: z.string() }) },
  errors: ['platform.unavailable', 'connect.oauth_not_taken', 'connect.redirect_refused', 'connect.capability_unknown', 'connect.instance_invalid', 'connect.platform_failed', 'profile.not_found', 'app.not_found', 'app.platform_mismatch', 'app.managed_missing'],
});

export const connectCallbackRoute = defineRoute({
  ...connect,
  id: 'connectCallback',
  method: 'GET',
  path: '/v1/connect/{platform}/callback',
  access: 'public',
  summary: "Where the platform sends the user's browser back to",
  params: platformParams,
  query: z.object({
    code: z.string().max(8_192).optional(),
    state: z.string().max(1_000).optional(),
    error: z.string().max(1_000).optional(),
    error_description: z.string().max(4_000).optional(),
    iss: z.string().max(2_048).optional(),
    access_token: z.string().optional(),
    id_token: z.string().optional(),
  }),
  success: { status: 303, schema: null },
  errors: ['connect.session_invalid', 'connect.token_in_url'],
});

/** An account that may be chosen. */
export const selectableAccountSchema = z
  .object({
    id: z.string(),
    type: z.enum(['account', 'person', 'organization', 'page', 'channel']),
    platformUserId: z.string(),
    displayName: z.string().nullable(),
    username: z.string().nullable(),
    imageUrl: z.string().nullable(),
  })
  .meta({ id: 'SelectableAccount' });
export type SelectableAccount = z.infer<typeof selectableAccountSchema>;

const selectionParams = z.strictObject({ platform: platformInputSchema, token: z.string().min(1).max(200) });
const selection = { ...connect, access: 'public', params: selectionParams } as const;

export const getSelectionRoute = defineRoute({
  ...selection,
  id: 'getSelection',
  method: 'GET',
  path: '/v1/connect/{platform}/selection/{token}',
  summary: 'The accounts that a consent reaches, to choose from',
  description: 'The token came with status=selection_required. It is good for ten minutes and for one choice.',
  success: { status: 200, schema: z.object({ success: z.literal(true), platform: platformSchema, expiresInSeconds: z.number(), accounts: z.array(selectableAccountSchema) }) },
  errors: ['connect.selection_invalid'],
});

export const submitSelectionRoute = defineRoute({
  ...selection,
  id: 'submitSelection',
  method: 'POST',
  path: '/v1/connect/{platform}/selection/{token}',
  summary: 'Connect the chosen accounts; the token is used up by it',
  body: z.strictObject({ selectedAccountIds: z.array(z.string().min(1).max(500)).min(1).max(500) }),
  success: {
    status: 200,
    schema: z.object({
      success: z.literal(true),
      platform: platformSchema,
      message: z.string(),
      redirectUri: z.string().optional().meta({ description: 'Where the browser may be sent on to, with the outcome in its query.' }),
      integrations: z.array(integrationSchema),
    }),
  },
  errors: ['connect.selection_invalid', 'connect.selection_unknown'],
  ignoresIdempotencyKey: true,
});

export const selectionPageRoute = defineRoute({
  ...selection,
  id: 'selectionPage',
  method: 'GET',
  path: '/v1/connect/{platform}/selection/{token}/page',
  summary: "Plaza's own page to choose on",
  success: { status: 200, schema: null },
  errors: [],
});

export const reconnectRoute = defineRoute({
  ...connect,
  id: 'reconnect',
  method: 'GET',
  path: '/v1/connect/reconnect/{link}',
  access: 'public',
  summary: 'The ready link of an account that must be connected again: sends the browser to the platform',
  params: z.strictObject({ link: z.string().max(300) }),
  success: { status: 303, schema: null },
  errors: ['connect.link_invalid'],
});

const supplied = z.record(z.string().max(100), z.string().max(8_192));
const suppliedAnswer = z.object({ success: z.literal(true), integration: integrationSchema });

export const connectCredentialsRoute = defineRoute({
  ...connect,
  id: 'connectCredentials',
  method: 'POST',
  path: '/v1/connect/{platform}/credentials',
  access: { scope: 'connect.write' },
  summary: 'Connect an account with a credential that the user supplies',
  description: 'GET /v1/platforms names the fields of each platform.',
  params: platformParams,
  body: z.strictObject({ profileId: idSchema.optional(), credentials: supplied }),
  success: { status: 201, schema: suppliedAnswer },
  errors: ['platform.unavailable', 'connect.credentials_not_taken', 'connect.credentials_refused', 'connect.account_unsupported', 'connect.platform_failed', 'profile.not_found'],
});

export const connectBlueskyRoute = defineRoute({
  ...connect,
  id: 'connectBluesky',
  method: 'POST',
  path: '/v1/connect/bluesky/auth',
  access: { scope: 'connect.write' },
  summary: "Connect a Bluesky account with an app password (PostPeer's route)",
  query: connectQuery,
  body: z.strictObject({ identifier: z.string().min(1).max(300), password: z.string().min(1).max(300) }),
  success: { status: 201, schema: suppliedAnswer },
  errors: ['connect.credentials_refused', 'connect.account_unsupported', 'connect.platform_failed', 'profile.not_found'],
});

export const listIntegrationsRoute = defineRoute({
  ...connect,
  id: 'listIntegrations',
  method: 'GET',
  path: '/v1/connect/integrations',
  access: { scope: 'connect.read' },
  summary: 'List the connected accounts',
  query: z.strictObject({
    platform: platformInputSchema.optional(),
    profileId: idSchema.optional().meta({ description: '`null` for integrations without a profile.' }),
    q: z.string().min(1).max(200).optional(),
    ...offsetQuery,
  }),
  success: { status: 200, schema: z.object({ success: z.literal(true), total: z.int(), integrations: z.array(integrationSchema) }) },
  errors: [],
});

export const getIntegrationRoute = defineRoute({
  ...connect,
  id: 'getIntegration',
  method: 'GET',
  path: '/v1/connect/integrations/{id}',
  access: { scope: 'connect.read' },
  summary: 'Get one connected account, with the state of its tokens',
  params: idParams,
  success: { status: 200, schema: z.object({ success: z.literal(true), integration: integrationDetailSchema }) },
  errors: ['integration.not_found'],
});

export const moveIntegrationRoute = defineRoute({
  ...connect,
  id: 'moveIntegration',
  method: 'PATCH',
  path: '/v1/connect/integrations/{id}',
  access: { scope: 'connect.write' },
  summary: 'Move a connected account to another profile',
  params: idParams,
  body: z.strictObject({ profileId: idSchema.nullable() }),
  success: { status: 200, schema: z.object({ success: z.literal(true), integration: integrationSchema }) },
  errors: ['integration.not_found', 'profile.not_found', 'integration.account_in_profile'],
});

export const disconnectIntegrationRoute = defineRoute({
  ...connect,
  id: 'disconnectIntegration',
  method: 'DELETE',
  path: '/v1/connect/integrations/{id}',
  access: { scope: 'connect.write' },
  summary: 'Disconnect an account; its grant is revoked at the platform where it has a way to',
  params: idParams,
  success: { status: 200, schema: successMessageSchema },
  errors: ['integration.not_found'],
});
