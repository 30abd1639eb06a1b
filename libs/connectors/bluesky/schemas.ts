import { z } from 'zod';

/** Every error of the AT Protocol (XRPC): a name and words. */
export const xrpcErrorSchema = z.object({ error: z.string(), message: z.string().optional() });

const serviceSchema = z.object({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() });

/** The part of a DID document that is read. */
export const didDocSchema = z.object({ service: z.array(serviceSchema).optional() });

/** Answer of `com.atproto.server.createSession` and `refreshSession`. */
export const sessionSchema = z.object({
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  did: z.string().startsWith('did:'),
  handle: z.string(),
  active: z.boolean().optional(),
  status: z.string().optional(),
  didDoc: z.unknown().optional(),
});
export type Session = z.infer<typeof sessionSchema>;
/** Answer of `com.atproto.server.getSession`, as far as it is read. */
export const describedSessionSchema = sessionSchema.pick({ did: true, handle: true });

/** A blob as `com.atproto.repo.uploadBlob` gives it; it goes into the record unchanged. */
export const blobSchema = z.looseObject({
  $type: z.literal('blob'),
  ref: z.looseObject({ $link: z.string() }),
  mimeType: z.string(),
  size: z.number(),
});
export const uploadSchema = z.object({ blob: blobSchema });

/** `app.bsky.video.defs#jobStatus`. A failed upload has no id, and what was there already may come as an error with one. */
const videoJobSchema = z.object({
  jobId: z.string().optional(),
  state: z.string().optional(),
  blob: blobSchema.nullish(),
  error: z.string().optional(),
  failureCode: z.string().optional(),
  message: z.string().optional(),
});
export type VideoJob = z.infer<typeof videoJobSchema>;
/** The lexicon of `uploadVideo` wraps the job as `getJobStatus` does; the service has been answering with the job itself (docs.bsky.app/docs/tutorials/video). */
export const videoJobAnswerSchema = z.union([z.object({ jobStatus: videoJobSchema }).transform(({ jobStatus }) => jobStatus), videoJobSchema]);

/** Answer of `app.bsky.video.startUpload`. Every part has `partSizeBytes`, the last one what is left. */
export const startedUploadSchema = z.object({ jobId: z.string().min(1), partSizeBytes: z.int().positive(), partCount: z.int().positive() });

/** Answer of `app.bsky.video.uploadPart`. */
export const uploadPartSchema = z.object({ partNumber: z.number(), sizeBytes: z.number() });

/** Answer of `app.bsky.video.getUploadStatus`, as far as it is read. */
export const uploadStatusSchema = z.object({
  state: z.string(),
  receivedParts: z.array(z.number()),
  completedJobId: z.string().optional(),
  failureReason: z.string().optional(),
});

/** Answer of `app.bsky.video.finishUpload`. */
export const finishedUploadSchema = z.object({ completedJobId: z.string().min(1), jobStatus: videoJobSchema });

/** Answer of `com.atproto.repo.putRecord`. */
export const writtenSchema = z.object({ uri: z.string().startsWith('at://'), cid: z.string() });

/** Answer of `com.atproto.repo.getRecord` for a post. */
export const postRecordSchema = z.object({
  uri: z.string().startsWith('at://'),
  cid: z.string().min(1),
  value: z.looseObject({ text: z.string(), createdAt: z.string() }),
});

/** Answer of `com.atproto.repo.getRecord` for the profile record. */
export const profileRecordSchema = z.object({
  value: z.looseObject({ displayName: z.string().optional(), avatar: blobSchema.optional() }),
});

/** Answer of `app.bsky.feed.getPosts`, as far as it counts. */
export const postViewsSchema = z.object({
  posts: z.array(
    z.object({
      uri: z.string(),
      likeCount: z.number().optional(),
      replyCount: z.number().optional(),
      repostCount: z.number().optional(),
      quoteCount: z.number().optional(),
      bookmarkCount: z.number().optional(),
    }),
  ),
});

export const resolvedHandleSchema = z.object({ did: z.string().startsWith('did:') });

/** Claims of the session tokens that are read: when they end, and what password opened the session. */
export const tokenClaimsSchema = z.object({ exp: z.number().positive().optional(), scope: z.string().optional() });

/** Answer of `com.atproto.server.describeServer`, as far as it is read. */
export const serverSchema = z.object({ blobUploadLimit: z.int().positive().optional() });

/** What is kept of an account beside its name. */
export const metadataSchema = z.object({
  /** Largest blob that the account's server takes, in bytes; absent where it does not say (PDS before blobUploadLimit in describeServer). */
  blobUploadLimit: z.number().optional(),
  /** Videos go to the server as they are. */
  storesVideosItself: z.boolean().optional(),
});

/** Answer of `com.atproto.server.getServiceAuth`. */
export const serviceAuthSchema = z.object({ token: z.string().min(1) });

/** Answer of `app.bsky.video.getUploadLimits`. */
export const uploadLimitsSchema = z.object({
  canUpload: z.boolean(),
  remainingDailyVideos: z.number().optional(),
  remainingDailyBytes: z.number().optional(),
  message: z.string().optional(),
  error: z.string().optional(),
});

/** A stretch of the text that is more than text (`app.bsky.richtext.facet`); byte offsets, end exclusive. */
export const facetSchema = z.object({
  index: z.object({ byteStart: z.int().nonnegative(), byteEnd: z.int().positive() }),
  features: z.array(z.object({ $type: z.string() }).catchall(z.string())),
});
export type Facet = z.infer<typeof facetSchema>;

/** A record by its address and its content (`com.atproto.repo.strongRef`). */
const strongRefSchema = z.object({ uri: z.string(), cid: z.string() });

/** How far the video service has got with the video of a post: bytes are missing, or it is being processed. */
const videoStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('upload'), id: z.string().min(1), partBytes: z.int().positive(), begunAtMs: z.number() }),
  z.object({ kind: z.literal('job'), id: z.string().min(1), uploadedAtMs: z.number() }),
]);
export type VideoState = z.infer<typeof videoStateSchema>;

/** What `prepare` leaves: the facets with mentions resolved, and the uploaded blobs in the order of the media. */
export const checkpointSchema = z.object({
  pds: z.string(),
  uploadedAtMs: z.number(),
  blobs: z.array(blobSchema),
  video: videoStateSchema.optional(),
  /** The picture of a link card. */
  thumb: blobSchema.optional(),
  facets: z.array(facetSchema).optional(),
  /** What a further post of a thread answers. */
  reply: z.object({ root: strongRefSchema, parent: strongRefSchema }).optional(),
});
export type BlueskyCheckpoint = z.infer<typeof checkpointSchema>;

const altText = z.array(z.string()).optional().meta({ description: 'Alt text of each image, in the order of mediaItems.' });
const mediaItem = z.strictObject({ type: z.enum(['image', 'video', 'gif', 'document']), url: z.url(), thumbnail: z.url().optional() });

/** `platformSpecificData` of a Bluesky post. */
export const optionsSchema = z.strictObject({
  langs: z.array(z.string()).optional().meta({ description: 'BCP-47 language tags of the post, at most three. Default: ["en"].' }),
  altText,
  threadItems: z
    .array(z.strictObject({ content: z.string().trim(), mediaItems: z.array(mediaItem).max(4).optional(), altText }))
    .min(1)
    .max(24)
    .optional()
    .meta({ description: 'Further posts, each an answer to the one before, with a text, media of their own, or both.' }),
  linkCard: z
    .strictObject({ url: z.url(), title: z.string().min(1).max(300), description: z.string().max(1000).optional(), thumbnailUrl: z.url().optional() })
    .optional()
    .meta({ description: 'A card for a link; Bluesky makes none by itself. Cannot be combined with media, and needs no text. The picture has at most 1,000,000 bytes.' }),
  contentWarning: z.enum(['sexual', 'nudity', 'porn', 'graphic-media']).optional().meta({ description: 'Label that the post puts on itself.' }),
});
export type BlueskyOptions = z.infer<typeof optionsSchema>;

/** What a user hands in to connect an account. */
export const fieldsSchema = z.strictObject({
  identifier: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(256),
  service: z.url({ protocol: /^https?$/ }).optional(),
});
