import { z } from 'zod';
import { platformSchema } from '../platforms.ts';
import { MEDIA_TYPES, PROTECTION_CLASSES } from '../publishing-vocabulary.ts';
import { defineRoute } from '../route.ts';

const healthy = z.object({ ok: z.boolean() });

export const healthRoute = defineRoute({
  id: 'healthCheck',
  method: 'GET',
  path: '/v1/health',
  service: 'gateway',
  access: 'public',
  summary: 'Whether Plaza answers',
  tag: 'Health',
  success: { status: 200, schema: healthy },
  errors: [],
});

export const healthAuthRoute = defineRoute({
  id: 'healthCheckAuth',
  method: 'GET',
  path: '/v1/health/auth',
  service: 'gateway',
  access: 'any_key',
  summary: 'Whether the key is valid',
  tag: 'Health',
  success: { status: 200, schema: healthy },
  errors: [],
});

const mediaLimitSchema = z.object({
  mimeTypes: z.array(z.string()),
  maxBytes: z.int(),
  maxCount: z.int(),
  minWidth: z.number().optional(),
  maxWidth: z.number().optional(),
  minHeight: z.number().optional(),
  maxHeight: z.number().optional(),
  minAspect: z.number().optional(),
  maxAspect: z.number().optional(),
  minDurationMs: z.number().optional(),
  maxDurationMs: z.number().optional(),
});

/** A platform, its limits and what to enter in its developer console. */
export const platformInfoSchema = z
  .object({
    name: platformSchema,
    displayName: z.string(),
    status: z.enum(['prod', 'beta', 'dev']),
    auth: z.enum(['oauth', 'credentials']),
    callbackUrl: z.string().nullable().meta({ description: 'The redirect URL to register at the platform, exactly.' }),
    scopes: z.array(z.string()).meta({ description: 'The scopes to tick at the platform.' }),
    canVerifyApp: z.boolean(),
    managedApp: z.boolean().meta({ description: 'Whether the operator has an app for it, so that appId may be left out.' }),
    credentialFields: z.record(z.string(), z.string()).meta({ description: 'Names of the fields to supply, each with where to find it.' }),
    duplicateProtection: z.enum(PROTECTION_CLASSES),
    limits: z.object({
      text: z.array(z.object({ unit: z.string(), max: z.int() })),
      textRequired: z.enum(['always', 'without_media', 'never']),
      mediaRequired: z.boolean(),
      maxMedia: z.int(),
      exclusive: z.array(z.enum(MEDIA_TYPES)),
      media: z.partialRecord(z.enum(MEDIA_TYPES), mediaLimitSchema),
    }),
  })
  .meta({ id: 'PlatformInfo' });
export type PlatformInfo = z.infer<typeof platformInfoSchema>;

export const listPlatformsRoute = defineRoute({
  id: 'listPlatforms',
  method: 'GET',
  path: '/v1/platforms',
  service: 'registry',
  access: 'any_key',
  summary: 'Platforms, their limits, and the callback URL and scopes to register for an own app',
  tag: 'Platforms',
  success: { status: 200, schema: z.object({ platforms: z.array(platformInfoSchema) }) },
  errors: [],
});
