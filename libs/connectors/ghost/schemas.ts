import { isAdminApiKey } from './key.ts';
import { z } from 'zod';

/** The address of a site or of its administration, without what stands behind it; undefined when it is none. */
export function siteUrl(text: string): string | undefined {
  if (!URL.canParse(text.trim())) return undefined;
  const { protocol, origin, pathname, username, password } = new URL(text.trim());
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  return `${origin}${pathname.replace(/\/ghost(\/.*)?$/, '').replace(/\/+$/, '')}`;
}

/** What the user hands in. */
export const fieldsSchema = z.strictObject({
  adminApiUrl: z.string().max(500).refine((text) => siteUrl(text) !== undefined, 'Not the address of a site.'),
  adminApiKey: z.string().trim().refine(isAdminApiKey, 'Not an Admin API key: 24 hexadecimal digits, a colon, and 64 more.'),
});

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/).max(185);

/** `platformSpecificData` of a post for Ghost. */
export const optionsSchema = z.strictObject({
  title: z.string().trim().min(1).max(255).optional().describe('Absent: the first line of the text, which then is not repeated below.'),
  format: z.enum(['text', 'html']).optional().describe('What the text is; absent: plain text, of which paragraphs and links are made. HTML needs a title.'),
  tags: z.array(z.string().trim().min(1).max(191)).max(50).optional().describe('Names of tags; those that are not there yet are made.'),
  visibility: z.enum(['public', 'members', 'paid']).optional().describe('Who may read it; absent: as the site is set.'),
  featured: z.boolean().optional(),
  customExcerpt: z.string().max(300).optional(),
  featureImage: z.union([z.literal('first'), z.url()]).optional().describe('Address of a picture, or `first` for the first picture of mediaItems, which then is not in the body.'),
  featureImageAlt: z.string().max(191).optional(),
  altText: z.array(z.string().max(2000)).optional().describe('Alt text for each media item, in the order of mediaItems.'),
  slug: slug.optional().describe('Last part of the address; absent: made of the title. One that is taken gets a number.'),
  canonicalUrl: z.url().max(2000).optional(),
  metaTitle: z.string().max(300).optional(),
  metaDescription: z.string().max(500).optional(),
  ogTitle: z.string().max(300).optional(),
  ogDescription: z.string().max(500).optional(),
  twitterTitle: z.string().max(300).optional(),
  twitterDescription: z.string().max(500).optional(),
  newsletter: slug.optional().describe('Slug of an active newsletter that the post is also sent with.'),
  emailSegment: z.enum(['all', 'status:free', 'status:-free']).optional().describe('Members that get the e-mail; absent: all of the newsletter.'),
  emailSubject: z.string().max(300).optional(),
  emailOnly: z.boolean().optional().describe('Send it with the newsletter and do not put it on the site.'),
});
export type GhostOptions = z.infer<typeof optionsSchema>;

export const errorsSchema = z.object({
  errors: z.array(z.object({ message: z.string(), context: z.string().nullish(), type: z.string().nullish(), code: z.string().nullish() })).min(1),
});

export const siteSchema = z.object({
  site: z.object({ title: z.string().nullish(), url: z.string(), version: z.string().optional(), icon: z.string().nullish(), logo: z.string().nullish() }),
});

export const anyPostsSchema = z.object({ posts: z.array(z.object({ id: z.string() })) });

const emailSchema = z.object({
  status: z.string(),
  error: z.string().nullish(),
  email_count: z.number().nullish(),
  opened_count: z.number().nullish(),
});

export const postSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{24}$/),
  status: z.enum(['draft', 'published', 'scheduled', 'sent']),
  updated_at: z.string(),
  url: z.string().nullish(),
  email: emailSchema.nullish(),
});
export type Post = z.infer<typeof postSchema>;

export const postsSchema = z.object({ posts: z.tuple([postSchema]) });

const count = z.number().nullish();
export const measuredSchema = z.object({
  posts: z.array(z.object({ id: z.string(), email: emailSchema.nullish(), count: z.object({ clicks: count, positive_feedback: count }).nullish() })),
});

export const newslettersSchema = z.object({ newsletters: z.array(z.object({ slug: z.string(), status: z.string() })) });

const uploaded = z.array(z.object({ url: z.url() })).min(1);
/** The three upload endpoints answer under names of their own. */
export const uploadSchema = z.union([
  z.object({ images: uploaded }).transform(({ images }) => images),
  z.object({ media: uploaded }).transform(({ media }) => media),
  z.object({ files: uploaded }).transform(({ files }) => files),
]);

/** What `prepare` keeps: addresses of the uploaded files, whether a draft was asked for, and the draft. */
export const checkpointSchema = z
  .object({ files: z.array(z.string().nullable()).catch([]), isDrafting: z.boolean().optional(), draft: z.object({ id: z.string(), updatedAt: z.string() }).optional() })
  .catch({ files: [] });
export type Checkpoint = z.infer<typeof checkpointSchema>;
