import { z } from 'zod';
import { clampInstant, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';

const DAY_MS = 24 * 3_600_000;

const errorSchema = z.object({
  message: z.string(),
  code: z.string().optional(),
  serviceErrorCode: z.number().optional(),
  errorDetails: z.object({ inputErrors: z.array(z.object({ code: z.string().optional(), description: z.string().optional() })).optional() }).optional(),
});

/** The code of the first wrong input says more than the one of the whole; a number is all that older resources give. */
function describe(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const { data } = errorSchema.safeParse(body);
  if (data === undefined) return undefined;
  const [input] = data.errorDetails?.inputErrors ?? [];
  const code = input?.code ?? data.code ?? (data.serviceErrorCode === undefined ? undefined : String(data.serviceErrorCode));
  return { code: code ?? 'error', message: data.message };
}

/** LinkedIn names no time. Limits of a day end at midnight UTC (Rate limiting), of the others nothing is known. */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const told = retryAfterMs(response, nowMs);
  if (told !== undefined) return told;
  const isOfDay = /\bDAY\b/.test(new TextDecoder().decode(response.body));
  return isOfDay ? clampInstant((Math.floor(nowMs / DAY_MS) + 1) * DAY_MS, nowMs) : undefined;
}

const CONTENT_CODES = ['MISSING_FIELD', 'INVALID_URN_TYPE', 'INVALID_URN_ID', 'INVALID_VALUE_FOR_FIELD', 'FIELD_LENGTH_TOO_LONG', 'INVALID_VALUE_BLANK_FIELD'];
const MEDIA_CODES = ['INVALID_IMAGE_ID', 'INVALID_VIDEO_ID', 'INVALID_DOCUMENT_ID', 'MEDIA_ASSET_PROCESSING_FAILED', 'UPDATING_ASSET_FAILED'];

const rules: readonly ErrorRule[] = [
  { name: 'token expired', status: 401, code: ['EXPIRED_ACCESS_TOKEN', '65602'], category: 'token_expired' },
  { name: 'token revoked by the user', status: 401, code: ['REVOKED_ACCESS_TOKEN', '65601'], category: 'reconnect_required' },
  // A new token may still be had: when that one is refused as well, the connection ends.
  { name: 'token invalid', status: 401, code: ['INVALID_ACCESS_TOKEN', '65600'], category: 'token_expired' },
  { name: 'no token', status: 401, code: ['EMPTY_ACCESS_TOKEN', '65604'], category: 'platform_error' },
  { name: 'forbidden for a while', status: 403, message: /resource is forbidden/i, category: 'transient' },
  { name: 'not enough permissions', status: 403, code: ['ACCESS_DENIED', '100'], category: 'scope_missing' },
  { name: 'duplicate post', status: 422, code: 'DUPLICATE_POST', category: 'duplicate' },
  { name: 'duplicate post, in words', status: 422, message: /duplicate of urn:li:/i, category: 'duplicate' },
  { name: 'limit of the app', status: 429, message: /throttle APPLICATION/i, category: 'rate_limited', limitOf: 'app' },
  { name: 'limit of the member', status: 429, category: 'rate_limited' },
  { name: 'version retired or unknown', status: 426, category: 'app_restricted' },
  { name: 'version missing', status: 400, code: 'VERSION_MISSING', category: 'platform_error' },
  { name: 'a field that LinkedIn does not take', status: [400, 422], code: CONTENT_CODES, category: 'content_rejected' },
  { name: 'a medium that LinkedIn does not take', status: [400, 422], code: MEDIA_CODES, category: 'media_rejected' },
  { name: 'medium not ready', status: [400, 422], code: ['MEDIA_ASSET_WAITING_UPLOAD', 'MEDIA_ASSET_PROCESSING', 'EXPIRED_UPLOAD_URL'], category: 'transient' },
  { name: 'activity not to be had yet', status: [400, 404, 422], message: /unable to obtain activity/i, category: 'transient' },
  { name: 'nothing there', status: 404, category: 'platform_error' },
  { name: 'conflict', status: 409, category: 'transient' },
  { name: 'body too large', status: 413, category: 'content_rejected' },
  { name: 'media type', status: 415, category: 'platform_error' },
];

/** How LinkedIn refuses (Error handling; Posts API, errors; Rate limiting). A 5xx on creating may hide a post and stays unknown. */
export const errors: ErrorTable = { rules, describe, until };
