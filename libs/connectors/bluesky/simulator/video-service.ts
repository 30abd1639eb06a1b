import { createHash } from 'node:crypto';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { isObject, json, jsonObject, refuse, textField } from './answers.ts';
import { cidOf } from './identifiers.ts';
import { sniff } from './repository.ts';
import { bearer, type Bearer } from './service-tokens.ts';
import { isConfirmed } from './sessions.ts';
import type { Account, StoredUpload, VideoDay, VideoJob, World } from './world.ts';

export interface VideoServiceOptions {
  /** What an account may upload in a day (UTC). Default: so much that load tests do not meet it. */
  readonly daily?: VideoDay;
  /** Default 8 MiB. */
  readonly partBytes?: number;
  /** Whether uploads in parts are there; services before August 2026 have `uploadVideo` only. Default true. */
  readonly takesParts?: boolean;
}

const DAY_MS = 86_400_000;
/** A guess: the service names the end of each upload. */
const UPLOAD_LIFE_MS = 3_600_000;
const MAX_VIDEO_BYTES = 300_000_000;
const DEFAULTS = { daily: { videos: 1_000_000, bytes: Number.MAX_SAFE_INTEGER }, partBytes: 8 * 1024 * 1024, takesParts: true } as const;
const STORE = 'com.atproto.repo.uploadBlob';
const LIMITS = 'app.bsky.video.getUploadLimits';
/** States on the way, each from so many milliseconds after the upload. Only the two ends are listed in the lexicon. */
const WAY = [
  [0, 'JOB_STATE_CREATED'],
  [1_000, 'JOB_STATE_ENCODING'],
  [4_000, 'JOB_STATE_SCANNING'],
  [7_000, 'JOB_STATE_UPLOADING'],
] as const;
const PROCESSED_MS = 8_000;
const FAILURE = /^fails_(validation_failure|encoding_failure|pds_upload_failure|pds_upload_unsupported_blob_size|generic_failure)/;

interface Service {
  readonly host: SimulatorHost;
  readonly world: World;
  readonly options: Required<VideoServiceOptions>;
}

type Run = (request: SimulatedRequest) => SimulatedResponse;

/** The calls of `app.bsky.video` by their names, with the method of each. */
export function videoCalls(host: SimulatorHost, world: World, options: VideoServiceOptions): readonly (readonly [string, 'GET' | 'POST', string, Run])[] {
  const service: Service = { host, world, options: { ...DEFAULTS, ...options } };
  const asBearer =
    (lxm: string, run: (caller: Bearer, request: SimulatedRequest) => SimulatedResponse): Run =>
    (request) => {
      const caller = bearer(host, world, request, lxm);
      return 'status' in caller ? caller : run(caller, request);
    };
  const inParts = (run: (caller: Bearer, request: SimulatedRequest) => SimulatedResponse): Run =>
    service.options.takesParts ? asBearer(STORE, run) : () => refuse(501, 'MethodNotImplemented', 'Method Not Implemented');
  return [
    [LIMITS, 'GET', 'other', asBearer(LIMITS, ({ account }) => getUploadLimits(service, account))],
    ['app.bsky.video.uploadVideo', 'POST', 'upload', asBearer(STORE, (caller, request) => uploadVideo(service, caller, request))],
    ['app.bsky.video.getJobStatus', 'GET', 'status', ({ query }) => getJobStatus(service, query.get('jobId') ?? '')],
    ['app.bsky.video.startUpload', 'POST', 'upload', inParts((caller, request) => startUpload(service, caller, request))],
    ['app.bsky.video.uploadPart', 'POST', 'upload', inParts((caller, request) => uploadPart(service, caller, request))],
    ['app.bsky.video.getUploadStatus', 'GET', 'upload', inParts((caller, { query }) => getUploadStatus(service, caller, query.get('jobId') ?? ''))],
    ['app.bsky.video.finishUpload', 'POST', 'upload', inParts((caller, request) => finishUpload(service, caller, request))],
    ['app.bsky.video.abortUpload', 'POST', 'upload', inParts((caller, request) => abortUpload(service, caller, request))],
  ];
}

const hashOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const dayKey = ({ host }: Service, { did }: Account): string => `${did} ${Math.floor(host.now() / DAY_MS)}`;
const usedOf = (service: Service, account: Account): VideoDay => service.world.videoDays.get(dayKey(service, account)) ?? { videos: 0, bytes: 0 };

function use(service: Service, account: Account, videos: 1 | -1, bytes: number): void {
  const used = usedOf(service, account);
  service.world.videoDays.set(dayKey(service, account), { videos: used.videos + videos, bytes: used.bytes + bytes });
}

function getUploadLimits(service: Service, account: Account): SimulatedResponse {
  const { daily } = service.options;
  const used = usedOf(service, account);
  const left = { remainingDailyVideos: Math.max(0, daily.videos - used.videos), remainingDailyBytes: Math.max(0, daily.bytes - used.bytes) };
  if (!isConfirmed(account)) return json({ canUpload: false, ...left, error: 'unconfirmed_email', message: 'You must confirm your email address before you can upload videos' });
  const canUpload = left.remainingDailyVideos > 0 && left.remainingDailyBytes > 0;
  return json({ canUpload, ...left, ...(canUpload ? {} : { error: 'daily_limit', message: 'User has reached the daily upload limit' }) });
}

/** Why the account may not upload this now. */
function refuseUpload(service: Service, account: Account, sizeBytes: number): SimulatedResponse | undefined {
  const { daily } = service.options;
  const used = usedOf(service, account);
  if (!isConfirmed(account)) return refuse(401, 'unconfirmed_email', 'You must confirm your email address before you can upload videos');
  if (used.videos >= daily.videos) return refuse(400, 'DailyLimitExceeded', 'User has reached the daily upload limit');
  const isLarge = sizeBytes > MAX_VIDEO_BYTES || sizeBytes > daily.bytes - used.bytes;
  return isLarge ? refuse(400, 'VideoTooLarge', 'The video is too large') : undefined;
}

/** The job of a video, that of before where the service has it and did not fail. */
function openJob(service: Service, { account, endsAtMs }: Bearer, video: Pick<VideoJob, 'content' | 'sizeBytes' | 'name'>): { readonly job: VideoJob; readonly isNew: boolean } {
  const { host, world } = service;
  const known = world.videoJobs.get(`${account.did} ${video.content}`);
  if (known !== undefined && statusOf(service, known)['state'] !== 'JOB_STATE_FAILED') return { job: known, isNew: false };
  const job = { ...video, jobId: host.random(12), did: account.did, uploadedAtMs: host.now(), tokenEndsAtMs: endsAtMs };
  world.videoJobs.set(job.jobId, job);
  world.videoJobs.set(`${account.did} ${video.content}`, job);
  return { job, isNew: true };
}

/** A job as it is told (`app.bsky.video.defs#jobStatus`). Names of files that begin with `fails_` and a failure code fail with it. */
function statusOf({ host, world }: Service, { jobId, did, content, sizeBytes, name, uploadedAtMs, tokenEndsAtMs }: VideoJob): Record<string, unknown> {
  const passed = host.now() - uploadedAtMs;
  if (passed < PROCESSED_MS) return { jobId, did, state: WAY.findLast(([from]) => passed >= from)?.[1], progress: Math.floor((passed * 100) / PROCESSED_MS) };
  const failureCode = FAILURE.exec(name)?.[1] ?? (uploadedAtMs + PROCESSED_MS > tokenEndsAtMs ? 'pds_upload_failure' : undefined);
  if (failureCode !== undefined) return { jobId, did, state: 'JOB_STATE_FAILED', error: 'Video failed to process', failureCode, message: 'Video failed to process' };
  const blob = { $type: 'blob', ref: { $link: cidOf('raw', Buffer.from(content)) }, mimeType: 'video/mp4', size: sizeBytes };
  world.blobs.set(`${did}/${blob.ref.$link}`, { did, mimeType: blob.mimeType, size: blob.size });
  return { jobId, did, state: 'JOB_STATE_COMPLETED', progress: 100, blob };
}

/** Answers with the job itself, as the tutorial reads it; a video that is there already is an error with its job. */
function uploadVideo(service: Service, caller: Bearer, { query, headers, body }: SimulatedRequest): SimulatedResponse {
  if (query.get('did') !== caller.account.did) return refuse(401, 'AuthenticationRequired', 'The token is not of this account');
  if (headers['content-type'] !== 'video/mp4' || sniff(body) !== 'video/mp4') return refuse(400, 'UnsupportedContentType', 'The content type is not supported');
  const refused = refuseUpload(service, caller.account, body.length);
  if (refused !== undefined) return refused;
  const { job, isNew } = openJob(service, caller, { content: hashOf(body), sizeBytes: body.length, name: query.get('name') ?? '' });
  if (!isNew) return json({ ...statusOf(service, job), error: 'already_exists', message: 'Video already processed' }, 409);
  use(service, caller.account, 1, body.length);
  return json(statusOf(service, job));
}

function getJobStatus(service: Service, jobId: string): SimulatedResponse {
  const job = service.world.videoJobs.get(jobId);
  return job === undefined ? refuse(404, 'JobNotFound', 'The job is not known') : json({ jobStatus: statusOf(service, job) });
}

function startUpload(service: Service, { account }: Bearer, request: SimulatedRequest): SimulatedResponse {
  const { host, world, options } = service;
  const body = jsonObject(request) ?? {};
  const { sizeBytes } = body;
  if (typeof sizeBytes !== 'number' || !Number.isInteger(sizeBytes) || sizeBytes < 1) return refuse(400, 'InvalidRequest', 'Input must have the property "sizeBytes"');
  for (const name of ['durationMs', 'width', 'height']) {
    if (body[name] !== undefined && !Number.isInteger(body[name])) return refuse(400, 'InvalidRequest', `Input/${name} must be an integer`);
  }
  if (textField(body, 'mimeType') !== 'video/mp4') return refuse(400, 'UnsupportedContentType', 'The declared MIME type is not supported');
  const refused = refuseUpload(service, account, sizeBytes);
  if (refused !== undefined) return refused;
  const upload: StoredUpload = {
    ...{ jobId: host.random(12), did: account.did, sizeBytes, partBytes: options.partBytes, name: textField(body, 'name') ?? '' },
    ...{ expiresAtMs: host.now() + UPLOAD_LIFE_MS, state: 'created', parts: {} },
  };
  world.uploads.set(upload.jobId, upload);
  use(service, account, 1, sizeBytes);
  return json({ jobId: upload.jobId, partSizeBytes: upload.partBytes, partCount: partCount(upload), expiresAt: new Date(upload.expiresAtMs).toISOString() });
}

const partCount = ({ sizeBytes, partBytes }: StoredUpload): number => Math.ceil(sizeBytes / partBytes);

/** The caller's upload, whatever became of it. */
function uploadOf({ world }: Service, { account }: Bearer, jobId: string): StoredUpload | SimulatedResponse {
  const upload = world.uploads.get(jobId);
  return upload?.did === account.did ? upload : refuse(404, 'UploadNotFound', 'The upload is not known');
}

function uploadPart(service: Service, caller: Bearer, { query, body }: SimulatedRequest): SimulatedResponse {
  const upload = uploadOf(service, caller, query.get('jobId') ?? '');
  if ('status' in upload) return upload;
  const refused = refuseEnded(service, upload);
  if (refused !== undefined) return refused;
  const part = Number(query.get('partNumber'));
  if (!Number.isInteger(part) || part < 1 || part > partCount(upload)) return refuse(400, 'InvalidPartNumber', 'The part number is not in the range of the upload');
  const expected = Math.min(upload.partBytes, upload.sizeBytes - (part - 1) * upload.partBytes);
  if (body.length !== expected) return refuse(400, 'PartSizeMismatch', `The part has ${body.length} bytes instead of ${expected}`);
  const mimeType = part === 1 ? sniff(body) : undefined;
  const received = { hash: hashOf(body), ...(mimeType === undefined ? {} : { mimeType }) };
  service.world.uploads.set(upload.jobId, { ...upload, parts: { ...upload.parts, [part]: received } });
  return json({ partNumber: part, sizeBytes: body.length });
}

function refuseEnded({ host }: Service, { state, expiresAtMs }: StoredUpload): SimulatedResponse | undefined {
  if (state === 'completed') return refuse(400, 'UploadAlreadyCompleted', 'The upload is completed');
  if (state === 'aborted') return refuse(400, 'UploadAborted', 'The upload was aborted');
  return expiresAtMs <= host.now() ? refuse(400, 'UploadExpired', 'The upload expired') : undefined;
}

function getUploadStatus(service: Service, caller: Bearer, jobId: string): SimulatedResponse {
  const upload = uploadOf(service, caller, jobId);
  if ('status' in upload) return upload;
  const { partBytes, parts, expiresAtMs, state, completedJobId } = upload;
  const job = completedJobId === undefined ? undefined : service.world.videoJobs.get(completedJobId);
  return json({
    ...{ jobId, partSizeBytes: partBytes, partCount: partCount(upload), receivedParts: Object.keys(parts).map(Number), expiresAt: new Date(expiresAtMs).toISOString() },
    state: state === 'created' && expiresAtMs <= service.host.now() ? 'expired' : state,
    ...(job === undefined ? {} : { completedJobId, jobStatus: statusOf(service, job) }),
  });
}

/** May be called again. A video that is there already gives the job of before. */
function finishUpload(service: Service, caller: Bearer, request: SimulatedRequest): SimulatedResponse {
  const upload = uploadOf(service, caller, textField(jsonObject(request) ?? {}, 'jobId') ?? '');
  if ('status' in upload) return upload;
  const refused = upload.state === 'completed' ? undefined : refuseEnded(service, upload);
  if (refused !== undefined) return refused;
  const numbers = Array.from({ length: partCount(upload) }, (_none, index) => index + 1);
  const missing = numbers.filter((part) => !isObject(upload.parts[part]));
  if (missing.length > 0) return refuse(400, 'MissingParts', `Missing parts: ${missing.join(', ')}`);
  if (upload.parts[1]?.mimeType !== 'video/mp4') return refuse(400, 'UnsupportedContentType', 'The detected content type is not supported');
  const content = hashOf(numbers.map((part) => upload.parts[part]?.hash).join(' '));
  const { job } = openJob(service, caller, { content, sizeBytes: upload.sizeBytes, name: upload.name });
  service.world.uploads.set(upload.jobId, { ...upload, state: 'completed', completedJobId: job.jobId });
  return json({ completedJobId: job.jobId, jobStatus: statusOf(service, job) });
}

function abortUpload(service: Service, caller: Bearer, request: SimulatedRequest): SimulatedResponse {
  const upload = uploadOf(service, caller, textField(jsonObject(request) ?? {}, 'jobId') ?? '');
  if ('status' in upload) return upload;
  if (upload.state === 'completed') return json({ state: 'completed', completedJobId: upload.completedJobId });
  if (upload.state === 'created') use(service, caller.account, -1, -upload.sizeBytes);
  service.world.uploads.set(upload.jobId, { ...upload, state: 'aborted' });
  return json({ state: 'aborted' });
}
