import { z } from 'zod';

const publicationId = z.string().regex(/^pub_[0-9a-fA-F-]+$/, 'Not the id of a publication: pub_ and hexadecimal digits.');
const postId = z.string().regex(/^post_[0-9a-fA-F-]+$/);
const ids = z.array(z.string().min(1).max(100)).max(100);

/** What the user hands in. */
export const fieldsSchema = z.strictObject({ apiKey: z.string().trim().min(1).max(500), publicationId: z.string().trim().pipe(publicationId) });

const audience = { excludeSegmentIds: ids.optional(), includeSegmentIds: ids.optional(), tierIds: ids.optional().describe('Ids of tiers, or `free`, `premium`, `all`.') };

/** `platformSpecificData` of a post for beehiiv. */
export const optionsSchema = z.strictObject({
  title: z.string().trim().min(1).max(255).optional().describe('Absent: the first line of the text, which then is not repeated below.'),
  format: z.enum(['text', 'html']).optional().describe('What the text is; absent: plain text, of which paragraphs and links are made. HTML needs a title.'),
  subtitle: z.string().max(500).optional(),
  altText: z.array(z.string().max(2000)).optional().describe('Alt text for each picture, in the order of mediaItems.'),
  thumbnail: z.union([z.literal('first'), z.url()]).optional().describe('Address of a picture, or `first` for the first of mediaItems, which then is not in the body.'),
  contentTags: z.array(z.string().trim().min(1).max(100)).max(50).optional(),
  slug: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/).max(150).optional().describe('Last part of the address; absent: made of the title, with some digits that make it the only one.'),
  recipients: z
    .strictObject({
      web: z.strictObject(audience).optional(),
      email: z.strictObject(audience).refine((email) => email.tierIds === undefined || email.includeSegmentIds === undefined, 'Tiers and segments to include cannot be combined.').optional(),
    })
    .optional()
    .describe('Who reads it on the web and by e-mail; a channel that is left out is not used. Absent: free subscribers, on both.'),
  emailSubject: z.string().max(255).optional(),
  emailPreviewText: z.string().max(500).optional(),
  emailFromAddress: z.email().optional(),
  emailReplyToAddress: z.email().optional(),
  displayTitleInEmail: z.boolean().optional(),
  displayBylineInEmail: z.boolean().optional(),
  displaySubtitleInEmail: z.boolean().optional(),
  hideFromFeed: z.boolean().optional(),
  displayThumbnailOnWeb: z.boolean().optional(),
  metaTitle: z.string().max(255).optional(),
  metaDescription: z.string().max(500).optional(),
  ogTitle: z.string().max(255).optional(),
  ogDescription: z.string().max(500).optional(),
  twitterTitle: z.string().max(255).optional(),
  twitterDescription: z.string().max(500).optional(),
  emailCapture: z.enum(['none', 'gated', 'popup']).optional().describe('How the post asks its readers for their address.'),
  socialShare: z.enum(['comments_and_likes_only', 'with_comments_and_likes', 'top', 'none']).optional(),
  customLinkTracking: z.boolean().optional(),
  postTemplateId: z.string().regex(/^post_template_[0-9a-fA-F-]+$/).optional(),
  newsletterListId: z.string().min(1).max(100).optional(),
});
export type BeehiivOptions = z.infer<typeof optionsSchema>;

export const errorsSchema = z.object({ status: z.int(), errors: z.array(z.object({ message: z.string(), code: z.string() })).min(1) });

export const publicationSchema = z.object({ data: z.object({ id: publicationId, name: z.string(), organization_name: z.string().nullish() }) });

export const createdSchema = z.object({ data: z.object({ id: postId }) });

const postSchema = z.object({
  id: postId,
  title: z.string().nullish(),
  status: z.enum(['draft', 'confirmed', 'archived']),
  created: z.number(),
  web_url: z.string().nullish(),
  slug: z.string().nullish(),
});
export type Post = z.infer<typeof postSchema>;

/** A post, or word that it is still being built (HTTP 202). */
export const readSchema = z.union([
  z.object({ data: z.object({ id: postId, state: z.string() }) }).transform(() => ({ kind: 'building' as const })),
  z.object({ data: postSchema }).transform(({ data }) => ({ kind: 'built' as const, post: data })),
]);

export const listSchema = z.object({ data: z.array(postSchema) });

const figure = z.number().nullish();
export const statsSchema = z.object({
  data: z.object({
    id: postId,
    stats: z.object({ email: z.object({ unique_opens: figure, clicks: figure }).nullish(), web: z.object({ views: figure, clicks: figure }).nullish() }).nullish(),
  }),
});

/** What `prepare` keeps: when a draft was first asked for, and its id. Milliseconds. */
export const checkpointSchema = z.object({ draftingAtMs: z.number().optional(), draftId: z.string().optional() }).catch({});
export type Checkpoint = z.infer<typeof checkpointSchema>;
