import { z } from 'zod';
import { idSchema } from '../meta/schemas.ts';

/** `platformSpecificData` of a post for a Facebook page: PostPeer's `FacebookConfigurations`, and what a page has beside. */
export const optionsSchema = z.strictObject({
  contentType: z
    .enum(['reel', 'story'])
    .optional()
    .meta({ description: '"reel" publishes the video as a reel, "story" the one picture or video as a story; absent, everything goes to the feed.' }),
  link: z.url().optional().meta({ description: 'On a post without media, a card of this link. Ignored when there are media.' }),
  published: z.boolean().optional().meta({ description: 'When false, the post is a draft of the page, to be published with Facebook’s own tools. Default true.' }),
  title: z.string().min(1).max(255).optional().meta({ description: 'Videos and reels only.' }),
  videoThumbnailUrl: z.url().optional().meta({ description: 'Videos and reels only: public URL of the cover image.' }),
  altText: z.array(z.string()).max(10).optional().meta({ description: 'Alt text for each image, in the order of mediaItems; empty for none.' }),
  firstComment: z.string().trim().min(1).max(8000).optional().meta({ description: 'A comment that the page writes below the post as soon as it is out.' }),
});
export type FacebookOptions = z.infer<typeof optionsSchema>;

const pictureSchema = z.object({ data: z.object({ url: z.string().optional() }) });

/** One page of `me/accounts`. */
export const pageSchema = z.object({
  id: idSchema,
  name: z.string(),
  username: z.string().optional(),
  /** Absent where the user may not act for the page. */
  access_token: z.string().min(1).optional(),
  link: z.string().optional(),
  picture: pictureSchema.optional(),
  tasks: z.array(z.string()).optional(),
});

/** `{page}_{post}`, or the id of a photo, a video, or a comment. */
const objectIdSchema = z.string().regex(/^\d+(?:_\d+)*$/);

export const postedSchema = z.object({ id: objectIdSchema, permalink_url: z.string().optional() });
export const finishedSchema = z.object({ success: z.literal(true), post_id: objectIdSchema.optional() });
export const storySchema = z.object({ success: z.literal(true), post_id: objectIdSchema });

/** Offsets come as text. */
const offsetSchema = z.coerce.number().int().min(0);
export const startedSchema = z.object({ video_id: idSchema, upload_session_id: z.string().min(1), start_offset: offsetSchema, end_offset: offsetSchema });
export const transferredSchema = z.object({ start_offset: offsetSchema, end_offset: offsetSchema });
export const reelStartedSchema = z.object({ video_id: idSchema });
/** What a refused chunk tells: where to go on. */
export const resumeSchema = z.object({ error: z.object({ error_subcode: z.literal(1363037), error_data: transferredSchema }) });

const wordsSchema = z.object({ message: z.string().optional() });
const phaseSchema = z.object({ status: z.string().optional(), error: wordsSchema.optional(), errors: z.array(wordsSchema).optional() });
export const videoSchema = z.object({
  permalink_url: z.string().optional(),
  status: z.object({
    video_status: z.string(),
    /** The documentation spells it both ways. */
    uploading_phase: z.object({ status: z.string().optional(), bytes_transferred: z.number().optional(), bytes_transfered: z.number().optional() }).optional(),
    processing_phase: phaseSchema.optional(),
    publishing_phase: phaseSchema.extend({ publish_status: z.string().optional() }).optional(),
  }),
});
export type Video = z.infer<typeof videoSchema>;

const targetSchema = z.object({ target: z.object({ id: z.string().optional() }).optional(), unshimmed_url: z.string().optional() });
const pagingSchema = z.object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() }).optional();
export const postListSchema = z.object({
  data: z.array(
    z.object({
      id: objectIdSchema,
      message: z.string().optional(),
      created_time: z.string(),
      permalink_url: z.string().optional(),
      attachments: z.object({ data: z.array(targetSchema.extend({ subattachments: z.object({ data: z.array(targetSchema) }).optional() })) }).optional(),
    }),
  ),
  paging: pagingSchema,
});
export type ListedPost = z.infer<typeof postListSchema>['data'][number];
export const commentListSchema = z.object({
  data: z.array(
    z.object({ id: objectIdSchema, message: z.string().optional(), created_time: z.string(), permalink_url: z.string().optional(), from: z.object({ id: z.string() }).optional() }),
  ),
});
export const storyListSchema = z.object({
  data: z.array(z.object({ post_id: objectIdSchema, media_id: z.string().optional(), url: z.string().optional() })),
  paging: pagingSchema,
});

const summarySchema = z.object({ summary: z.object({ total_count: z.number().optional() }).optional() });
export const countsSchema = z.object({
  reactions: summarySchema.optional(),
  likes: summarySchema.optional(),
  comments: summarySchema.optional(),
  shares: z.object({ count: z.number() }).optional(),
  views: z.number().optional(),
});

/** What `prepare` leaves. */
export const checkpointSchema = z.object({
  /** Unpublished photos, in the order of the media. */
  photos: z.array(z.string()).default([]),
  photosSinceMs: z.number().optional(),
  video: z
    .object({
      id: z.string(),
      /** Of the resumable upload; reels and stories have none. */
      session: z.string().optional(),
      startedAtMs: z.number(),
      /** The next chunk. */
      startOffset: z.number(),
      endOffset: z.number(),
      isUploaded: z.boolean(),
      /** Why the cover could not be set; empty when it is. */
      cover: z.string().optional(),
    })
    .optional(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;
