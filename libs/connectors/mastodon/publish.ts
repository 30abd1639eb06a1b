import { harmless, withQuery, type CallContext, type Prepared, type Publication, type Publisher, type Refused, type Submitted } from '../kit/index.ts';
import { attachments, following } from './attachments.ts';
import { callServer, jsonRequest } from './call.ts';
import { lookup } from './lookup.ts';
import { manifest } from './manifest.ts';
import { preparedMedia, prepareMedia } from './media.ts';
import { checkpointSchema, deletedSchema, metadataSchema, optionsSchema, statusSchema } from './schemas.ts';
import { z } from 'zod';

/** What the part replies to: the one before it, or for the first what the customer named. */
export function repliedTo({ content, before }: Publication): string | undefined {
  return before.at(-1)?.platformPostId ?? optionsSchema.parse(content.options).inReplyToId;
}

/** The body of `POST /api/v1/statuses`. Warning, visibility and language hold for a whole thread, a poll for its first post. */
function statusBody(publication: Publication, mediaIds: readonly string[]): Readonly<Record<string, unknown>> {
  const { content, before } = publication;
  const { poll, visibility, sensitive, spoilerText, language } = optionsSchema.parse(content.options);
  const asked = poll === undefined || before.length > 0 ? undefined : { options: poll.options, expires_in: poll.durationMinutes * 60, multiple: poll.multiple, hide_totals: poll.hideTotals };
  return {
    ...(content.text === '' ? {} : { status: content.text }),
    ...(mediaIds.length === 0 ? {} : { media_ids: mediaIds }),
    poll: asked,
    visibility,
    sensitive,
    spoiler_text: spoilerText,
    language,
    in_reply_to_id: repliedTo(publication),
  };
}

/**
 * What is published now is newer than the account's latest status, which is therefore noted before the first attempt: a look-up then needs
 * no clock, and takes no older post of the same text for this one. Of a further part that is the part before it.
 */
async function noteLatest(context: CallContext, { account, credential, before }: Publication): Promise<{ readonly after: string } | Refused> {
  const previous = before.at(-1);
  if (previous !== undefined) return { after: previous.platformPostId };
  const { accountId } = metadataSchema.parse(account.metadata);
  const path = withQuery(`/api/v1/accounts/${encodeURIComponent(accountId)}/statuses`, { limit: '1' });
  const result = await callServer(context, credential, { method: 'GET', path }, z.array(z.object({ id: z.string() })));
  return result.kind === 'answered' ? { after: result.value[0]?.id ?? '' } : harmless(result);
}

async function prepare(context: CallContext, publication: Publication, save: (checkpoint: Publication['checkpoint']) => Promise<void>): Promise<Prepared | Refused> {
  let checkpoint = checkpointSchema.parse(publication.checkpoint);
  if (checkpoint.after === undefined) {
    const noted = await noteLatest(context, publication);
    if ('kind' in noted) return noted;
    checkpoint = { ...checkpoint, ...noted };
    await save(checkpoint);
  }
  return prepareMedia(context, { ...publication, checkpoint }, save);
}

async function submit(context: CallContext, publication: Publication): Promise<Submitted> {
  const media = preparedMedia(publication, context.nowMs);
  if (media === undefined) return { kind: 'unsent', reason: 'the media are not uploaded, or may be gone soon' };
  const { headers, body } = jsonRequest(statusBody(publication, media));
  const keyed = { ...headers, 'idempotency-key': publication.publicationId };
  const call = { method: 'POST', path: '/api/v1/statuses', visible: true, deadlineMs: manifest.submitDeadlineMs, headers: keyed, body } as const;
  const result = await callServer(context, publication.credential, call, statusSchema);
  if (result.kind !== 'answered') return result;
  const { id, url, media_attachments: attached } = result.value;
  // Servers before 4.3 leave out media that they do not know any more, without a word.
  const warning = attached.length < media.length ? { warning: `The server shows ${attached.length} of ${media.length} media.` } : {};
  return { kind: 'published', platformPostId: id, platformPostUrl: url ?? null, ...warning };
}

export const publish: Publisher = {
  attachments,
  following,
  prepare,
  submit,
  lookup: (context, publication, attempt) => lookup(context, publication, attempt, repliedTo(publication)),
  remove: async (context, { credential }, platformPostId) => {
    const path = `/api/v1/statuses/${encodeURIComponent(platformPostId)}?delete_media=true`;
    const result = await callServer(context, credential, { method: 'DELETE', path }, deletedSchema);
    if (result.kind === 'answered' || (result.kind === 'refused' && result.httpStatus === 404)) return { kind: 'deleted' };
    return harmless(result);
  },
};
