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

/** A blob as `com.atproto.repo.uploadBlob` gives it; it goes into the record unchanged. */
export const blobSchema = z.looseObject({
  $type: z.literal('blob'),
  ref: z.looseObject({ $link: z.string() }),
  mimeType: z.string(),
  size: z.number(),
});
export const uploadSchema = z.object({ blob: blobSchema });

/** Answer of `com.atproto.repo.putRecord`. */
export const writtenSchema = z.object({ uri: z.string().startsWith('at://'), cid: z.string() });

/** Answer of `com.atproto.repo.getRecord` for a post. */
export const postRecordSchema = z.object({
  uri: z.string().startsWith('at://'),
  value: z.looseObject({ text: z.string(), createdAt: z.string() }),
});

/** Answer of `com.atproto.repo.getRecord` for the profile record. */
export const profileRecordSchema = z.object({
  value: z.looseObject({ displayName: z.string().optional(), avatar: blobSchema.optional() }),
});

export const resolvedHandleSchema = z.object({ did: z.string().startsWith('did:') });

/** Claims of the session tokens that are read: only when they end. */
export const tokenClaimsSchema = z.object({ exp: z.number().positive() });

/** A stretch of the text that is more than text (`app.bsky.richtext.facet`); byte offsets, end exclusive. */
export const facetSchema = z.object({
  index: z.object({ byteStart: z.int().nonnegative(), byteEnd: z.int().positive() }),
  features: z.array(z.object({ $type: z.string() }).catchall(z.string())),
});
export type Facet = z.infer<typeof facetSchema>;

/** What `prepare` leaves: the facets with mentions resolved, and the uploaded blobs in the order of the media. */
export const checkpointSchema = z.object({
  pds: z.string(),
  uploadedAtMs: z.number(),
  blobs: z.array(blobSchema),
  facets: z.array(facetSchema).optional(),
});
export type BlueskyCheckpoint = z.infer<typeof checkpointSchema>;

/** `platformSpecificData` of a Bluesky post. */
export const optionsSchema = z.strictObject({
  langs: z.array(z.string()).optional().meta({ description: 'BCP-47 language tags of the post, at most three. Default: ["en"].' }),
  altText: z.array(z.string()).optional().meta({ description: 'Alt text of each image, in the order of mediaItems.' }),
});

/** What a user hands in to connect an account. */
export const fieldsSchema = z.strictObject({
  identifier: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(256),
  service: z.url({ protocol: /^https?$/ }).optional(),
});
