import {
  harmless,
  hostOf,
  screen,
  withQuery,
  type AccountCredential,
  type CallContext,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type MediaFile,
  type Prepared,
  type Publication,
  type Refused,
} from '../kit/index.ts';
import { callApi } from './call.ts';
import { errors } from './errors.ts';
import { channelStatusSchema, checkpointSchema, type Upload } from './schemas.ts';
import { optionsOf, videoResource } from './video.ts';

/** Chunks are multiples of 256 KiB (resumable upload protocol). */
const CHUNK_BYTES = 8 * 1024 * 1024;
const CHUNK_DEADLINE_MS = 10 * 60_000;
const LONGEST_UNVERIFIED_MS = 15 * 60_000;
const UPLOAD_PATH = '/upload/youtube/v3/videos';

type Save = (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>;

interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly file: MediaFile;
  readonly save: Save;
}

/** What YouTube said of a session. `incomplete`: it has so many bytes, and no video exists. `gone`: the session has expired. `final`: the upload is over, well or not. */
export type SessionReading =
  | { readonly kind: 'incomplete'; readonly offset: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'final'; readonly outcome: HttpOutcome };

export const uploadOf = ({ checkpoint }: Publication): Upload | undefined => checkpointSchema.parse(checkpoint).upload;

/**
 * A request to the address of a session. Only the query of that address is YouTube's: an answer does not lead the token to another host.
 */
function sessionRequest(context: CallContext, credential: AccountCredential, { query }: Upload, range: string): Pick<HttpRequest, 'method' | 'url' | 'headers'> {
  const headers = { authorization: `Bearer ${credential.accessToken.reveal()}`, 'content-range': range };
  return { method: 'PUT', url: `${hostOf(context.hosts, 'api')}${UPLOAD_PATH}${query}`, headers };
}

/** The rest of the file, or a question for the session that has it all already. */
export async function restRequest(context: CallContext, credential: AccountCredential, upload: Upload, file: MediaFile): Promise<HttpRequest> {
  if (upload.offset >= file.sizeBytes) return { ...sessionRequest(context, credential, upload, `bytes */${file.sizeBytes}`), body: '' };
  return chunkRequest(context, credential, upload, file, file.sizeBytes);
}

async function chunkRequest(context: CallContext, credential: AccountCredential, upload: Upload, file: MediaFile, end: number): Promise<HttpRequest> {
  const request = sessionRequest(context, credential, upload, `bytes ${upload.offset}-${end - 1}/${file.sizeBytes}`);
  return { ...request, headers: { ...request.headers, 'content-type': file.mimeType }, body: await file.stream(upload.offset, end) };
}

/** 308 is `Resume Incomplete` here and no redirect: its `Range` says what is stored, and nothing is where there is none. */
export function readSession(outcome: HttpOutcome): SessionReading {
  if (outcome.kind !== 'response') return { kind: 'final', outcome };
  if (outcome.status === 404 || outcome.status === 410) return { kind: 'gone' };
  if (outcome.status !== 308 || outcome.headers['location'] !== undefined) return { kind: 'final', outcome };
  const range = outcome.headers['range'];
  if (range === undefined) return { kind: 'incomplete', offset: 0 };
  const last = /^bytes=0-(\d+)$/.exec(range)?.[1];
  return last === undefined ? { kind: 'final', outcome } : { kind: 'incomplete', offset: Number(last) + 1 };
}

/** Asks a session what it has; of one that is over YouTube repeats the final answer. */
export async function askSession(context: CallContext, credential: AccountCredential, upload: Upload, totalBytes: number): Promise<SessionReading> {
  return readSession(await context.http.send({ ...sessionRequest(context, credential, upload, `bytes */${totalBytes}`), body: '' }));
}

/** Opens the session, where YouTube looks at title, description and settings, and sends all but the last chunk: no video exists yet. */
export async function prepareVideo(context: CallContext, publication: Publication, save: Save): Promise<Prepared | Refused> {
  const [file] = publication.media;
  if (file === undefined) return { kind: 'refused', category: 'media_rejected', code: 'no_video', message: 'There is no video.' };
  const work: Work = { context, publication, file, save };
  const upload = await resume(work);
  if ('kind' in upload) return upload;
  return sendAllButLast(work, upload);
}

/** Goes on where YouTube has got to, which may be another place than the one that was noted. */
async function resume(work: Work): Promise<Upload | Refused> {
  const { context, publication, file } = work;
  const noted = uploadOf(publication);
  if (noted === undefined) return open(work);
  const reading = await askSession(context, publication.credential, noted, file.sizeBytes);
  if (reading.kind === 'gone') return open(work);
  if (reading.kind === 'incomplete') return { ...noted, offset: reading.offset };
  const answer = screen(reading.outcome, errors, context.nowMs);
  // The video exists: submitting asks the session once more, and YouTube repeats the answer that tells its id.
  if (answer.kind === 'response') return { ...noted, offset: file.sizeBytes };
  const refused = harmless(answer);
  // A session that ended in a refusal repeats it for ever; a new one is judged anew.
  return refused.category === 'transient' || refused.category === 'token_expired' ? refused : open(work);
}

/** Only a verified channel may upload more than 15 minutes: asked before any byte, as the channel may have been verified since it was connected. */
async function refusalOfLength({ context, publication, file }: Work): Promise<Refused | undefined> {
  if ((file.durationMs ?? 0) <= LONGEST_UNVERIFIED_MS) return undefined;
  const path = withQuery('/youtube/v3/channels', { part: 'status', mine: 'true' });
  const result = await callApi(context, publication.credential, { method: 'GET', path }, channelStatusSchema);
  const status = result.kind === 'answered' ? result.value.items?.[0]?.status?.longUploadsStatus : undefined;
  if (status !== 'disallowed' && status !== 'eligible') return undefined;
  return { kind: 'refused', category: 'media_rejected', code: `longUploads: ${status}`, message: 'The channel may not upload more than 15 minutes: YouTube wants it verified first, at youtube.com/verify.' };
}

async function open(work: Work): Promise<Upload | Refused> {
  const { context, publication, file, save } = work;
  const refusal = await refusalOfLength(work);
  if (refusal !== undefined) return refusal;
  const { notifySubscribers = true } = optionsOf(publication);
  const url = withQuery(`${hostOf(context.hosts, 'api')}${UPLOAD_PATH}`, { uploadType: 'resumable', part: 'snippet,status', notifySubscribers: String(notifySubscribers) });
  const headers = {
    authorization: `Bearer ${publication.credential.accessToken.reveal()}`,
    'content-type': 'application/json; charset=UTF-8',
    'x-upload-content-type': file.mimeType,
    'x-upload-content-length': String(file.sizeBytes),
  };
  const outcome = await context.http.send({ method: 'POST', url, headers, body: JSON.stringify(videoResource(publication)) });
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const query = queryOf(answer);
  if (query === undefined) return harmless({ kind: 'unknown', reason: 'YouTube opened no session.', httpStatus: answer.status });
  const upload = { query, offset: 0 };
  await save({ upload });
  return upload;
}

function queryOf({ headers }: HttpResponse): string | undefined {
  const { location = '' } = headers;
  if (!URL.canParse(location)) return undefined;
  const { search, searchParams } = new URL(location);
  return searchParams.has('upload_id') ? search : undefined;
}

async function sendAllButLast({ context, publication, file, save }: Work, begun: Upload): Promise<Prepared | Refused> {
  let upload = begun;
  while (file.sizeBytes - upload.offset > CHUNK_BYTES) {
    const request = await chunkRequest(context, publication.credential, upload, file, upload.offset + CHUNK_BYTES);
    const reading = readSession(await context.http.send({ ...request, deadlineMs: CHUNK_DEADLINE_MS }));
    if (reading.kind === 'gone') {
      await save({});
      return harmless({ kind: 'unknown', reason: 'The upload has expired; it begins anew.' });
    }
    if (reading.kind === 'final') {
      const answer = screen(reading.outcome, errors, context.nowMs);
      return answer.kind === 'response' ? harmless({ kind: 'unknown', reason: 'YouTube took a part of the file for all of it.' }) : harmless(answer);
    }
    if (reading.offset <= upload.offset) return harmless({ kind: 'unknown', reason: 'YouTube stored nothing of a chunk.' });
    upload = { ...upload, offset: reading.offset };
    await save({ upload });
  }
  return { kind: 'ready', checkpoint: { upload } };
}
