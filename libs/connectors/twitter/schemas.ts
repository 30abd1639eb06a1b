import { z } from 'zod';

const id = z.string().regex(/^\d{1,19}$/);

const altText = z.array(z.string().max(1000)).max(4).optional().describe('What is to be seen, for each media item in its order; at most 1,000 characters each.');

/** `platformSpecificData` of a post for X: PostPeer's `TwitterConfigurations`. */
export const optionsSchema = z.strictObject({
  communityId: id.optional().describe('Community to publish into.'),
  shareWithFollowers: z.boolean().optional().describe('When publishing into a community, also share with followers.'),
  replyToTweetId: id.optional().describe('Post to reply to.'),
  replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional().describe('Who may reply; absent: everyone.'),
  threadItems: z
    .array(
      z.strictObject({
        content: z.string().trim().min(1),
        mediaItems: z
          .array(z.strictObject({ type: z.enum(['image', 'video', 'gif', 'document']), url: z.url(), thumbnail: z.url().optional() }))
          .max(4)
          .optional()
          .describe('As of the first post: four images, or one GIF, or one video.'),
        altText,
      }),
    )
    .min(1)
    .max(24)
    .optional()
    .describe('Further posts, each a reply to the one before; at most 280 weighted characters each. Cannot be combined with a poll.'),
  altText,
  longPost: z
    .boolean()
    .optional()
    .describe('Lifts the limit from 280 to 25,000 characters. X refuses the post when the account has no Premium.'),
  poll: z
    .strictObject({ options: z.array(z.string().min(1).max(25)).min(2).max(4), durationMinutes: z.int().min(5).max(10_080) })
    .optional()
    .describe('Cannot be combined with media.'),
});
export type TwitterOptions = z.infer<typeof optionsSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/** Both spellings of what was renamed are left unread; only these fields matter. */
export const userSchema = z.object({
  data: z.object({
    id,
    name: z.string(),
    username: z.string().min(1),
    profile_image_url: z.string().optional(),
    verified: z.boolean().optional(),
    verified_type: z.string().optional(),
    subscription_type: z.string().optional(),
    protected: z.boolean().optional(),
  }),
});

export const createdSchema = z.object({ data: z.object({ id }) });

/** Newer documents of the API say `repost_count` for what older ones call `retweet_count`. */
const counts = z.object({
  retweet_count: z.number().optional(),
  repost_count: z.number().optional(),
  reply_count: z.number().optional(),
  like_count: z.number().optional(),
  quote_count: z.number().optional(),
  bookmark_count: z.number().optional(),
  impression_count: z.number().optional(),
});
export type Counts = z.infer<typeof counts>;
const measuredTweetSchema = z.object({
  id,
  public_metrics: counts.optional(),
  non_public_metrics: z.object({ impression_count: z.number().optional(), url_link_clicks: z.number().optional() }).optional(),
});
export type MeasuredTweet = z.infer<typeof measuredTweetSchema>;

/** Posts that are gone stand in `errors`, which is not read. */
export const measuredSchema = z.object({ data: z.array(measuredTweetSchema).optional() });

export const deletedSchema = z.object({ data: z.object({ deleted: z.literal(true) }) });

export const uploadSchema = z.object({
  data: z.object({
    id,
    media_key: z.string().optional(),
    expires_after_secs: z.number().optional(),
    processing_info: z
      .object({
        state: z.enum(['pending', 'in_progress', 'succeeded', 'failed']),
        check_after_secs: z.number().optional(),
        error: z.object({ name: z.string().optional(), message: z.string().optional() }).optional(),
      })
      .optional(),
  }),
});

/** Nothing of the answer to an alt text is needed. */
export const describedSchema = z.object({});

/** Nothing of the answer to a segment is needed. */
export const appendedSchema = z.object({});

const entitiesSchema = z.object({
  urls: z.array(z.object({ url: z.string(), expanded_url: z.string().optional(), media_key: z.string().optional() })).optional(),
});

const timelinePostSchema = z.object({
  id,
  text: z.string(),
  entities: entitiesSchema.optional(),
  note_tweet: z.object({ text: z.string(), entities: entitiesSchema.optional() }).optional(),
  attachments: z.object({ media_keys: z.array(z.string()).optional() }).optional(),
  referenced_tweets: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
});
export type TimelinePost = z.infer<typeof timelinePostSchema>;

export const timelineSchema = z.object({
  data: z.array(timelinePostSchema).optional(),
  meta: z.object({ result_count: z.number(), next_token: z.string().optional() }),
});

/** What `prepare` keeps of one media item. `sent` counts the segments that X has. */
export const slotSchema = z.object({
  id,
  key: z.string(),
  step: z.enum(['append', 'finalize', 'process', 'describe', 'ready']),
  sent: z.number(),
  expiresAtMs: z.number(),
});
export type Slot = z.infer<typeof slotSchema>;

export const checkpointSchema = z.object({ media: z.array(slotSchema.nullable()) }).catch({ media: [] });
