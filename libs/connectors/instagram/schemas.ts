import { z } from 'zod';
import { bodyText, type HttpResponse } from '../kit/index.ts';

/** Ids of Instagram stand as bare numbers above 2^53 in some answers; `JSON.parse` would round them to another account's. */
const BARE_ID = /("(?:user_id|id)"\s*:\s*)(\d+)/g;

/**
 * The body as JSON with every id as text, or undefined when it is not JSON. An `"id":` inside a text has its quotes escaped, so it
 * never matches.
 */
export function graphJson(response: HttpResponse): unknown {
  try {
    return JSON.parse(bodyText(response).replace(BARE_ID, '$1"$2"'));
  } catch {
    return undefined;
  }
}

const idSchema = z.string().regex(/^\d+$/);

/** Permissions come as a list or as text with commas. */
const permissionsSchema = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((scope) => scope.trim()))])
  .transform((scopes) => scopes.filter((scope) => scope !== ''));

const shortTokenEntrySchema = z.object({ access_token: z.string().min(1), user_id: idSchema, permissions: permissionsSchema.optional() });

/** Answer to the code: documented as an entry in `data`, sent flat as well. */
export const shortTokenSchema = z.union([
  z.object({ data: z.tuple([shortTokenEntrySchema], z.unknown()) }).transform(({ data }) => data[0]),
  shortTokenEntrySchema,
]);

/** Answer of `access_token` and `refresh_access_token`. `expires_in` in seconds. */
export const longTokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  permissions: permissionsSchema.optional(),
});

const profileEntrySchema = z.object({
  user_id: idSchema,
  username: z.string(),
  name: z.string().optional(),
  account_type: z.string().optional(),
  profile_picture_url: z.string().optional(),
  followers_count: z.number().optional(),
});

/** Answer of `me`: flat on the wire, an entry in `data` in the documentation. */
export const profileSchema = z.union([
  z.object({ data: z.tuple([profileEntrySchema], z.unknown()) }).transform(({ data }) => data[0]),
  profileEntrySchema,
]);

/** Every refusal of the Graph API. */
export const graphErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    code: z.int(),
    error_subcode: z.int().optional(),
    is_transient: z.boolean().optional(),
    error_user_msg: z.string().optional(),
  }),
});

/** Refusals of `api.instagram.com`. */
export const loginErrorSchema = z.object({ error_type: z.string(), code: z.int(), error_message: z.string() });

export const createdSchema = z.object({ id: idSchema });
export const statusSchema = z.object({
  status_code: z.enum(['IN_PROGRESS', 'FINISHED', 'ERROR', 'EXPIRED', 'PUBLISHED']),
  status: z.string().optional(),
});
export const permalinkSchema = z.object({ permalink: z.url() });
export const mediaListSchema = z.object({
  data: z.array(z.object({ id: idSchema, caption: z.string().optional(), permalink: z.string().optional(), timestamp: z.string() })),
});

/** `platformSpecificData` of an Instagram post. */
export const optionsSchema = z.strictObject({
  contentType: z
    .literal('story')
    .optional()
    .meta({ description: '"story" publishes a story; absent, images go to the feed and videos become reels.' }),
  shareToFeed: z.boolean().optional().meta({ description: 'Reels only: whether the reel stands in the feed as well. Default true.' }),
  coverUrl: z.url().optional().meta({ description: 'Videos only: public URL of the cover image.' }),
  thumbOffset: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Videos only: milliseconds into the video of the cover frame; coverUrl takes precedence.' }),
  collaborators: z
    .array(
      z
        .string()
        .min(1)
        .max(30)
        .regex(/^[A-Za-z0-9._]+$/),
    )
    .min(1)
    .max(3)
    .refine((names) => new Set(names).size === names.length, 'The names must differ.')
    .optional()
    .meta({ description: 'Feed posts, carousels and reels: up to three usernames to invite, without @.', uniqueItems: true }),
});

/** What `prepare` leaves. */
export const checkpointSchema = z.object({
  /** Containers of a carousel's items, in the order of the media. */
  children: z.array(z.string()).default([]),
  /** The container to publish. */
  container: z.string().optional(),
  /** When the newest container was made. */
  createdAtMs: z.number().optional(),
  /** How often the containers had to be made again. */
  renewals: z.int().default(0),
  /** Instagram says that the container is published already: an earlier attempt got through. */
  isPublished: z.literal(true).optional(),
});
export type InstagramCheckpoint = z.infer<typeof checkpointSchema>;
