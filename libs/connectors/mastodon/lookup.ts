import { withQuery, type CallContext, type LookupReading, type Publication, type UnknownAttempt } from '../kit/index.ts';
import { callServer, type CallResult } from './call.ts';
import { checkpointSchema, metadataSchema, optionsSchema, sourceSchema, statusSchema, type Status } from './schemas.ts';
import { z } from 'zod';

const PAGE_SIZE = 40;
const MAX_PAGES = 5;

const inconclusive = (result: Exclude<CallResult<unknown>, { kind: 'answered' }>): LookupReading => ({ kind: 'inconclusive', message: result.kind === 'refused' ? result.message : result.reason });

/**
 * Looks through what the account published since the status that was its latest before the first attempt, oldest first. Own posts of
 * every visibility are listed. Media ids belong to this very publication; a text is compared as it was handed in, which the server keeps.
 * Source: Mastodon docs, methods/accounts (statuses), methods/statuses (source).
 */
export async function lookup(context: CallContext, publication: Publication, { taken }: UnknownAttempt, replyTo: string | undefined): Promise<LookupReading> {
  const { accountId } = metadataSchema.parse(publication.account.metadata);
  let { after } = checkpointSchema.parse(publication.checkpoint);
  if (after === undefined) return { kind: 'inconclusive', isFinal: true, message: 'What the account had published before is not known.' };
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { limit: String(PAGE_SIZE), exclude_reblogs: 'true', min_id: after === '' ? '0' : after };
    const path = withQuery(`/api/v1/accounts/${encodeURIComponent(accountId)}/statuses`, query);
    const listed = await callServer(context, publication.credential, { method: 'GET', path }, z.array(statusSchema));
    if (listed.kind !== 'answered') return inconclusive(listed);
    const [newest] = listed.value;
    if (newest === undefined) return { kind: 'absent' };
    for (const status of listed.value.toReversed().filter((one) => !taken.has(one.id) && isLike(publication, replyTo, one))) {
      const same = await isSame(context, publication, status);
      if (typeof same !== 'boolean') return same;
      if (same) return { kind: 'published', platformPostId: status.id, platformPostUrl: status.url ?? null };
    }
    after = newest.id;
  }
  return { kind: 'inconclusive', message: `The account published more than ${MAX_PAGES} pages since.` };
}

const mediaOf = (publication: Publication): readonly string[] =>
  publication.media.length === 0 ? [] : checkpointSchema.parse(publication.checkpoint).media.flatMap((slot) => (slot === null ? [] : [slot.id]));

function isLike(publication: Publication, replyTo: string | undefined, status: Status): boolean {
  const { spoilerText = '' } = optionsSchema.parse(publication.content.options);
  const asked = mediaOf(publication);
  const shown = new Set(status.media_attachments.map(({ id }) => id));
  return (status.in_reply_to_id ?? undefined) === replyTo && (status.spoiler_text ?? '').trim() === spoilerText && asked.length === shown.size && asked.every((id) => shown.has(id));
}

/** A media id is in one status only; without one the text has to be the same. */
async function isSame(context: CallContext, publication: Publication, status: Status): Promise<boolean | LookupReading> {
  if (status.media_attachments.length > 0) return true;
  const path = `/api/v1/statuses/${encodeURIComponent(status.id)}/source`;
  const source = await callServer(context, publication.credential, { method: 'GET', path }, sourceSchema);
  if (source.kind !== 'answered') return inconclusive(source);
  return canonical(source.value.text) === canonical(publication.content.text);
}

/** A server trims the text, and may write line ends its own way. */
const canonical = (text: string): string => text.replaceAll('\r\n', '\n').normalize('NFC').trim();
