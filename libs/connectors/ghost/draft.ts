import { createHash } from 'node:crypto';
import { harmless, withQuery, type CallContext, type Prepared, type Publication, type Refused } from '../kit/index.ts';
import { callAdmin, jsonRequest, type CallResult } from './call.ts';
import { compose, featuredIndex } from './html.ts';
import { checkpointSchema, newslettersSchema, optionsSchema, postsSchema, type Checkpoint, type Post } from './schemas.ts';
import { uploadAll } from './uploads.ts';
import { z } from 'zod';

type Save = (checkpoint: Checkpoint) => Promise<void>;

/** A draft of this publication is found again by its slug, of which it keeps nothing when it is published. */
const draftSlug = ({ publicationId }: Publication): string => `plaza-${createHash('sha256').update(publicationId).digest('hex').slice(0, 32)}`;

const onePost = (result: CallResult<z.infer<typeof postsSchema>>): CallResult<Post> => (result.kind === 'answered' ? { kind: 'answered', value: result.value.posts[0] } : result);

/** A post by its id, with what became of its e-mail. */
export async function readPost(context: CallContext, credential: Publication['credential'], id: string): Promise<CallResult<Post>> {
  return onePost(await callAdmin(context, credential, { method: 'GET', path: `/posts/${encodeURIComponent(id)}/?include=email` }, postsSchema));
}

function draftBody(publication: Publication, urls: readonly string[]): Readonly<Record<string, unknown>> {
  const options = optionsSchema.parse(publication.content.options);
  const featured = featuredIndex(options, publication.media);
  const featureImage = options.featureImage === 'first' ? urls[featured] : options.featureImage;
  return {
    ...compose(publication, urls),
    status: 'draft',
    slug: draftSlug(publication),
    ...{ tags: options.tags, visibility: options.visibility, featured: options.featured, custom_excerpt: options.customExcerpt },
    ...{ feature_image: featureImage, feature_image_alt: options.featureImageAlt ?? (featured < 0 ? undefined : options.altText?.[featured]?.slice(0, 191)) },
    ...{ canonical_url: options.canonicalUrl, meta_title: options.metaTitle, meta_description: options.metaDescription },
    ...{ og_title: options.ogTitle, og_description: options.ogDescription, twitter_title: options.twitterTitle, twitter_description: options.twitterDescription },
    ...{ email_only: options.emailOnly, email_subject: options.emailSubject },
  };
}

/** Makes the draft, which nobody sees. When an earlier answer may have been lost, it is looked for first. */
async function makeDraft(context: CallContext, publication: Publication, checkpoint: Checkpoint, save: Save): Promise<CallResult<Post>> {
  const { credential } = publication;
  if (checkpoint.isDrafting === true) {
    const found = onePost(await callAdmin(context, credential, { method: 'GET', path: `/posts/slug/${draftSlug(publication)}/` }, postsSchema));
    if (found.kind !== 'refused' || found.httpStatus !== 404) return found;
  }
  await save({ ...checkpoint, isDrafting: true });
  const urls = checkpoint.files.flatMap((url) => (url === null ? [] : [url]));
  const call = { method: 'POST', path: '/posts/?source=html', ...jsonRequest({ posts: [draftBody(publication, urls)] }) } as const;
  return onePost(await callAdmin(context, credential, call, postsSchema));
}

/** Ghost publishes without a word, and mails nothing, when it does not know the newsletter. */
async function checkNewsletter(context: CallContext, { content, credential }: Publication): Promise<Refused | undefined> {
  const { newsletter } = optionsSchema.parse(content.options);
  if (newsletter === undefined) return undefined;
  const path = withQuery('/newsletters/', { filter: `slug:${newsletter}`, limit: '1' });
  const result = await callAdmin(context, credential, { method: 'GET', path }, newslettersSchema);
  if (result.kind !== 'answered') return harmless(result);
  if (result.value.newsletters.some(({ slug, status }) => slug === newsletter && status === 'active')) return undefined;
  return { kind: 'refused', category: 'content_rejected', code: 'newsletter', message: `The site has no active newsletter ${newsletter}.` };
}

/**
 * Uploads the files and makes a draft of the post. A draft of an earlier run is read again, because publishing needs its `updated_at`; one
 * that somebody deleted is made anew.
 */
export async function prepare(context: CallContext, publication: Publication, save: (checkpoint: Publication['checkpoint']) => Promise<void>): Promise<Prepared | Refused> {
  let checkpoint = checkpointSchema.parse(publication.checkpoint);
  const keep: Save = async (next) => {
    checkpoint = next;
    await save(next);
  };
  const ready = (post: Post): Prepared => ({ kind: 'ready', checkpoint: { ...checkpoint, draft: { id: post.id, updatedAt: post.updated_at } } });
  const problem = await checkNewsletter(context, publication);
  if (problem !== undefined) return problem;
  if (checkpoint.draft !== undefined) {
    const read = await readPost(context, publication.credential, checkpoint.draft.id);
    if (read.kind === 'answered') return ready(read.value);
    if (read.kind !== 'refused' || read.httpStatus !== 404) return harmless(read);
    await keep({ files: checkpoint.files });
  }
  const uploaded = await uploadAll(context, publication, checkpoint.files, (files) => keep({ ...checkpoint, files: [...files] }));
  if (uploaded.kind === 'refused') return uploaded;
  const drafted = await makeDraft(context, publication, checkpoint, keep);
  if (drafted.kind !== 'answered') return harmless(drafted);
  const prepared = ready(drafted.value);
  await save(prepared.checkpoint);
  return prepared;
}
