import { z } from 'zod';

export const PRIVACY_LEVELS = ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'] as const;

/** `platformSpecificData` for TikTok: PostPeer's `TikTokConfigurations`. */
export const optionsSchema = z.strictObject({
  privacyLevel: z.enum(PRIVACY_LEVELS).optional().describe('Who can see the post; absent: PUBLIC_TO_EVERYONE. `GET /v1/tiktok/creator-info` tells which of them an account may choose.'),
  disableComment: z.boolean().optional().describe('Nobody may comment. Absent: false; where the creator has switched comments off they stay off.'),
  disableDuet: z.boolean().optional().describe('Nobody may make a duet with the video. Videos only; absent: false.'),
  disableStitch: z.boolean().optional().describe('Nobody may stitch the video. Videos only; absent: false.'),
  brandContentToggle: z.boolean().optional().describe('A paid partnership with another brand; not with SELF_ONLY. Absent: false.'),
  brandOrganicToggle: z.boolean().optional().describe("Promotes the creator's own business. Absent: false."),
  isAigc: z.boolean().optional().describe('Labels the video as made by AI. Videos only; absent: false.'),
  videoCoverTimestampMs: z.int().min(0).optional().describe('The frame of the video that is its cover, in milliseconds. Videos only; absent: the first.'),
  autoAddMusic: z.boolean().optional().describe('TikTok chooses music. Photos only; absent: true.'),
  photoCoverIndex: z.int().min(0).max(34).optional().describe('The photo that is the cover, counted from 0. Photos only; absent: 0.'),
  description: z.string().max(4000).optional().describe('Text below photos, whose content is then the title, of at most 90 characters. Absent: the content is the text, and the title too where it is short enough.'),
  draft: z.boolean().optional().describe("The post goes to the creator's inbox in the app of TikTok, to be finished there. Absent: false."),
});
export type TikTokOptions = z.infer<typeof optionsSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  open_id: z.string().min(1),
  refresh_token: z.string().min(1),
  refresh_expires_in: z.number().positive().optional(),
  scope: z.string(),
});

/** Errors of the token endpoint come without an envelope, and may come with HTTP 200. */
export const oauthErrorSchema = z.object({ error: z.string().min(1), error_description: z.string().optional() });

/** Every answer of the API; `error.code` is `ok` in a success. */
export const envelopeSchema = z.object({
  data: z.unknown().optional(),
  error: z.object({ code: z.string().min(1), message: z.string().optional(), log_id: z.string().optional() }),
});

export const userSchema = z.object({
  user: z.object({
    open_id: z.string().min(1),
    union_id: z.string().optional(),
    avatar_url: z.string().optional(),
    display_name: z.string().optional(),
    username: z.string().optional(),
    profile_deep_link: z.string().optional(),
    is_verified: z.boolean().optional(),
  }),
});

export const creatorSchema = z.object({
  creator_avatar_url: z.string().nullish(),
  creator_username: z.string().nullish(),
  creator_nickname: z.string().nullish(),
  privacy_level_options: z.array(z.string()),
  comment_disabled: z.boolean(),
  duet_disabled: z.boolean(),
  stitch_disabled: z.boolean(),
  max_video_post_duration_sec: z.number(),
});
export type Creator = z.infer<typeof creatorSchema>;

export const openedSchema = z.object({ publish_id: z.string().min(1), upload_url: z.string().min(1) });
export const pulledSchema = z.object({ publish_id: z.string().min(1) });

/** Ids of posts are numbers of 64 bits. */
const idSchema = z.union([z.string(), z.int()]).transform(String);

/** The name of the list of posts is misspelt by TikTok. */
export const stateSchema = z.object({
  status: z.enum(['PROCESSING_UPLOAD', 'PROCESSING_DOWNLOAD', 'SEND_TO_USER_INBOX', 'PUBLISH_COMPLETE', 'FAILED']),
  fail_reason: z.string().nullish(),
  publicaly_available_post_id: z.array(idSchema).nullish(),
  uploaded_bytes: z.int().nullish(),
});

const videoSchema = z.object({
  id: idSchema,
  title: z.string().nullish(),
  video_description: z.string().nullish(),
  create_time: z.number().optional(),
  share_url: z.string().nullish(),
  view_count: z.number().nullish(),
  like_count: z.number().nullish(),
  comment_count: z.number().nullish(),
  share_count: z.number().nullish(),
});
export type Video = z.infer<typeof videoSchema>;

export const videosSchema = z.object({ videos: z.array(videoSchema).nullish() });

/** What `prepare` leaves. */
const checkpointSchema = z.object({
  /** What the creator allows, as it was told last. */
  creator: z.object({ username: z.string().nullable(), commentDisabled: z.boolean(), duetDisabled: z.boolean(), stitchDisabled: z.boolean() }).optional(),
  /** TikTok's handle of the publication of a video; photos have none before they are published. */
  publishId: z.string().optional(),
  /** The address for the bytes, sealed: whoever has it may upload. Absent when TikTok does not take it any more. */
  address: z.string().optional(),
  openedAtMs: z.number().optional(),
  /** So many bytes were taken. */
  offset: z.int().optional(),
  /** When all was ready for the visible call, which may have been made since. */
  readyAtMs: z.number().optional(),
  /** TikTok has all the bytes already: an earlier attempt got through. */
  isSent: z.literal(true).optional(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const checkpointOf = ({ checkpoint }: { readonly checkpoint: unknown }): Checkpoint => checkpointSchema.parse(checkpoint);
