import { z } from 'zod';

const MENTION_URN = /^urn:li:organization:\d+$/;

const mentionSchema = z.strictObject({
  text: z.string().min(1).meta({ description: 'Exact part of the content that becomes the mention; it must stand there exactly once, in the same case, and be the name of the page.' }),
  urn: z.string().regex(MENTION_URN).meta({ description: 'The company page, e.g. "urn:li:organization:12345". Persons cannot be mentioned.' }),
});

const pollSchema = z.strictObject({
  question: z.string().trim().min(1).max(140),
  options: z.array(z.string().trim().min(1).max(30)).min(2).max(4),
  duration: z.enum(['ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS']).default('THREE_DAYS'),
});

/** `platformSpecificData` of a post on LinkedIn: PostPeer's `LinkedInConfigurations`, and what LinkedIn has beside. */
export const optionsSchema = z.strictObject({
  visibility: z
    .enum(['PUBLIC', 'CONNECTIONS', 'LOGGED_IN'])
    .optional()
    .meta({ description: 'Who sees the post; default PUBLIC. Posts of organizations cannot be for connections only.' }),
  mentions: z.array(mentionSchema).max(30).optional().meta({ description: 'Company pages to mention in the text.' }),
  articleUrl: z.url().optional().meta({ description: 'Makes the post a share of this link, with a card. Without media and poll only.' }),
  articleTitle: z.string().min(1).max(400).optional().meta({ description: 'Title of the card; default: the host of the link.' }),
  articleDescription: z.string().max(400).optional().meta({ description: 'Description on the card.' }),
  articleThumbnailUrl: z.url().optional().meta({ description: 'Public URL of the picture on the card. LinkedIn does not look for one itself.' }),
  documentTitle: z.string().min(1).max(200).optional().meta({ description: 'Title of the document; LinkedIn requires it when there is one.' }),
  altText: z.array(z.string().max(4086)).max(20).optional().meta({ description: 'Alt text for each picture, in the order of mediaItems; empty for none.' }),
  poll: pollSchema.optional().meta({ description: 'A poll below the text. Without media and link only.' }),
  firstComment: z.string().trim().min(1).max(1250).optional().meta({ description: 'A comment that the author writes below the post as soon as it is out.' }),
  disableReshare: z.boolean().optional().meta({ description: 'When true, others cannot reshare the post.' }),
});
export type LinkedInOptions = z.infer<typeof optionsSchema>;
export type Mention = z.infer<typeof mentionSchema>;

/** `scope` was seen with spaces and with commas. */
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().optional(),
  scope: z.string().optional(),
});
export const oauthErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

export const userinfoSchema = z.object({ sub: z.string().regex(/^[\w-]+$/), name: z.string().optional(), given_name: z.string().optional(), picture: z.string().optional() });
export const aclsSchema = z.object({ elements: z.array(z.object({ role: z.string(), state: z.string().optional(), organization: z.string() })) });
export const organizationsSchema = z.object({
  results: z.record(
    z.string(),
    z.object({ localizedName: z.string(), vanityName: z.string().optional(), logoV2: z.object({ original: z.string().optional() }).optional() }),
  ),
});
export const picturesSchema = z.object({ results: z.record(z.string(), z.object({ downloadUrl: z.string().optional() })) });

export const assetUrnSchema = z.string().regex(/^urn:li:(?:image|video|document):[\w-]+$/);
export const startedSchema = z.object({
  value: z.object({ uploadUrl: z.string(), uploadUrlExpiresAt: z.number().optional(), image: assetUrnSchema.optional(), document: assetUrnSchema.optional() }),
});
export const videoStartedSchema = z.object({
  value: z.object({
    video: assetUrnSchema,
    uploadToken: z.string().default(''),
    uploadUrlsExpireAt: z.number().optional(),
    thumbnailUploadUrl: z.string().optional(),
    uploadInstructions: z.array(z.object({ uploadUrl: z.string(), firstByte: z.number().int().min(0), lastByte: z.number().int().min(0) })).min(1),
  }),
});
export const assetSchema = z.object({ status: z.string(), processingFailureReason: z.string().optional() });

/** Of a post; `urn:li:activity` is what LinkedIn makes of it elsewhere. */
export const postUrnSchema = z.string().regex(/^urn:li:(?:share|ugcPost):\d+$/);
export const commentUrnSchema = z.string().regex(/^urn:li:comment:\(urn:li:(?:activity|share|ugcPost):\d+,\d+\)$/);
export const commentedSchema = z.object({ commentUrn: commentUrnSchema });

const mediaSchema = z.object({ id: z.string() });
export const postListSchema = z.object({
  elements: z.array(
    z.object({
      id: z.string(),
      commentary: z.string().default(''),
      publishedAt: z.number().optional(),
      createdAt: z.number().optional(),
      lifecycleState: z.string(),
      content: z
        .object({
          media: mediaSchema.optional(),
          multiImage: z.object({ images: z.array(mediaSchema) }).optional(),
          article: z.object({ source: z.string() }).optional(),
          poll: z.object({ question: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
});
export type ListedPost = z.infer<typeof postListSchema>['elements'][number];
export const commentListSchema = z.object({
  elements: z.array(z.object({ commentUrn: z.string(), actor: z.string(), message: z.object({ text: z.string() }), created: z.object({ time: z.number() }) })),
});

export const shareStatisticsSchema = z.object({
  elements: z.array(
    z.object({
      share: z.string().optional(),
      ugcPost: z.string().optional(),
      totalShareStatistics: z.object({
        impressionCount: z.number().optional(),
        uniqueImpressionsCount: z.number().optional(),
        clickCount: z.number().optional(),
        likeCount: z.number().optional(),
        commentCount: z.number().optional(),
        shareCount: z.number().optional(),
      }),
    }),
  ),
});
export const memberAnalyticsSchema = z.object({ elements: z.array(z.object({ count: z.number() })) });

const partSchema = z.object({ url: z.string(), start: z.number(), end: z.number() });
/** A file on its way to LinkedIn. */
export const slotSchema = z.object({
  urn: z.string(),
  /** `parts` and `finalize` are steps of videos. */
  step: z.enum(['parts', 'finalize', 'process', 'ready']),
  sinceMs: z.number(),
  /** `end` is exclusive. Their addresses, which are sealed, take these bytes of this one file and nothing else, and run out. */
  parts: z.array(partSchema).default([]),
  /** What LinkedIn answered to the parts that it has, in their order. */
  etags: z.array(z.string()).default([]),
  uploadToken: z.string().default(''),
  expiresAtMs: z.number().optional(),
  /** Sealed. */
  thumbnailUrl: z.string().optional(),
  /** Why the cover of a video was not taken; empty when it was. */
  cover: z.string().optional(),
  /** LinkedIn does not let this token ask; the file counts as processed from then on. */
  readyAtMs: z.number().optional(),
});
export type Slot = z.infer<typeof slotSchema>;
export const checkpointSchema = z.object({ assets: z.array(slotSchema.nullable()).default([]) });
