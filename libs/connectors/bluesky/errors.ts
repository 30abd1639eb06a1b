import { clampInstant, epochSecondsHeader, retryAfterMs, type ErrorTable } from '../kit/index.ts';
import { xrpcErrorSchema } from './schemas.ts';

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

/** Reads the error name of an answer, e.g. `InvalidSwap`; undefined when it is not of XRPC's error shape. */
export function errorName(body: unknown): string | undefined {
  const parsed = xrpcErrorSchema.safeParse(body);
  return parsed.success ? parsed.data.error : undefined;
}
