import { z } from 'zod';
import { accountFactsSchema, AUTH_METHODS, modeSchema, platformSchema } from '../platforms.ts';
import { authFailureReasonSchema } from '../publishing-vocabulary.ts';
import { defineEvent } from './define.ts';

const id = z.string();
const instant = z.iso.datetime();
const integration = { version: 1, producer: 'connect', key: 'integration' } as const;

export const integrationConnected = defineEvent({
  ...integration,
  type: 'integration.connected',
  summary: 'An account was connected, or connected again.',
  consumers: ['registry', 'publishing', 'accounts'],
  data: z.object({
    integrationId: id,
    platform: platformSchema,
    mode: modeSchema,
    method: z.enum(AUTH_METHODS).optional().meta({ description: 'How it was connected; absent in events from before there was a choice.' }),
    profileId: id.nullable(),
    appId: id.nullable(),
    platformUserId: z.string(),
    username: z.string().nullable(),
    facts: accountFactsSchema.optional().meta({ description: 'Absent in events from before it was told.' }),
    connectedAt: instant,
    expiresAt: instant.nullable(),
    previousAppId: id.nullable().meta({ description: 'On a reconnection through another app: the app before.' }),
    reconnected: z.boolean(),
  }),
  example: {
    integrationId: '0198c0de-0000-7000-8000-000000000001',
    platform: 'twitter',
    mode: 'live',
    method: 'oauth',
    profileId: null,
    appId: '0198c0de-0000-7000-8000-000000000002',
    platformUserId: '2244994945',
    username: '@plaza',
    facts: { login: null, scopes: ['tweet.read', 'tweet.write', 'users.read', 'offline.access'], metadata: { verified: true } },
    connectedAt: '2026-11-22T10:00:00.000Z',
    expiresAt: '2026-11-22T12:00:00.000Z',
    previousAppId: null,
    reconnected: false,
  },
});

export const integrationRefreshed = defineEvent({
  ...integration,
  type: 'integration.refreshed',
  summary: 'The tokens of an account were renewed.',
  consumers: ['publishing', 'accounts'],
  data: z.object({ integrationId: id, expiresAt: instant.nullable() }),
  example: { integrationId: '0198c0de-0000-7000-8000-000000000001', expiresAt: '2026-11-22T14:00:00.000Z' },
});

export const integrationChanged = defineEvent({
  ...integration,
  type: 'integration.changed',
  summary: 'The platform describes an account otherwise than before: its name, or what it may post.',
  consumers: ['publishing', 'accounts'],
  data: z.object({ integrationId: id, username: z.string().nullable(), facts: accountFactsSchema }),
  example: {
    integrationId: '0198c0de-0000-7000-8000-000000000001',
    username: '@plaza@social.example',
    facts: { login: null, scopes: [], metadata: { accountId: '23634', maxCharacters: 5000 } },
  },
});

export const integrationReconnectRequired = defineEvent({
  ...integration,
  type: 'integration.reconnect_required',
  summary: 'An account can no longer authenticate; its user has to connect it again.',
  consumers: ['publishing', 'accounts'],
  data: z.object({
    integrationId: id,
    reason: authFailureReasonSchema,
    message: z.string(),
    reconnectUrl: z.string().nullable().meta({ description: 'A link that a browser can open to connect the account again; null where credentials are supplied.' }),
  }),
  example: {
    integrationId: '0198c0de-0000-7000-8000-000000000001',
    reason: 'refresh_rejected',
    message: 'Value passed for the token was invalid.',
    reconnectUrl: 'https://plaza.example.com/v1/connect/reconnect/0198c0de-0000-7000-8000-000000000001.c2lnbmF0dXJl',
  },
});

export const integrationDisconnected = defineEvent({
  ...integration,
  type: 'integration.disconnected',
  summary: 'An account was disconnected.',
  consumers: ['registry', 'publishing', 'accounts'],
  data: z.object({ integrationId: id, platform: platformSchema, appId: id.nullable(), revokedAtPlatform: z.boolean() }),
  example: {
    integrationId: '0198c0de-0000-7000-8000-000000000001',
    platform: 'twitter',
    appId: '0198c0de-0000-7000-8000-000000000002',
    revokedAtPlatform: true,
  },
});

export const integrationMoved = defineEvent({
  ...integration,
  type: 'integration.moved',
  summary: 'An account was moved to another profile.',
  consumers: ['publishing', 'accounts'],
  data: z.object({ integrationId: id, profileId: id.nullable(), previousProfileId: id.nullable() }),
  example: {
    integrationId: '0198c0de-0000-7000-8000-000000000001',
    profileId: '0198c0de-0000-7000-8000-000000000003',
    previousProfileId: null,
  },
});
