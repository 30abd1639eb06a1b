import { z } from 'zod';
import { capabilitySchema, FEATURES, platformSchema } from '../platforms.ts';
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
  maxPixels: z.number().optional(),
  minAspect: z.number().optional(),
  maxAspect: z.number().optional(),
  minDurationMs: z.number().optional(),
  maxDurationMs: z.number().optional(),
  videoCodecs: z.array(z.string()).optional(),
  audioCodecs: z.array(z.string()).optional(),
  minFrameRate: z.number().optional(),
  maxFrameRate: z.number().optional(),
});

const scopesSchema = z.partialRecord(capabilitySchema, z.array(z.string()));

/** Something of a platform: there, or absent for a reason. */
const featureSchema = z.object({ supported: z.boolean(), reason: z.string().optional(), note: z.string().optional().meta({ description: 'What it does not reach although it is there.' }) });

/** A platform, its limits and what to enter in its developer console. */
export const platformInfoSchema = z
  .object({
    name: platformSchema,
    displayName: z.string(),
    status: z.enum(['prod', 'beta', 'dev']),
    auth: z.enum(['oauth', 'credentials']),
    callbackUrl: z.string().nullable().meta({ description: 'The redirect URL to register at the platform, exactly.' }),
    scopes: z.array(z.string()).meta({ description: 'The scopes to tick at the platform.' }),
    capabilities: scopesSchema.meta({ description: 'The same by what each is for; `capabilities` of GET /v1/connect/{platform} chooses among them.' }),
    logins: z
      .record(z.string(), z.object({ displayName: z.string(), capabilities: scopesSchema }))
      .meta({ description: 'Further ways to log in, by the word that `login` of GET /v1/connect/{platform} takes.' }),
    takesInstance: z.boolean().meta({ description: 'Whether GET /v1/connect/{platform} wants to know the server of the account, as `instance`.' }),
    setup: z.array(z.string()).meta({ description: 'What to do in the developer console of the platform, step by step; Markdown.' }),
    canVerifyApp: z.boolean(),
    managedApp: z.boolean().meta({ description: 'Whether the operator has an app for it, so that appId may be left out.' }),
    credentialFields: z.record(z.string(), z.string()).meta({ description: 'Names of the fields to supply, each with where to find it.' }),
    duplicateProtection: z.enum(PROTECTION_CLASSES),
    features: z.record(z.enum(FEATURES), featureSchema).meta({ description: 'What can be posted, and what can be done with an account or a post; for the rest the reason why not.' }),
    budgets: z
      .array(
        z.object({
          unit: z.string(),
          of: z.enum(['account', 'app']),
          max: z.int(),
          window: z.discriminatedUnion('kind', [z.object({ kind: z.literal('rolling'), ms: z.int() }), z.object({ kind: z.literal('day'), timeZone: z.string() })]),
          costOfPost: z.int(),
        }),
      )
      .meta({ description: 'What the platform lets be used up over time. A post that would exceed it waits.' }),
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
