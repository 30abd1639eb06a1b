import { z } from 'zod';
import { configurationSchema, serverLimitsSchema } from './server-limits.ts';
import { serverUrl } from './server.ts';

const id = z.string().min(1).max(64).regex(/^[\w-]+$/);

/** What the user hands in. */
export const fieldsSchema = z.strictObject({
  instance: z.string().trim().max(300).refine((name) => serverUrl(name) !== undefined, 'Not the name of a server, as in mastodon.social.'),
  accessToken: z.string().trim().min(1).max(1000),
});

/** How many, and how long, is the server's matter; these bounds are Plaza's own. */
const altTextSchema = z.array(z.string().max(10_000)).max(50);

const mediaItemSchema = z.strictObject({ type: z.enum(['image', 'video', 'gif']), url: z.url(), thumbnail: z.url().optional() });
export type ThreadMedia = z.infer<typeof mediaItemSchema>;

/** `platformSpecificData` of a post for Mastodon. */
export const optionsSchema = z.strictObject({
  visibility: z.enum(['public', 'unlisted', 'private', 'direct']).optional().describe('Who sees the post; absent: as the account is set.'),
  spoilerText: z.string().trim().min(1).optional().describe('Content warning that stands in front of the text, and counts with it.'),
  sensitive: z.boolean().optional().describe('Hide the media until they are clicked.'),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/).optional().describe('ISO 639 code of the language of the text.'),
  inReplyToId: id.optional().describe('Status to reply to, by its id on the account’s own server.'),
  altText: altTextSchema.optional().describe('Alt text for each media item, in the order of mediaItems.'),
  poll: z
    .strictObject({
      options: z.array(z.string().trim().min(1).max(50)).min(2).max(4),
      durationMinutes: z.int().min(5).max(43_829),
      multiple: z.boolean().optional().describe('More than one may be chosen.'),
      hideTotals: z.boolean().optional().describe('Hide the counts until the poll ends.'),
    })
    .optional()
    .describe('Cannot be combined with media.'),
  threadItems: z
    .array(z.strictObject({ content: z.string().trim(), mediaItems: z.array(mediaItemSchema).max(16).optional(), altText: altTextSchema.optional() }))
    .min(1)
    .max(24)
    .optional()
    .describe('Further posts, each a reply to the one before.'),
});
export type MastodonOptions = z.infer<typeof optionsSchema>;

export const errorSchema = z.object({ error: z.string(), error_description: z.string().nullish() });

export const tokenSchema = z.object({ access_token: z.string().min(1), scope: z.string().optional() });

export const registeredSchema = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });

/** `GET /api/v1/apps/verify_credentials`; servers tell the scopes since 4.3. */
export const applicationSchema = z.object({ scopes: z.array(z.string()).optional() });

export const accountSchema = z.object({
  id,
  username: z.string().min(1),
  display_name: z.string().nullish(),
  url: z.url().nullish(),
  avatar: z.string().nullish(),
});

/** What is read of `GET /api/v2/instance`, and of `GET /api/v1/instance`, which calls the server's name `uri`. */
export const instanceSchema = z.object({
  domain: z.string().optional(),
  uri: z.string().optional(),
  title: z.string().optional(),
  version: z.string(),
  configuration: configurationSchema,
});

export const statusSchema = z.object({
  id,
  url: z.url().nullish(),
  created_at: z.string(),
  in_reply_to_id: id.nullish(),
  spoiler_text: z.string().nullish(),
  media_attachments: z.array(z.object({ id })),
  replies_count: z.int(),
  reblogs_count: z.int(),
  favourites_count: z.int(),
});
export type Status = z.infer<typeof statusSchema>;

export const sourceSchema = z.object({ id, text: z.string() });

/** Nothing of what was deleted is needed. */
export const deletedSchema = z.object({ id });

export const uploadSchema = z.object({ id, url: z.string().nullish() });

/** What `prepare` keeps of a file. */
export const slotSchema = z.object({ id: z.string(), isReady: z.boolean(), uploadedAtMs: z.number() });
export type Slot = z.infer<typeof slotSchema>;

/** `after`: the account's latest status before the first attempt; empty when it had none. What was published can only be newer. */
export const checkpointSchema = z.object({ after: z.string().optional(), media: z.array(slotSchema.nullable()).catch([]) }).catch({ media: [] });
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** Public facts of the account that publishing needs. */
export const metadataSchema = z.object({ accountId: z.string().min(1), maxCharacters: z.number().optional(), limits: serverLimitsSchema.optional() });
