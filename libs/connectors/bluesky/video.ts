import type { CallContext, Refused } from '../kit/index.ts';
import { isRefused } from './blob.ts';
import { ENTRYWAY } from './manifest.ts';
import { uploadLimitsSchema, type VideoState } from './schemas.ts';
import { ask, judge, readJob, videoHost, type VideoStep, type VideoWork } from './video-service.ts';
import { resumeUpload, startUpload } from './video-upload.ts';
import { serverOf, xrpc } from './xrpc.ts';

/** Own choice: a video that is not processed by now will not be. */
const LONGEST_PROCESSING_MS = 2 * 60 * 60_000;
/** When an allowance of a day is new is not documented; asking again costs one call. */
const ALLOWANCE_CHECK_MS = 60 * 60_000;

/**
 * Whether the video service can store at this server. It looks the server up by its account's DID and comes to it over the public network, for
 * which the audience `did:web:<host>` of its token has to be the server's name. An address without TLS, with a port or by number is none that
 * it could come to, and asking would only tell a stranger of a server that is kept private. The entryway is no server of an account.
 */
export function reachesVideoService({ isSandbox }: Pick<CallContext, 'isSandbox'>, pds: string): boolean {
  if (isSandbox) return true;
  const { protocol, hostname, port } = new URL(pds);
  return protocol === 'https:' && port === '' && hostname !== new URL(ENTRYWAY).hostname && /\.[a-z][a-z0-9-]*$/i.test(hostname);
}

/** Servers of Bluesky itself: their accounts are the service's own, so that its word on them is the last. */
const isBlueskys = ({ isSandbox }: CallContext, pds: string): boolean => isSandbox || new URL(pds).hostname.endsWith('.host.bsky.network');

/**
 * What says of another server's account that the service is no way for it: it knows or wants it not, cannot be reached from here, or cannot
 * reach the server. Limits, and what is wrong with the video, are the same on every way.
 */
const NO_WAY: ReadonlySet<string> = new Set(['account_restricted', 'platform_error', 'scope_missing', 'unsent', 'pds_upload_failure']);
const isNoWay = ({ category, code }: Refused): boolean => NO_WAY.has(category) || NO_WAY.has(code);

/**
 * The recommended way of a video (docs.bsky.app/docs/tutorials/video): the service processes it, stores it at the account's server and names
 * the blob, so that the post shows it from its first moment. `elsewhere`: the server has to take it as it is.
 */
export async function processVideo(work: VideoWork): Promise<VideoStep | 'elsewhere'> {
  const { context, state } = work;
  const pds = serverOf(context);
  if (!reachesVideoService(context, pds)) return 'elsewhere';
  const step = await proceed(work, state);
  if (step === 'elsewhere' || step.kind !== 'refused') return step;
  return isNoWay(step) && !isBlueskys(context, pds) ? 'elsewhere' : step;
}

async function proceed(work: VideoWork, state: VideoState | undefined): Promise<VideoStep | 'elsewhere'> {
  if (state?.kind === 'job') return readOn(work, state);
  if (state?.kind === 'upload') return resumeUpload(work, state);
  const refused = await checkAllowance(work);
  return refused ?? startUpload(work);
}

/** Undefined where the account may upload this video today. */
async function checkAllowance(work: VideoWork): Promise<Refused | 'elsewhere' | undefined> {
  const { context, media } = work;
  const limits = await ask(work, 'ask', xrpc.get(videoHost(context), 'app.bsky.video.getUploadLimits', {}), uploadLimitsSchema);
  if (limits === 'elsewhere' || limits.kind === 'refused') return limits;
  const { canUpload, remainingDailyVideos = 1, remainingDailyBytes = media.sizeBytes, error = 'cannot_upload', message } = limits.value;
  if (remainingDailyVideos < 1 || remainingDailyBytes < media.sizeBytes) {
    const words = message ?? `Of the allowance of the day there are ${remainingDailyVideos} videos and ${remainingDailyBytes} bytes left.`;
    return { kind: 'refused', category: 'quota_exhausted', code: 'daily_allowance', message: words, untilMs: context.nowMs + ALLOWANCE_CHECK_MS };
  }
  return canUpload ? undefined : { kind: 'refused', category: 'account_restricted', code: error, message: message ?? 'The account may not upload videos.' };
}

/** The job as it is now. One that the service does not know any more is begun anew. */
async function readOn({ context, saveState }: VideoWork, { id, uploadedAtMs }: Extract<VideoState, { readonly kind: 'job' }>): Promise<VideoStep> {
  const job = readJob(await context.http.send(xrpc.get(videoHost(context), 'app.bsky.video.getJobStatus', { jobId: id })), context.nowMs);
  if (isRefused(job)) {
    if (job.httpStatus !== 400 && job.httpStatus !== 404) return job;
    await saveState(undefined);
    return { ...job, category: 'transient' };
  }
  const step = judge(job);
  // What could not be stored is sent anew.
  if (step.kind === 'refused' && step.category === 'transient') await saveState(undefined);
  if (step.kind !== 'working' || context.nowMs - uploadedAtMs <= LONGEST_PROCESSING_MS) return step;
  return { kind: 'refused', category: 'media_rejected', code: 'processing_timeout', message: 'The video service did not finish processing the video.' };
}
