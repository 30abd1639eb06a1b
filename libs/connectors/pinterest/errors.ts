import { clampInstant, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';
import { errorSchema } from './schemas.ts';

/** Above it a figure is an instant in epoch seconds and no span. */
const SMALLEST_INSTANT_SECS = 1e9;

function describe(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const { data } = errorSchema.safeParse(body);
  return data === undefined ? undefined : { code: String(data.code), message: data.message };
}

/** `x-ratelimit-reset` counts the seconds until the limit is whole again; of several windows the longest counts. */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const told = retryAfterMs(response, nowMs);
  if (told !== undefined) return told;
  const resets = (response.headers['x-ratelimit-reset'] ?? '').split(',').flatMap((text) => (/^\s*\d+\s*(?:;|$)/.test(text) ? [Number.parseInt(text, 10)] : []));
  if (resets.length === 0) return undefined;
  const secs = Math.max(...resets);
  return clampInstant(secs > SMALLEST_INSTANT_SECS ? secs * 1000 : nowMs + secs * 1000, nowMs);
}

const rules: readonly ErrorRule[] = [
  // It comes as 429 and as 400: waiting does not make the link better.
  { name: 'spam', status: [400, 403, 429], message: /may lead to spam|\bspam\b/i, category: 'content_rejected' },
  { name: 'spam, by its code', status: [400, 429], code: '9', category: 'content_rejected' },
  { name: 'posts of the day', status: [400, 403, 429], message: /maximum number of \d+ posts/i, category: 'quota_exhausted' },
  { name: 'calls too fast', status: 429, category: 'rate_limited' },

  { name: 'app with Trial access', code: '29', message: /trial access/i, category: 'app_restricted' },
  { name: 'scope missing', status: [401, 403], code: '3', category: 'scope_missing' },
  { name: 'not permitted', status: [401, 403], code: '29', category: 'account_restricted' },
  { name: 'board or pin of somebody else', status: [401, 403], code: '7', category: 'content_rejected' },
  { name: 'board or pin of somebody else, in words', status: 403, message: /not authorized to access (?:board|pin)/i, category: 'content_rejected' },
  { name: 'account disapproved or under review', status: 403, code: ['2625', '2626'], category: 'account_restricted' },
  { name: 'token over', status: [400, 401], code: '1104', category: 'token_expired' },
  { name: 'authentication failed', status: 401, category: 'token_expired' },

  { name: 'no such board', status: 404, code: '40', category: 'content_rejected' },
  { name: 'no such section', status: 404, code: '2031', category: 'content_rejected' },
  { name: 'no such board or section, in words', status: 404, message: /board (?:section |or section )?not found|find this board/i, category: 'content_rejected' },
  { name: 'no such user', status: 404, code: '30', category: 'account_restricted' },
  { name: 'nothing there', status: 404, category: 'platform_error' },

  { name: 'picture not to be fetched', status: 400, message: /could not fetch the image|unable to reach the url/i, category: 'transient' },
  { name: 'nothing made for reasons of Pinterest’s own', status: 400, message: /something went wrong on our end/i, category: 'transient' },
  { name: 'cover missing', status: 400, message: /cover_image/i, category: 'media_rejected' },
  { name: 'media', status: 400, message: /media_source|media_id|media_type/i, category: 'media_rejected' },
  { name: 'invalid request', status: 400, code: ['1', '400'], category: 'content_rejected' },
  { name: 'conflict', status: 409, category: 'transient' },
];

/** How Pinterest refuses (API v5: responses of the OpenAPI document; observed bodies). A 5xx on creating may hide a pin and stays unknown. */
export const errors: ErrorTable = { rules, describe, until };
