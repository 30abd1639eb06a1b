import { bodyJson, harmless, hostOf, isSuccess, screen, type CallContext, type HttpOutcome, type HttpRequest, type MediaFile, type Publication, type Refused } from '../kit/index.ts';
import { isRefused, type Blob } from './blob.ts';
import { errors, jobFailure, videoErrors } from './errors.ts';
import { serviceAuthSchema, videoJobAnswerSchema, type VideoJob, type VideoState } from './schemas.ts';
import { serverOf, xrpc } from './xrpc.ts';
import type { z } from 'zod';

const CHECK_MS = 5_000;
/** What the tutorial recommends: the service stores the video with the same token when it has processed it. Servers give an hour at most. */
const TOKEN_LIFE_MS = 30 * 60_000;

/** What is to be done with a video, from where an earlier run left it. */
export interface VideoWork {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly media: MediaFile;
  readonly state: VideoState | undefined;
  /** Commits the state at once. */
  readonly saveState: (state: VideoState | undefined) => Promise<void>;
}

export const WORKING = { kind: 'working', retryInMs: CHECK_MS } as const;
export type VideoStep = { readonly kind: 'blob'; readonly blob: Blob } | typeof WORKING | Refused;

export const videoHost = ({ hosts }: Pick<CallContext, 'hosts'>): string => hostOf(hosts, 'video');

/** The DID of a server by its name (w3c-ccg.github.io/did-method-web: a port is percent-encoded). */
const didOfServer = (url: string): string => `did:web:${encodeURIComponent(new URL(url).host)}`;

/** What a token is made for: asking the service, or storing at the account's server in the account's name. */
const PURPOSES = {
  ask: { lxm: 'app.bsky.video.getUploadLimits', audience: videoHost },
  store: { lxm: 'com.atproto.repo.uploadBlob', audience: serverOf },
} as const;

/** A token of the account for one method of one service; `elsewhere` where the server makes none. */
async function serviceToken({ context, publication }: VideoWork, purpose: keyof typeof PURPOSES): Promise<{ readonly token: string } | 'elsewhere' | Refused> {
  const { lxm, audience } = PURPOSES[purpose];
  const query = { aud: didOfServer(audience(context)), lxm, exp: String(Math.floor((context.nowMs + TOKEN_LIFE_MS) / 1000)) };
  const request = xrpc.get(serverOf(context), 'com.atproto.server.getServiceAuth', query);
  const outcome = await context.http.send({ ...request, headers: { authorization: `Bearer ${publication.credential.accessToken.reveal()}` } });
  if (outcome.kind === 'response' && isMissing(outcome)) return 'elsewhere';
  const answer = screen(outcome, errors, context.nowMs);
  if (answer.kind !== 'response') return harmless(answer);
  const parsed = serviceAuthSchema.safeParse(bodyJson(answer));
  return parsed.success ? parsed.data : harmless({ kind: 'unknown', reason: 'getServiceAuth gave no token', httpStatus: answer.status });
}

/** The method is not there (atproto.com/specs/xrpc). */
const isMissing = ({ status }: { readonly status: number }): boolean => status === 404 || status === 501;

/** Sends with a token of its own, which so is fresh however long a video takes. */
export async function sendAs(work: VideoWork, purpose: keyof typeof PURPOSES, request: HttpRequest): Promise<{ readonly kind: 'sent'; readonly outcome: HttpOutcome } | 'elsewhere' | Refused> {
  const token = await serviceToken(work, purpose);
  if (token === 'elsewhere' || isRefused(token)) return token;
  return { kind: 'sent', outcome: await work.context.http.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token.token}` } }) };
}

/** As {@link sendAs}, with the answer read; `elsewhere` also where the service has no such method. */
export async function ask<T>(
  work: VideoWork,
  purpose: keyof typeof PURPOSES,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<{ readonly kind: 'answered'; readonly value: T } | 'elsewhere' | Refused> {
  const sent = await sendAs(work, purpose, request);
  if (sent === 'elsewhere' || sent.kind === 'refused') return sent;
  const answer = screen(sent.outcome, videoErrors, work.context.nowMs);
  if (answer.kind !== 'response') {
    const isThere = sent.outcome.kind !== 'response' || !isMissing(sent.outcome) || isKnownError(answer);
    return isThere ? harmless(answer) : 'elsewhere';
  }
  const parsed = schema.safeParse(bodyJson(answer));
  return parsed.success ? { kind: 'answered', value: parsed.data } : harmless({ kind: 'unknown', reason: 'an answer of the video service cannot be read', httpStatus: answer.status });
}

/** Words of the table: an upload that is not known may be a 404 too. */
const isKnownError = (answer: { readonly kind: string; readonly category?: string }): boolean => answer.kind === 'refused' && answer.category !== 'platform_error';

/** What was uploaded before may be told as an error, whose job or blob is as good (docs.bsky.app/docs/tutorials/video). */
export function readJob(outcome: HttpOutcome, nowMs: number): VideoJob | Refused {
  const job = outcome.kind === 'response' ? videoJobAnswerSchema.safeParse(bodyJson(outcome)).data : undefined;
  const isJob = job !== undefined && (blobOf(job) !== undefined || (job.jobId ?? '') !== '');
  if (outcome.kind === 'response' && isJob && (isSuccess(outcome) || isKnown(job))) return job;
  const answer = screen(outcome, videoErrors, nowMs);
  return harmless(answer.kind === 'response' ? { kind: 'unknown', reason: 'the video service told of no job', httpStatus: answer.status } : answer);
}

const blobOf = ({ blob }: VideoJob): Blob | undefined => blob ?? undefined;
const isKnown = ({ error, message }: VideoJob): boolean => error === 'already_exists' || message === 'already_exists';

/** States that nobody lists say that the job is in process (lexicon app.bsky.video.defs). */
export function judge(job: VideoJob): VideoStep {
  const blob = blobOf(job);
  if (blob !== undefined) return { kind: 'blob', blob };
  return job.state === 'JOB_STATE_FAILED' && !isKnown(job) ? jobFailure(job) : WORKING;
}
