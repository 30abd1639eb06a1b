import { z } from 'zod';
import { CONTAINER_CODES } from '../meta/containers.ts';
import { idSchema } from '../meta/schemas.ts';

const altTextSchema = z
  .array(z.string().max(1000))
  .max(20)
  .optional()
  .meta({ description: 'Alt text for each image or video, in the order of mediaItems; empty for none. At most 1,000 characters each.' });

const pollOptionSchema = z.string().trim().min(1).max(25);

/** `platformSpecificData` of a post for Threads: PostPeer's `ThreadsConfigurations`, and what Threads has beside. */
export const optionsSchema = z.strictObject({
  replyControl: z
    .enum(['everyone', 'accounts_you_follow', 'mentioned_only', 'parent_post_author_only', 'followers_only'])
    .optional()
    .meta({ description: 'Who may reply. Default everyone.' }),
  altText: altTextSchema,
  topicTag: z
    .string()
    .min(1)
    .max(50)
    .regex(/^[^.&]+$/)
    .optional()
    .meta({ description: 'The topic of the post, without #.' }),
  linkAttachment: z.url().optional().meta({ description: 'Posts without media: the link whose card is shown. Absent, it is the first link of the text.' }),
  quotePostId: idSchema.optional().meta({ description: 'A post to quote.' }),
  poll: z.strictObject({ options: z.array(pollOptionSchema).min(2).max(4) }).optional().meta({ description: 'Posts without media only.' }),
  textAttachment: z
    .strictObject({ text: z.string().trim().min(1).max(10_000), link: z.url().optional() })
    .optional()
    .meta({ description: 'A long text that hangs on a post without media and poll.' }),
  gif: z
    .strictObject({ id: z.string().min(1).max(100), provider: z.string().regex(/^[A-Z]+$/) })
    .optional()
    .meta({ description: 'Posts without other media: a GIF by its id at a provider, e.g. `TENOR`.' }),
  ghostPost: z.boolean().optional().meta({ description: 'Posts without media: the post disappears after 24 hours.' }),
  replyApprovals: z.boolean().optional().meta({ description: 'Whether replies are shown only once the author has approved them.' }),
  locationId: idSchema.optional().meta({ description: 'A place, by its id at Threads.' }),
  allowedCountries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .optional()
    .meta({ description: 'Where the post is shown (ISO 3166-1 alpha-2); absent: everywhere.' }),
  shareToInstagram: z.boolean().optional().meta({ description: 'Whether the post is shared to the story of the Instagram account that belongs to it.' }),
  spoilerMedia: z.boolean().optional().meta({ description: 'Whether the media are hidden until they are touched.' }),
  threadItems: z
    .array(
      z.strictObject({
        content: z.string().trim(),
        mediaItems: z
          .array(z.strictObject({ type: z.enum(['image', 'video']), url: z.url() }))
          .min(1)
          .max(20)
          .optional(),
        altText: altTextSchema,
      }),
    )
    .min(1)
    .max(24)
    .optional()
    .meta({ description: 'Further posts, each a reply to the one before.' }),
});
export type ThreadsOptions = z.infer<typeof optionsSchema>;
export type ThreadItem = NonNullable<ThreadsOptions['threadItems']>[number];

export const profileSchema = z.object({
  id: idSchema,
  username: z.string().min(1),
  name: z.string().optional(),
  threads_profile_picture_url: z.string().optional(),
  is_verified: z.boolean().optional(),
});

export const statusSchema = z.object({ status: z.enum(CONTAINER_CODES), error_message: z.string().optional() });
export const permalinkSchema = z.object({ permalink: z.url() });
export const listSchema = z.object({
  data: z.array(
    z.object({
      id: idSchema,
      text: z.string().optional(),
      permalink: z.string().optional(),
      timestamp: z.string(),
      replied_to: z.object({ id: z.string() }).optional(),
    }),
  ),
});
