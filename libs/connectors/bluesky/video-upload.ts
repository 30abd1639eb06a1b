import { withQuery, type HttpRequest } from '../kit/index.ts';
import { isRefused, uploadDeadlineMs } from './blob.ts';
import { finishedUploadSchema, startedUploadSchema, uploadPartSchema, uploadStatusSchema, type VideoState } from './schemas.ts';
import { ask, judge, readJob, sendAs, videoHost, WORKING, type VideoStep, type VideoWork } from './video-service.ts';
import { xrpc } from './xrpc.ts';

type Upload = Extract<VideoState, { readonly kind: 'upload' }>;

const MAX_NAME = 256;
/** Own choice: an upload whose end is not through by now will not be. Only those that wait for parts expire by themselves. */
const LONGEST_UPLOAD_MS = 2 * 60 * 60_000;
/** States of an upload that gets nowhere any more (lexicon app.bsky.video.getUploadStatus). */
const OVER: ReadonlySet<string> = new Set(['failed', 'aborted', 'expired']);

/** Sends a video in parts, and where the service does not take parts as one body. */
export async function startUpload(work: VideoWork): Promise<VideoStep | 'elsewhere'> {
  const { context, media, saveState } = work;
  const { sizeBytes, mimeType, filename, durationMs, width, height } = media;
  // What is only advisory lets the service refuse before the bytes are sent.
  const known = Object.entries({ durationMs, width, height }).flatMap(([name, value]) => (value === null ? [] : [[name, Math.round(value)]]));
  const body = { sizeBytes, mimeType, name: filename.slice(0, MAX_NAME), ...Object.fromEntries(known) };
  const started = await ask(work, 'store', xrpc.post(videoHost(context), 'app.bsky.video.startUpload', body), startedUploadSchema);
  if (started === 'elsewhere') return uploadWhole(work);
  if (started.kind === 'refused') return started;
  const upload: Upload = { kind: 'upload', id: started.value.jobId, partBytes: started.value.partSizeBytes, begunAtMs: context.nowMs };
  await saveState(upload);
  return sendParts(work, upload, new Set());
}

/** Goes on with the parts that the service does not have: its word is the one that counts. One that got nowhere, or is forgotten, is begun anew. */
export async function resumeUpload(work: VideoWork, upload: Upload): Promise<VideoStep | 'elsewhere'> {
  const status = await ask(work, 'store', xrpc.get(videoHost(work.context), 'app.bsky.video.getUploadStatus', { jobId: upload.id }), uploadStatusSchema);
  if (status === 'elsewhere') return startUpload(work);
  if (status.kind === 'refused') return status.code === 'UploadNotFound' ? startUpload(work) : status;
  const { state, receivedParts, completedJobId } = status.value;
  if (OVER.has(state)) return startUpload(work);
  if (completedJobId !== undefined) {
    await work.saveState({ kind: 'job', id: completedJobId, uploadedAtMs: work.context.nowMs });
    return WORKING;
  }
  if (state === 'created') return sendParts(work, upload, new Set(receivedParts));
  return work.context.nowMs - upload.begunAtMs > LONGEST_UPLOAD_MS ? startUpload(work) : WORKING;
}

async function sendParts(work: VideoWork, { id, partBytes }: Upload, received: ReadonlySet<number>): Promise<VideoStep | 'elsewhere'> {
  const { context, media } = work;
  for (let start = 0, part = 1; start < media.sizeBytes; start += partBytes, part += 1) {
    if (received.has(part)) continue;
    const end = Math.min(start + partBytes, media.sizeBytes);
    const url = withQuery(`${videoHost(context)}/xrpc/app.bsky.video.uploadPart`, { jobId: id, partNumber: String(part) });
    const request = { method: 'POST', url, headers: { 'content-type': 'application/octet-stream' }, body: await media.stream(start, end) } satisfies HttpRequest;
    const sent = await ask(work, 'store', { ...request, deadlineMs: uploadDeadlineMs({ sizeBytes: end - start }) }, uploadPartSchema);
    if (sent === 'elsewhere' || sent.kind === 'refused') return sent;
  }
  return finish(work, id);
}

/** May be asked again; where the service has got the video before, it names the job of that. */
async function finish({ context, ...work }: VideoWork, jobId: string): Promise<VideoStep | 'elsewhere'> {
  const finished = await ask({ context, ...work }, 'store', xrpc.post(videoHost(context), 'app.bsky.video.finishUpload', { jobId }), finishedUploadSchema);
  if (finished === 'elsewhere' || finished.kind === 'refused') return finished;
  await work.saveState({ kind: 'job', id: finished.value.completedJobId, uploadedAtMs: context.nowMs });
  return judge(finished.value.jobStatus);
}

/** One body, which a killed worker sends again; the service then knows the video, or takes it as new. */
async function uploadWhole(work: VideoWork): Promise<VideoStep | 'elsewhere'> {
  const { context, publication, media, saveState } = work;
  const url = withQuery(`${videoHost(context)}/xrpc/app.bsky.video.uploadVideo`, { did: publication.account.platformUserId, name: media.filename });
  const request = { method: 'POST', url, headers: { 'content-type': media.mimeType }, body: await media.stream(), deadlineMs: uploadDeadlineMs(media) } satisfies HttpRequest;
  const sent = await sendAs(work, 'store', request);
  if (sent === 'elsewhere' || sent.kind === 'refused') return sent;
  const job = readJob(sent.outcome, context.nowMs);
  if (isRefused(job)) return job;
  if (job.jobId !== undefined) await saveState({ kind: 'job', id: job.jobId, uploadedAtMs: context.nowMs });
  return judge(job);
}
