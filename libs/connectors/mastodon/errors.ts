import { clampInstant, retryAfterMs, type ErrorTable, type HttpResponse } from '../kit/index.ts';
import { errorSchema } from './schemas.ts';

const INVALID_TOKEN = 'invalid_token';

/**
 * Mastodon has no codes but those of OAuth, which stand in `WWW-Authenticate` (RFC 6750) of the API and in the body of the token
 * endpoint; of anything else the HTTP status is the code. A 401 of the API is about the token, in whatever language it says so. One that
 * asks for credentials of another kind is a proxy's, and says nothing of the account.
 */
function describe(body: unknown, response: HttpResponse): { readonly code: string; readonly message: string } | undefined {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const challenge = response.headers['www-authenticate'] ?? '';
  if (challenge !== '' && !/\bBearer\b/i.test(challenge)) return undefined;
  const { error, error_description: description } = parsed.data;
  const named = /\berror="([\w-]+)"/.exec(challenge)?.[1];
  if (typeof description === 'string') return { code: named ?? error, message: description };
  return { code: named ?? (response.status === 401 ? INVALID_TOKEN : String(response.status)), message: error };
}

/** `Retry-After`, which proxies set, else Mastodon's own `X-RateLimit-Reset`, an ISO 8601 instant (docs: api/rate-limits). */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const reset = Date.parse(response.headers['x-ratelimit-reset'] ?? '');
  return retryAfterMs(response, nowMs) ?? (Number.isNaN(reset) ? undefined : clampInstant(reset, nowMs));
}

/** Words are matched in English, in which the connector asks to be answered; a server set to another language is read by status alone. */
export const errors: ErrorTable = {
  rules: [
    { name: 'token invalid, expired or revoked', status: 401, code: INVALID_TOKEN, category: 'reconnect_required' },
    { name: 'scope missing', status: 403, message: /outside the authorized scopes/i, category: 'scope_missing' },
    { name: 'scope missing, by the challenge', status: 403, code: 'insufficient_scope', category: 'scope_missing' },
    { name: 'login disabled, pending or unconfirmed', status: 403, message: /^Your login/i, category: 'account_restricted' },
    { name: 'not permitted', status: 403, message: /not allowed/i, category: 'content_rejected' },
    { name: 'replied to is not there', status: 404, message: /reply to does not appear to exist/i, category: 'content_rejected' },
    { name: 'account suspended', status: 410, category: 'account_restricted' },
    { name: 'body too large', status: 413, category: 'media_rejected' },
    { name: 'token of an app, not of a user', status: 422, message: /requires an authenticated user/i, category: 'reconnect_required' },
    { name: 'media still being processed', status: 422, message: /not finished processing/i, category: 'transient' },
    { name: 'media refused', status: 422, message: /attach|media|file|thumbnail|videos? .*not supported|images? .*not supported/i, category: 'media_rejected' },
    { name: 'status refused', status: 422, category: 'content_rejected' },
    { name: 'file that cannot be processed', status: 500, message: /error processing thumbnail/i, category: 'media_rejected' },
    { name: 'rate limit', status: 429, category: 'rate_limited' },
  ],
  describe,
  until,
};
