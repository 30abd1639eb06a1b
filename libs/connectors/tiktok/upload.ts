import { harmless, openAddress, ownAddress, screen, sealAddress, type AccountCredential, type CallContext, type HttpOutcome, type HttpRequest, type MediaFile, type Prepared, type Publication, type Refused, type Submitted } from '../kit/index.ts';
import { callApi } from './call.ts';
import { endOfChunk, planOf } from './chunks.ts';
import { checkCreator } from './creator.ts';
import { isFinal, uploadErrors } from './errors.ts';
import { optionsOf, videoInfo } from './post-info.ts';
import { checkpointOf, openedSchema, type Checkpoint } from './schemas.ts';
import { readState } from './state.ts';

/** An address is taken for an hour; one that would not live through the last call is given up before. */
const ADDRESS_LIFE_MS = 55 * 60_000;
/** Its host differs by region (media transfer guide). */
const UPLOAD_HOSTS = /\.tiktokapis\.com$/;
const CHUNK_DEADLINE_MS = 5 * 60_000;
const FIRST_STATUS_MS = 5000;

interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly file: MediaFile;
  readonly save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** An upload that can go on: from `checkpoint.offset`, at this address. */
interface Upload {
  readonly kind: 'upload';
  readonly checkpoint: Checkpoint & { readonly offset: number };
  readonly url: string;
}

/** Gets all but the last chunk to TikTok: nothing is published before that one (Content Posting API, media transfer guide). */
export async function prepareVideo(context: CallContext, publication: Publication, save: Work['save']): Promise<Prepared | Refused> {
  const [file] = publication.media;
  if (file === undefined) return { kind: 'refused', category: 'media_rejected', code: 'no_video', message: 'There is no video.' };
  const work: Work = { context, publication, file, save };
  const noted = checkpointOf(publication);
  const upload = noted.publishId === undefined ? await open(work) : await resume(work, noted, noted.publishId);
  return upload.kind === 'upload' ? sendAllButLast(work, upload) : upload;
}

/** The address for the bytes as this process reaches it, or undefined when it leads anywhere but to TikTok. */
export function uploadAddress(context: Pick<CallContext, 'isSandbox' | 'hosts' | 'publicHosts'>, address: string): string | undefined {
  return ownAddress(context, 'upload', UPLOAD_HOSTS, address);
}

/** Tells TikTok what will come. An upload of which bytes are missing is never published, so that it may be left for a new one. */
async function open({ context, publication, file, save }: Work): Promise<Upload | Refused> {
  const checked = await checkCreator(context, publication);
  if ('kind' in checked) return checked;
  const isDraft = optionsOf(publication).draft === true;
  const source = { source_info: { source: 'FILE_UPLOAD', ...planOf(file.sizeBytes) } };
  const body = isDraft ? source : { post_info: videoInfo(publication, checked.creator), ...source };
  const path = isDraft ? '/v2/post/publish/inbox/video/init/' : '/v2/post/publish/video/init/';
  const result = await callApi(context, publication.credential, { method: 'POST', path, body }, openedSchema);
  if (result.kind !== 'answered') return harmless(result);
  const { publish_id: publishId, upload_url: address } = result.value;
  const url = uploadAddress(context, address);
  if (url === undefined) return harmless({ kind: 'unknown', reason: 'TikTok named an address for the bytes that is not its own.' });
  const checkpoint = { ...checked, publishId, address: sealAddress(publication.credential, publishId, address), openedAtMs: context.nowMs, offset: 0 };
  await save(checkpoint);
  return { kind: 'upload', checkpoint, url };
}

/** The address of an upload that is under way, where it is known and still taken. */
function currentAddress(context: CallContext, credential: AccountCredential, { publishId, address, openedAtMs = 0 }: Checkpoint): string | undefined {
  if (publishId === undefined || address === undefined || context.nowMs - openedAtMs > ADDRESS_LIFE_MS) return undefined;
  const opened = openAddress(credential, publishId, address);
  return opened === undefined ? undefined : uploadAddress(context, opened);
}

/**
 * Goes on where TikTok has got to. Another upload is begun only where TikTok itself says that of this one nothing will come: bytes are
 * missing, or it failed.
 */
async function resume(work: Work, noted: Checkpoint, publishId: string): Promise<Upload | Prepared | Refused> {
  const { context, publication, file } = work;
  const { credential } = publication;
  const sent = { kind: 'ready', checkpoint: { ...noted, readyAtMs: noted.readyAtMs ?? context.nowMs, isSent: true } } as const;
  const mayBeSent = noted.readyAtMs !== undefined;
  const state = await readState(context, credential, publishId);
  if (state.kind === 'refused') return state.category === 'platform_error' && !mayBeSent ? open(work) : state;
  if (state.kind === 'failed') return isFinal(state.failure) ? { ...state.failure, kind: 'refused' } : open(work);
  if (state.kind !== 'uploading') return sent;
  const offset = state.bytes ?? (mayBeSent ? undefined : noted.offset);
  // Without a word on how many bytes TikTok has, the last ones may be among them.
  if (offset === undefined || offset >= file.sizeBytes) return sent;
  const url = currentAddress(context, credential, noted);
  if (url === undefined || endOfChunk(planOf(file.sizeBytes), offset) === undefined) return open(work);
  return { kind: 'upload', checkpoint: { ...noted, offset }, url };
}

async function chunkRequest(url: string, file: MediaFile, start: number, end: number): Promise<HttpRequest> {
  const headers = { 'content-type': file.mimeType, 'content-range': `bytes ${start}-${end - 1}/${file.sizeBytes}` };
  return { method: 'PUT', url, headers, body: await file.stream(start, end) };
}

async function sendAllButLast({ context, file, save }: Work, upload: Upload): Promise<Prepared | Refused> {
  const plan = planOf(file.sizeBytes);
  let { checkpoint } = upload;
  for (;;) {
    const end = endOfChunk(plan, checkpoint.offset) ?? file.sizeBytes;
    if (end === file.sizeBytes) return { kind: 'ready', checkpoint: { ...checkpoint, readyAtMs: context.nowMs } };
    const request = await chunkRequest(upload.url, file, checkpoint.offset, end);
    const answer = screen(await context.http.send({ ...request, deadlineMs: CHUNK_DEADLINE_MS }), uploadErrors, context.nowMs);
    if (answer.kind !== 'response') {
      const refused = harmless(answer);
      // The address is no good any more, and TikTok's word on the bytes decides what comes next.
      if (refused.httpStatus === 403 || refused.httpStatus === 404) await save({ ...checkpoint, address: undefined });
      return refused;
    }
    if (answer.status !== 206) return harmless({ kind: 'unknown', reason: 'TikTok did not take a chunk for one of several.', httpStatus: answer.status });
    checkpoint = { ...checkpoint, offset: end };
    await save(checkpoint);
  }
}

/** Sends the last chunk, with which TikTok begins to publish. */
export async function submitVideo(context: CallContext, publication: Publication, deadlineMs: number): Promise<Submitted> {
  const [file] = publication.media;
  const checkpoint = checkpointOf(publication);
  const { publishId, offset } = checkpoint;
  if (file === undefined || publishId === undefined || offset === undefined) return { kind: 'unsent', reason: 'no upload was begun' };
  const submitted = { kind: 'submitted', handle: publishId, retryInMs: FIRST_STATUS_MS } as const;
  if (checkpoint.isSent === true) return submitted;
  const url = currentAddress(context, publication.credential, checkpoint);
  if (url === undefined) return { kind: 'unsent', reason: 'the address for the bytes is not taken any more' };
  const request = await chunkRequest(url, file, offset, file.sizeBytes);
  const outcome = await context.http.send({ ...request, visible: true, deadlineMs });
  const answer = screen(outcome, uploadErrors, context.nowMs);
  if (answer.kind !== 'response') return answer;
  if (answer.status === 201) return submitted;
  return isShort(outcome, file.sizeBytes)
    ? { kind: 'refused', category: 'transient', code: 'incomplete', message: 'TikTok has not got all bytes of the file.', httpStatus: answer.status }
    : { kind: 'unknown', reason: 'the answer to the last chunk cannot be read', httpStatus: answer.status };
}

/** 206 with the range that TikTok has says that bytes are missing. */
function isShort(outcome: HttpOutcome, totalBytes: number): boolean {
  if (outcome.kind !== 'response' || outcome.status !== 206) return false;
  const last = /^bytes 0-(\d+)\/\d+$/.exec(outcome.headers['content-range'] ?? '')?.[1];
  return last !== undefined && Number(last) + 1 < totalBytes;
}
