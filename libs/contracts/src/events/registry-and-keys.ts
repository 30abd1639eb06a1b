import { z } from 'zod';
import { platformSchema } from '../platforms.ts';
import { defineEvent } from './define.ts';

const app = { version: 1, producer: 'registry', key: 'app' } as const;

export const appCreated = defineEvent({
  ...app,
  type: 'app.created',
  summary: 'An OAuth app was registered.',
  consumers: [],
  data: z.object({ appId: z.string(), platform: platformSchema, name: z.string() }),
  example: { appId: '0198c0de-0000-7000-8000-000000000002', platform: 'twitter', name: 'Acme' },
});

export const appSecretRotated = defineEvent({
  ...app,
  type: 'app.secret_rotated',
  summary: 'The client secret of an app was replaced; its connections keep working.',
  consumers: [],
  data: z.object({ appId: z.string(), platform: platformSchema }),
  example: { appId: '0198c0de-0000-7000-8000-000000000002', platform: 'twitter' },
});

export const appDeleted = defineEvent({
  ...app,
  type: 'app.deleted',
  summary: 'An OAuth app was deleted.',
  consumers: ['connect'],
  data: z.object({ appId: z.string(), platform: platformSchema }),
  example: { appId: '0198c0de-0000-7000-8000-000000000002', platform: 'twitter' },
});

export const keyRevoked = defineEvent({
  version: 1,
  producer: 'gateway',
  key: 'key',
  type: 'key.revoked',
  summary: 'An API key was revoked.',
  consumers: ['gateway'],
  data: z.object({ keyId: z.string() }),
  example: { keyId: '0198c0de-0000-7000-8000-000000000004' },
});
