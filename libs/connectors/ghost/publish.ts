import { harmless, withQuery, type CallContext, type LookupReading, type Publication, type Published, type Publisher, type StatusReading, type Submitted } from '../kit/index.ts';
import { callAdmin, jsonRequest } from './call.ts';
import { prepare, readPost } from './draft.ts';
import { articleOf } from './html.ts';
import { manifest } from './manifest.ts';
import { checkpointSchema, optionsSchema, postsSchema, type Post } from './schemas.ts';
import { z } from 'zod';

const MAIL_CHECK_MS = 10_000;
/** The post is out all the while; beyond this the e-mail is not waited for. */
const LONGEST_MAILING_MS = 60 * 60_000;
const MAX_SLUG = 185;

const isOut = ({ status }: Post): boolean => status === 'published' || status === 'sent';

function published({ id, url, email }: Post, warning?: string): Published {
  const failure = email?.status === 'failed' ? `The e-mail was not sent: ${email.error ?? 'Ghost gives no reason.'}` : warning;
  return { kind: 'published', platformPostId: id, platformPostUrl: url ?? null, ...(failure === undefined ? {} : { warning: failure }) };
}

/** Whether the newsletter is still on its way. */
const isMailing = ({ email }: Post): boolean => email?.status === 'pending' || email?.status === 'submitting';

/** The slug of the draft gives way to the customer’s, or to the title, of which Ghost makes one. */
function publicSlug({ content }: Publication): string {
  const options = optionsSchema.parse(content.options);
  return options.slug ?? articleOf(content.text, options).title.slice(0, MAX_SLUG);
}

/**
 * Publishes the draft. It carries the `updated_at` of the draft as it was prepared: what was changed since, by an attempt of which nobody
 * knows too, is refused as a collision. Source: Ghost docs, admin-api/posts/publishing-a-post.
 */
async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const { draft } = checkpointSchema.parse(publication.checkpoint);
  if (draft === undefined) return { kind: 'unsent', reason: 'there is no draft' };
  const { newsletter, emailSegment } = optionsSchema.parse(publication.content.options);
  const path = withQuery(`/posts/${draft.id}/`, { newsletter, email_segment: newsletter === undefined ? undefined : (emailSegment ?? 'all') });
  const body = { posts: [{ updated_at: draft.updatedAt, status: 'published', slug: publicSlug(publication) }] };
  const call = { method: 'PUT', path, visible: true, deadlineMs: manifest.submitDeadlineMs, ...jsonRequest(body) } as const;
  const result = await callAdmin(context, publication.credential, call, postsSchema);
  if (result.kind !== 'answered') return result;
  const [post] = result.value.posts;
  if (!isOut(post)) return { kind: 'unknown', reason: `the post is ${post.status} after it was published` };
  return isMailing(post) ? { kind: 'submitted', handle: post.id, retryInMs: MAIL_CHECK_MS } : published(post);
}

async function status(context: CallContext, { credential, dueAtMs }: Publication, handle: string): Promise<StatusReading> {
  const read = await readPost(context, credential, handle);
  if (read.kind !== 'answered') return harmless(read);
  if (!isMailing(read.value)) return published(read.value);
  if (context.nowMs < dueAtMs + LONGEST_MAILING_MS) return { kind: 'processing', retryInMs: MAIL_CHECK_MS };
  return published(read.value, 'The post is out; after an hour its e-mail was not sent yet.');
}

/** The draft is the handle. One that is gone may have been published before somebody deleted it. */
async function lookup(context: CallContext, publication: Publication): Promise<LookupReading> {
  const { draft } = checkpointSchema.parse(publication.checkpoint);
  if (draft === undefined) return { kind: 'absent' };
  const read = await readPost(context, publication.credential, draft.id);
  if (read.kind === 'answered') return isOut(read.value) ? published(read.value) : { kind: 'absent' };
  return { kind: 'inconclusive', message: read.kind === 'refused' ? read.message : read.reason };
}

export const publish: Publisher = {
  prepare,
  submit,
  status,
  lookup: (context, publication) => lookup(context, publication),
  remove: async (context, { credential }, platformPostId) => {
    const call = { method: 'DELETE', path: `/posts/${encodeURIComponent(platformPostId)}/` } as const;
    const result = await callAdmin(context, credential, call, z.undefined());
    if (result.kind === 'answered' || (result.kind === 'refused' && result.httpStatus === 404)) return { kind: 'deleted' };
    return harmless(result);
  },
};
