import { bodyText, isSuccess, multipartBody, openAddress, ownAddress, sealAddress, type CallContext, type HttpOutcome, type MediaFile, type Publication, type Refused } from '../kit/index.ts';
import { ask } from './call.ts';
import { formSchema, mediaSchema, uploadSchema, type Form, type Video } from './schemas.ts';

/** Pinterest's own bucket. */
const UPLOAD_HOSTS = /^pinterest-media-upload\.s3[a-z0-9.-]*\.amazonaws\.com$/;
const UPLOAD_DEADLINE_MS = 30 * 60_000;
const FIRST_CHECK_MS = 5_000;
const NEXT_CHECK_MS = 20_000;
/** For two gigabytes; Pinterest names no time. */
const PROCESSING_DEADLINE_MS = 60 * 60_000;

export interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly file: MediaFile;
  /** Undefined forgets the upload, so that the next try registers another. */
  readonly save: (video: Video | undefined) => Promise<void>;
}

export type Step = { readonly kind: 'video'; readonly video: Video } | { readonly kind: 'wait'; readonly video: Video; readonly retryInMs: number } | Refused;

const transient = (code: string, message: string): Refused => ({ kind: 'refused', category: 'transient', code, message });

/** Registers the video, uploads it and waits until it is processed, from wherever an earlier run left it (API v5, creating video Pins). */
export async function prepareVideo(work: Work, earlier: Video | undefined): Promise<Step> {
  if (earlier === undefined) return begin(work);
  if (earlier.isProcessed) return { kind: 'video', video: earlier };
  if (earlier.uploadedAtMs !== undefined) return follow(work, earlier);
  // The worker ended while it sent the file, or Pinterest's word on it was lost.
  const state = await readState(work, earlier);
  if (state.kind === 'refused') return state.httpStatus === 404 ? begin(work) : state;
  if (state.value.status !== 'registered') return follow(work, uploaded(work, earlier));
  const form = formOf(work, earlier);
  return form === undefined ? begin(work) : sendAndFollow(work, earlier, form);
}

/** Where and with which fields the file goes. Undefined when it was sealed with another token. */
function formOf({ publication }: Work, { mediaId, form }: Video): Form | undefined {
  const opened = form === undefined ? undefined : openAddress(publication.credential, mediaId, form);
  return opened === undefined ? undefined : formSchema.parse(JSON.parse(opened));
}

async function begin(work: Work): Promise<Step> {
  const { context, publication, save } = work;
  const registered = await ask(context, publication.credential, { method: 'POST', path: '/media', json: { media_type: 'video' } }, uploadSchema);
  if (registered.kind === 'refused') return registered;
  const { media_id: mediaId, upload_url: url, upload_parameters: fields } = registered.value;
  const form: Form = { url, fields };
  const video: Video = { mediaId, registeredAtMs: context.nowMs, form: sealAddress(publication.credential, mediaId, JSON.stringify(form)), isProcessed: false };
  await save(video);
  return sendAndFollow(work, video, form);
}

async function sendAndFollow(work: Work, video: Video, given: Form): Promise<Step> {
  const { context, file, save } = work;
  const url = ownAddress(context, 'upload', UPLOAD_HOSTS, given.url);
  if (url === undefined) {
    await save(undefined);
    return transient('upload_url', 'Pinterest gave no place of its own to upload to.');
  }
  // The store reads the fields in front of the file only, and wants no token: the fields are its signature (Amazon S3, POST object).
  const fields = Object.entries(given.fields).map(([name, content]) => ({ name, content }));
  const form = multipartBody([...fields, { name: 'file', filename: file.filename, contentType: file.mimeType, content: await file.stream() }]);
  const outcome = await context.http.send({ method: 'POST', url, headers: { 'content-type': form.contentType }, body: form.body, deadlineMs: UPLOAD_DEADLINE_MS });
  const refused = refusalOf(outcome);
  if (refused !== undefined) {
    // What the store refuses once it refuses for ever: its form has run out, or does not take this file. A slow line is no refusal.
    if (refused.httpStatus !== undefined && refused.httpStatus < 500 && refused.code !== 'RequestTimeout') await save(undefined);
    return refused;
  }
  const sent = uploaded(work, video);
  await save(sent);
  return { kind: 'wait', video: sent, retryInMs: FIRST_CHECK_MS };
}

/** The form has done its work. */
function uploaded({ context }: Work, { form: _form, ...kept }: Video): Video {
  return { ...kept, uploadedAtMs: context.nowMs };
}

/** Reads the store's answer, which is XML (Amazon S3, error responses). */
function refusalOf(outcome: HttpOutcome): Refused | undefined {
  if (outcome.kind !== 'response') return transient(outcome.kind, `The upload broke off: ${outcome.reason}`);
  if (isSuccess(outcome)) return undefined;
  const { status } = outcome;
  const text = bodyText(outcome).slice(0, 2000);
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? String(status);
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? `The upload was answered with HTTP ${status}.`;
  return { kind: 'refused', category: code === 'EntityTooLarge' ? 'media_rejected' : 'transient', code, message, httpStatus: status };
}

const readState = ({ context, publication }: Work, { mediaId }: Video) => ask(context, publication.credential, { method: 'GET', path: `/media/${mediaId}` }, mediaSchema);

/** `registered`, `processing`, `succeeded` or `failed` (API v5, schema MediaUploadStatus). */
async function follow(work: Work, video: Video): Promise<Step> {
  const { context, save } = work;
  const state = await readState(work, video);
  if (state.kind === 'refused' && state.httpStatus === 404) {
    await save(undefined);
    return transient('media_gone', 'Pinterest does not know the upload any more; it begins anew.');
  }
  if (state.kind === 'refused') return state;
  const { status } = state.value;
  if (status === 'succeeded') return { kind: 'video', video: { ...video, isProcessed: true } };
  if (status === 'failed') {
    await save(undefined);
    return { kind: 'refused', category: 'media_rejected', code: 'processing_failed', message: 'Pinterest could not process the video; it gives no reason.' };
  }
  if (context.nowMs - (video.uploadedAtMs ?? context.nowMs) < PROCESSING_DEADLINE_MS) return { kind: 'wait', video, retryInMs: NEXT_CHECK_MS };
  await save(undefined);
  const minutes = PROCESSING_DEADLINE_MS / 60_000;
  return { kind: 'refused', category: 'platform_error', code: 'processing_deadline', message: `Pinterest did not process the video within ${minutes} minutes: it is still ${status}.` };
}
