import { harmless, type CallContext, type LookupReading, type Publication, type Published, type Publisher, type StatusReading, type Submitted } from '../kit/index.ts';
import { callApi, jsonRequest } from './call.ts';
import { postsPath, prepare, readPost } from './draft.ts';
import { manifest } from './manifest.ts';
import { checkpointSchema, createdSchema, type Post } from './schemas.ts';
import { z } from 'zod';

const CHECK_MS = 5_000;
/** After the call was answered the post is on its way; for its address nobody waits longer. */
const LONGEST_READING_MS = 60 * 60_000;

const published = ({ id, web_url: url }: Pick<Post, 'id' | 'web_url'>): Published => ({ kind: 'published', platformPostId: id, platformPostUrl: typeof url === 'string' && URL.canParse(url) ? url : null });

/** Confirms the draft, which publishes and mails it at once (api-reference/posts/update). Confirming is a one-way step that is made once. */
async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const { draftId } = checkpointSchema.parse(publication.checkpoint);
  if (draftId === undefined) return { kind: 'unsent', reason: 'there is no draft' };
  const path = `${postsPath(publication.account)}/${encodeURIComponent(draftId)}`;
  const call = { method: 'PATCH', path, visible: true, deadlineMs: manifest.submitDeadlineMs, ...jsonRequest({ status: 'confirmed' }) } as const;
  const result = await callApi(context, publication.credential, call, createdSchema);
  if (result.kind !== 'answered') return result;
  return { kind: 'submitted', handle: result.value.data.id, retryInMs: CHECK_MS };
}

async function status(context: CallContext, publication: Publication, handle: string): Promise<StatusReading> {
  const read = await readPost(context, publication, handle);
  if (read.kind !== 'answered') return harmless(read);
  if (read.value.kind === 'built' && read.value.post.status !== 'draft') return published(read.value.post);
  if (context.nowMs < publication.dueAtMs + LONGEST_READING_MS) return { kind: 'processing', retryInMs: read.waitMs ?? CHECK_MS };
  return { ...published({ id: handle, web_url: null }), warning: 'beehiiv took the post, and does not show it as published yet.' };
}

/** The draft is the handle. One that is gone may have been published before somebody deleted it; an archived one was out. */
async function lookup(context: CallContext, publication: Publication): Promise<LookupReading> {
  const { draftId } = checkpointSchema.parse(publication.checkpoint);
  if (draftId === undefined) return { kind: 'absent' };
  const read = await readPost(context, publication, draftId);
  if (read.kind !== 'answered') return { kind: 'inconclusive', message: read.kind === 'refused' ? read.message : read.reason };
  if (read.value.kind === 'building') return { kind: 'inconclusive', message: 'beehiiv is still building the post.' };
  return read.value.post.status === 'draft' ? { kind: 'absent' } : published(read.value.post);
}

export const publish: Publisher = {
  prepare,
  submit,
  status,
  lookup: (context, publication) => lookup(context, publication),
  /** A post that was confirmed is archived: it is off the web, and its e-mails are where they are. */
  remove: async (context, { account, credential }, platformPostId) => {
    const call = { method: 'DELETE', path: `${postsPath(account)}/${encodeURIComponent(platformPostId)}` } as const;
    const result = await callApi(context, credential, call, z.undefined());
    if (result.kind === 'answered' || (result.kind === 'refused' && result.httpStatus === 404)) return { kind: 'deleted' };
    return harmless(result);
  },
};
