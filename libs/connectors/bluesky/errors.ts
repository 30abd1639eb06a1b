import { clampInstant, epochSecondsHeader, retryAfterMs, type ErrorTable, type Refused } from '../kit/index.ts';
import { xrpcErrorSchema, type VideoJob } from './schemas.ts';

/**
 * Bluesky's refusals, as a PDS answers them. Nothing below stands for a 5xx: behind an entryway a 500 or 502 may hide a write that
 * was made, and `createRecord` and `putRecord` answer 500 for a key that is taken.
 */
export const errors: ErrorTable = {
  rules: [
    { name: 'revoked or wrong app password', status: 401, code: 'AuthenticationRequired', category: 'reconnect_required' },
    { name: 'no authorization header', status: 401, code: 'AuthMissing', category: 'platform_error' },
    { name: 'expired or revoked token', status: 400, code: 'ExpiredToken', category: 'token_expired' },
    { name: 'token of too small a scope', status: 400, code: 'InvalidToken', message: /scope/i, category: 'scope_missing' },
    { name: 'token that cannot be verified', status: 400, code: 'InvalidToken', category: 'token_expired' },
    { name: 'account that is gone', status: 403, code: 'AccountNotFound', category: 'reconnect_required' },
    {
      name: 'account taken down or deactivated',
      status: [400, 401, 403],
      code: ['AccountTakedown', 'AccountDeactivated'],
      category: 'account_restricted',
    },
    {
      name: 'blob of a wrong size or type',
      status: 400,
      code: 'InvalidRequest',
      message: /blob too (big|small)|expected "(image|video)\//i,
      category: 'media_rejected',
    },
    {
      name: 'record key that is not one',
      status: 400,
      code: 'InvalidRequest',
      message: /invalid TID|invalid record key/i,
      category: 'platform_error',
    },
    { name: 'record that breaks the lexicon', status: 400, code: 'InvalidRequest', category: 'content_rejected' },
    // The blob was collected as unreferenced or went to another server; `prepare` uploads again what is old.
    { name: 'blob that is not there', status: 400, code: 'BlobNotFound', category: 'transient' },
    { name: 'body too large', status: 413, code: 'PayloadTooLarge', category: 'media_rejected' },
    { name: 'rate limit', status: 429, code: 'RateLimitExceeded', category: 'rate_limited' },
  ],
  describe: (body) => {
    const parsed = xrpcErrorSchema.safeParse(body);
    return parsed.success ? { code: parsed.data.error, message: parsed.data.message ?? parsed.data.error } : undefined;
  },
  until: (response, nowMs) => {
    const instant = retryAfterMs(response, nowMs) ?? epochSecondsHeader(response, 'ratelimit-reset', nowMs);
    return instant === undefined ? undefined : clampInstant(instant, nowMs);
  },
};

/**
 * The video service's refusals. Its tokens are made anew for each upload, so that nothing that it says of one is about the connection.
 * Errors by the lexicons of `app.bsky.video`; `unconfirmed_email` by github.com/bluesky-social/atproto/issues/3097.
 */
export const videoErrors: ErrorTable = {
  ...errors,
  rules: [
    { name: 'e-mail address that is not confirmed', code: 'unconfirmed_email', category: 'account_restricted' },
    { name: 'account that may not upload videos', code: 'UploadForbidden', category: 'account_restricted' },
    { name: 'allowance of the day that is used up', code: 'DailyLimitExceeded', category: 'quota_exhausted' },
    { name: 'video of a wrong kind', code: ['UnsupportedContentType', 'VideoTooLarge', 'VideoTooLong', 'BadAspectRatio'], category: 'media_rejected' },
    { name: 'body too large', status: 413, category: 'media_rejected' },
    // Its state is asked for before it is gone on with, and decides what comes next.
    {
      name: 'upload that is not where it was thought to be',
      code: ['UploadNotFound', 'UploadExpired', 'UploadAborted', 'UploadFailed', 'UploadNotReady', 'UploadAlreadyCompleted', 'MissingParts'],
      category: 'transient',
    },
    { name: 'too many uploads at once', code: 'TooManyOpenUploads', category: 'rate_limited' },
    { name: 'service at its capacity', code: 'ServiceOverloaded', category: 'transient' },
  ],
};

/** Why a video was not processed (lexicon app.bsky.video.defs#jobStatus). All but one are about the video; an older service names no code. */
export function jobFailure({ failureCode, error, message }: VideoJob): Refused {
  const code = failureCode ?? error ?? 'JOB_STATE_FAILED';
  // The service could not store what it had processed.
  const category = code === 'pds_upload_failure' ? 'transient' : 'media_rejected';
  return { kind: 'refused', category, code, message: message ?? 'The video service could not process the video.' };
}

/** Reads the error name of an answer, e.g. `InvalidSwap`; undefined when it is not of XRPC's error shape. */
export function errorName(body: unknown): string | undefined {
  const parsed = xrpcErrorSchema.safeParse(body);
  return parsed.success ? parsed.data.error : undefined;
}
