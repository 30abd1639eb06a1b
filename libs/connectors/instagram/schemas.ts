import { z } from 'zod';
import { CONTAINER_CODES } from '../meta/containers.ts';
import { idSchema } from '../meta/schemas.ts';

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

export const statusSchema = z.object({
  status_code: z.enum(CONTAINER_CODES),
  status: z.string().optional(),
});
export const permalinkSchema = z.object({ permalink: z.url() });
export const mediaListSchema = z.object({
  data: z.array(z.object({ id: idSchema, caption: z.string().optional(), permalink: z.string().optional(), timestamp: z.string() })),
});

const usernameSchema = z
  .string()
  .min(1)
  .max(30)
  .regex(/^[A-Za-z0-9._]+$/);

/** `platformSpecificData` of an Instagram post: PostPeer's `InstagramConfigurations`, and what Instagram has beside. */
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
  altText: z
    .array(z.string().max(1000))
    .max(10)
    .optional()
    .meta({ description: 'Alt text for each image, in the order of mediaItems; empty for none. At most 1,000 characters each. Not for stories.' }),
  firstComment: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: 'A comment that the account writes below the post as soon as it is out. At most 300 characters, 4 hashtags and one link.' }),
  locationId: idSchema.optional().meta({ description: 'Posts, carousels and reels: the Facebook page of a place.' }),
  userTags: z
    .array(z.strictObject({ username: usernameSchema, x: z.number().min(0).max(1).optional(), y: z.number().min(0).max(1).optional() }))
    .min(1)
    .max(20)
    .optional()
    .meta({ description: 'One image or reel: people in it; on images each with its place, from 0 to 1.' }),
  audioName: z.string().min(1).optional().meta({ description: 'Reels only: the name of the original sound.' }),
  trialReel: z
    .enum(['MANUAL', 'SS_PERFORMANCE'])
    .optional()
    .meta({ description: 'Reels only: shown to people who do not follow first, and then to all by hand, or when it does well.' }),
  collaborators: z
    .array(usernameSchema)
    .min(1)
    .max(3)
    .refine((names) => new Set(names).size === names.length, 'The names must differ.')
    .optional()
    .meta({ description: 'Feed posts, carousels and reels: up to three usernames to invite, without @.', uniqueItems: true }),
});
export type InstagramOptions = z.infer<typeof optionsSchema>;

/** A page of `me/accounts` with the Instagram account behind it, where there is one. */
export const pageSchema = z.object({
  id: z.string(),
  access_token: z.string().min(1).optional(),
  tasks: z.array(z.string()).optional(),
  instagram_business_account: z.object({ id: idSchema, username: z.string(), name: z.string().optional(), profile_picture_url: z.string().optional() }).optional(),
});

/** The token of a page, read by the page itself; it comes without an expiry. */
export const pageTokenSchema = z.strictObject({ access_token: z.string().min(1), id: idSchema });

export const commentListSchema = z.object({
  data: z.array(z.object({ id: idSchema, text: z.string().optional(), timestamp: z.string(), username: z.string().optional() })),
  paging: z.object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() }).optional(),
});

/** What is counted of a post without insights. An account may hide its likes. */
export const countsSchema = z.object({ media_product_type: z.string().optional(), like_count: z.number().optional(), comments_count: z.number().optional() });
