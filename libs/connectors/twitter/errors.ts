import { z } from 'zod';
import { epochSecondsHeader, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';

/** RFC 7807 as X writes it; `errors` names parameters. */
const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  type: z.string().optional(),
  errors: z.array(z.object({ message: z.string().optional(), detail: z.string().optional() })).optional(),
});
const legacySchema = z.object({ errors: z.array(z.object({ code: z.int(), message: z.string() })).min(1) });
const oauthSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** Whether one of X's limits is used up, by the prefix of its three headers. */
const isUsedUp = (response: HttpResponse, prefix: string): boolean => response.headers[`${prefix}-remaining`]?.trim() === '0';

/**
 * The code is the last segment of the problem's type, because its host differs between answers of the same kind; of `about:blank` it is
 * the title.
 */
function describe(body: unknown, response: HttpResponse): { readonly code: string; readonly message: string } | undefined {
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    const { title, detail, type, errors } = problem.data;
    const segment = type?.split('/').at(-1) ?? 'about:blank';
    const code = response.status === 429 && isUsedUp(response, 'x-app-limit-24hour') ? 'app-limit-24hour' : segment;
    const details = (errors ?? []).flatMap((error) => error.message ?? error.detail ?? []);
    return {
      code: code === 'about:blank' || code === '' ? title : code,
      message: details.length > 0 ? details.join(' ') : (detail ?? title),
    };
  }
  const legacy = legacySchema.safeParse(body);
  if (legacy.success)
    return { code: String(legacy.data.errors[0]?.code), message: legacy.data.errors.map((error) => error.message).join(' ') };
  const oauth = oauthSchema.safeParse(body);
  return oauth.success ? { code: oauth.data.error, message: oauth.data.error_description ?? oauth.data.error } : undefined;
}

/**
 * `Retry-After` where there is one, else the latest reset of the limits that are used up. Every answer carries resets, so the others mean
 * nothing.
 */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const resets = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour']
    .filter((prefix) => isUsedUp(response, prefix))
    .map((prefix) => epochSecondsHeader(response, `${prefix}-reset`, nowMs))
    .filter((instant) => instant !== undefined);
  return (
    retryAfterMs(response, nowMs) ?? (resets.length > 0 ? Math.max(...resets) : epochSecondsHeader(response, 'x-rate-limit-reset', nowMs))
  );
}

const rules: readonly ErrorRule[] = [
  { name: 'token expired or revoked', status: 401, category: 'token_expired' },
  { name: 'credits depleted', status: 402, category: 'quota_exhausted', limitOf: 'app' },
  { name: 'duplicate content', status: 403, message: /duplicate content/i, category: 'duplicate' },
  { name: 'reply not allowed', status: 403, message: /reply to this conversation is not allowed/i, category: 'content_rejected' },
  { name: 'wrong kind of token', status: 403, code: 'unsupported-authentication', category: 'reconnect_required' },
  { name: 'app not enrolled or not approved', status: 403, code: 'client-forbidden', category: 'app_restricted' },
  { name: 'app lacks permissions', status: 403, code: 'oauth1-permissions', category: 'app_restricted' },
  { name: 'account suspended (type)', status: 403, code: 'user-suspended', category: 'account_restricted' },
  { name: 'account suspended (message)', status: 403, message: /account is suspended/i, category: 'account_restricted' },
  { name: 'video too long for the account', status: 403, message: /not allowed to post a video longer/i, category: 'media_rejected' },
  { name: 'not permitted', status: 403, message: /not permitted to perform this action/i, category: 'scope_missing' },
  { name: 'media ids invalid', status: 400, message: /media ids are invalid/i, category: 'media_rejected' },
  { name: 'too many media', status: 400, message: /maximum of 4 items/i, category: 'media_rejected' },
  { name: 'text too long', status: 400, message: /text is too long/i, category: 'content_rejected' },
  { name: 'invalid URL in the text', status: 400, message: /invalid url/i, category: 'content_rejected' },
  { name: 'too many cashtags', status: 400, message: /maximum of one cashtag/i, category: 'content_rejected' },
  { name: 'invalid request', status: 400, code: 'invalid-request', category: 'content_rejected' },
  { name: 'post or account gone', status: 404, code: 'resource-not-found', category: 'content_rejected' },
  { name: 'usage capped by the plan', status: 429, code: 'usage-capped', category: 'quota_exhausted', limitOf: 'app' },
  { name: 'app used up for the day', status: 429, code: 'app-limit-24hour', category: 'rate_limited', limitOf: 'app' },
  { name: 'rate limited (code 88)', status: 429, code: '88', category: 'rate_limited' },
  { name: 'rate limited', status: 429, category: 'rate_limited' },
];

/** How X refuses (X API documentation, response codes and rate limits; the official simulator; stored answers). */
export const errors: ErrorTable = { rules, describe, until };
