import { bodyJson, CLOCK_SKEW_MS, harmless, oneLine, screen, withQuery, type CallContext, type LookupReading, type Publication, type UnknownAttempt } from '../kit/index.ts';
import { callApi } from './call.ts';
import { errors } from './errors.ts';
import { readProcessing } from './processing.ts';
import { createdSchema, playlistItemsSchema } from './schemas.ts';
import { askSession, uploadOf } from './upload.ts';
import { titleOf } from './video.ts';

/** Asks the session of the upload, which repeats its final answer; where it has expired, the list of the channel's own uploads. */
export async function lookupVideo(context: CallContext, publication: Publication, attempt: UnknownAttempt): Promise<LookupReading> {
  const upload = uploadOf(publication);
  const [file] = publication.media;
  // Without a session nothing was sent.
  if (upload === undefined || file === undefined) return { kind: 'absent' };
  const reading = await askSession(context, publication.credential, upload, file.sizeBytes);
  if (reading.kind === 'incomplete') return { kind: 'absent' };
  if (reading.kind === 'gone') return findUpload(context, publication, attempt);
  const answer = screen(reading.outcome, errors, context.nowMs);
  if (answer.kind === 'response') {
    const created = createdSchema.safeParse(bodyJson(answer));
    return created.success ? readMade(context, publication, created.data.id) : { kind: 'inconclusive', message: 'The answer of the upload cannot be read.' };
  }
  const refused = harmless(answer);
  if (refused.category === 'transient' || refused.category === 'token_expired') return { kind: 'inconclusive', message: refused.message };
  // It may be the upload's final answer, or a word about this question only; the list knows.
  return findUpload(context, publication, attempt);
}

/** What YouTube could not process or rejected is not there; while it is at work nothing can be said. */
async function readMade(context: CallContext, publication: Publication, videoId: string): Promise<LookupReading> {
  const reading = await readProcessing(context, publication, videoId);
  if (reading.kind === 'published') return reading;
  if (reading.kind === 'processing') return { kind: 'inconclusive', message: 'YouTube is still processing the video.' };
  return reading.kind === 'rejected' ? { kind: 'absent' } : { kind: 'inconclusive', message: reading.message };
}

/** The upload in the channel's list, which begins with the newest, by its time and all its words. */
async function findUpload(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt): Promise<LookupReading> {
  const playlistId = publication.account.metadata['uploadsPlaylistId'];
  if (typeof playlistId !== 'string') return { kind: 'inconclusive', message: 'The list of the channel’s uploads is not known.' };
  const path = withQuery('/youtube/v3/playlistItems', { part: 'snippet', playlistId, maxResults: '50' });
  const result = await callApi(context, publication.credential, { method: 'GET', path }, playlistItemsSchema);
  if (result.kind !== 'answered') return { kind: 'inconclusive', message: harmless(result).message };
  // Of several that fit, the first after the attempt is ours.
  const hit = (result.value.items ?? []).findLast(({ snippet }) => {
    const isNew = !taken.has(snippet?.resourceId?.videoId ?? '') && Date.parse(snippet?.publishedAt ?? '') >= dispatchedAtMs - CLOCK_SKEW_MS;
    return isNew && snippet?.title === titleOf(publication) && oneLine(snippet.description ?? '') === oneLine(publication.content.text);
  });
  const videoId = hit?.snippet?.resourceId?.videoId;
  return videoId === undefined ? { kind: 'absent' } : readMade(context, publication, videoId);
}
