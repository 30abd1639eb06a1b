import { z } from 'zod';

const NO_ANGLES = /^[^<>]*$/;

/** `platformSpecificData` of a video for YouTube: PostPeer's `YouTubeConfigurations`, and what else a video takes here. */
export const optionsSchema = z.strictObject({
  title: z.string().trim().min(1).max(100).regex(NO_ANGLES).optional().describe('Without < and >. Absent: the first 100 characters of the content, or "Untitled Video".'),
  tags: z.array(z.string().trim().min(1).regex(NO_ANGLES)).optional().describe('At most 500 characters together, with a comma between two tags; a tag with a space counts two more.'),
  visibility: z.enum(['public', 'private', 'unlisted']).optional().describe('Who can see the video; absent: public.'),
  madeForKids: z.boolean().optional().describe('Made for children (COPPA): YouTube then allows no comments. Absent: false.'),
  containsSyntheticMedia: z.boolean().optional().describe('Shows realistic scenes that were altered or generated. Absent: false.'),
  categoryId: z.string().regex(/^\d{1,4}$/).optional().describe('Category of the video; absent: 22 (People & Blogs).'),
  firstComment: z.string().trim().min(1).max(10_000).optional().describe('Comment of the channel below the video, written when the video is processed.'),
  playlistId: z.string().regex(/^[\w-]{2,64}$/).optional().describe('Playlist of the channel to which the video is added when it is processed.'),
  notifySubscribers: z.boolean().optional().describe('Whether subscribers are told; absent: true.'),
  license: z.enum(['youtube', 'creativeCommon']).optional().describe('Absent: the standard licence of YouTube.'),
  embeddable: z.boolean().optional().describe('Whether other sites may embed the video; absent: true.'),
});
export type YouTubeOptions = z.infer<typeof optionsSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().positive().optional(),
  scope: z.string().optional(),
});

export const oauthErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

const channelSchema = z.object({
  id: z.string().min(1),
  snippet: z.object({
    title: z.string(),
    customUrl: z.string().optional(),
    thumbnails: z.object({ default: z.object({ url: z.string() }).optional() }).optional(),
  }),
  contentDetails: z.object({ relatedPlaylists: z.object({ uploads: z.string().optional() }).optional() }).optional(),
  status: z.object({ longUploadsStatus: z.string().optional() }).optional(),
});
export type Channel = z.infer<typeof channelSchema>;

/** A Google account without a channel has no `items`. */
export const channelsSchema = z.object({ kind: z.literal('youtube#channelListResponse'), items: z.array(channelSchema).optional(), nextPageToken: z.string().optional() });

export const channelStatusSchema = z.object({ items: z.array(z.object({ status: z.object({ longUploadsStatus: z.string().optional() }).optional() })).optional() });

/** A report has no `rows` where there is nothing to tell. */
export const reportSchema = z.object({
  kind: z.literal('youtubeAnalytics#resultTable'),
  columnHeaders: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
});

/** The final answer of an upload. */
export const createdSchema = z.object({ kind: z.literal('youtube#video'), id: z.string().min(1), snippet: z.object({ channelId: z.string().optional() }).optional() });

const videoSchema = z.object({
  id: z.string(),
  snippet: z.object({ channelId: z.string().optional() }).optional(),
  status: z
    .object({
      uploadStatus: z.string().optional(),
      failureReason: z.string().optional(),
      rejectionReason: z.string().optional(),
    })
    .optional(),
  processingDetails: z.object({ processingStatus: z.string().optional(), processingFailureReason: z.string().optional() }).optional(),
  statistics: z.object({ viewCount: z.string().optional(), likeCount: z.string().optional(), commentCount: z.string().optional() }).optional(),
});
export type Video = z.infer<typeof videoSchema>;

export const videosSchema = z.object({ kind: z.literal('youtube#videoListResponse'), items: z.array(videoSchema).optional() });

/** Counted things are strings of digits in this API; nothing of these answers is read. */
export const thumbnailSetSchema = z.object({ kind: z.literal('youtube#thumbnailSetResponse') });
export const playlistItemSchema = z.object({ kind: z.literal('youtube#playlistItem') });

export const playlistItemsSchema = z.object({
  kind: z.literal('youtube#playlistItemListResponse'),
  nextPageToken: z.string().optional(),
  items: z
    .array(
      z.object({
        snippet: z
          .object({ title: z.string().optional(), description: z.string().optional(), publishedAt: z.string().optional(), resourceId: z.object({ videoId: z.string().optional() }).optional() })
          .optional(),
      }),
    )
    .optional(),
});

export const commentThreadSchema = z.object({ kind: z.literal('youtube#commentThread'), id: z.string().min(1) });

export const commentThreadsSchema = z.object({
  kind: z.literal('youtube#commentThreadListResponse'),
  nextPageToken: z.string().optional(),
  items: z
    .array(
      z.object({
        id: z.string(),
        snippet: z.object({
          topLevelComment: z.object({
            snippet: z.object({
              authorChannelId: z.object({ value: z.string().optional() }).optional(),
              textOriginal: z.string().optional(),
              textDisplay: z.string().optional(),
              publishedAt: z.string().optional(),
            }),
          }),
        }),
      }),
    )
    .optional(),
});

/**
 * What `prepare` keeps of an upload: the query of the session's address, which holds YouTube's id of the upload, and how many bytes YouTube
 * has. The guide to resumable uploads sends every request to that address with `Authorization`, so the query is a handle and no secret.
 */
export const uploadSchema = z.object({ query: z.string(), offset: z.number() });
export type Upload = z.infer<typeof uploadSchema>;

export const checkpointSchema = z.object({ upload: uploadSchema.optional() }).catch({});
