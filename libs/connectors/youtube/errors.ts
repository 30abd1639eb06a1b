import { z } from 'zod';
import { clampInstant, retryAfterMs, type ErrorRule, type ErrorTable, type HttpResponse } from '../kit/index.ts';
import { bodyJson } from '../kit/http.ts';

/** The error of Google's APIs; `errors[0].reason` is the code that YouTube documents. */
const errorSchema = z.object({
  error: z.object({
    code: z.number().optional(),
    message: z.string(),
    errors: z.array(z.object({ reason: z.string(), message: z.string().optional(), domain: z.string().optional() })).optional(),
    status: z.string().optional(),
  }),
});

const HOUR_MS = 3_600_000;
/** A whole day would be past all patience at the first refusal. */
const CHANNEL_LIMIT_MS = 6 * HOUR_MS;

function describe(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { message, errors = [], status, code } = parsed.data.error;
  return { code: errors[0]?.reason ?? status ?? String(code ?? ''), message };
}

/** The next midnight in California, when quotas are whole again (YouTube Data API, quota calculator). Epoch milliseconds. */
export function nextPacificMidnightMs(nowMs: number): number {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Los_Angeles', hourCycle: 'h23', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const at = (ms: number): Readonly<Record<string, number>> => Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { day, hour = 0, minute = 0, second = 0 } = at(nowMs);
  // On the two days in the year on which clocks change a day has 23 or 25 hours.
  const usual = nowMs - (nowMs % 1000) + 24 * HOUR_MS - ((hour * 60 + minute) * 60 + second) * 1000;
  return [usual - HOUR_MS, usual, usual + HOUR_MS].find((ms) => at(ms)['hour'] === 0 && at(ms)['day'] !== day) ?? usual;
}

const DAILY: ReadonlySet<string> = new Set(['quotaExceeded', 'dailyLimitExceeded']);
const PER_DAY = /per day/i;

/** Quotas of the app end at midnight in California; the channel's own limit, of a day, has no documented end, and is
 * tried again some times in that day. */
function until(response: HttpResponse, nowMs: number): number | undefined {
  const told = retryAfterMs(response, nowMs);
  if (told !== undefined) return told;
  const { code = '', message = '' } = describe(bodyJson(response)) ?? {};
  if (DAILY.has(code) || PER_DAY.test(message)) return clampInstant(nextPacificMidnightMs(nowMs), nowMs);
  return code === 'uploadLimitExceeded' ? nowMs + CHANNEL_LIMIT_MS : undefined;
}

const METADATA = [
  ...['invalidTitle', 'invalidDescription', 'invalidTags', 'invalidCategoryId', 'invalidPublishAt', 'invalidRecordingDetails', 'invalidVideoGameRating'],
  ...['invalidFilename', 'defaultLanguageNotSet', 'invalidVideoMetadata'],
];

const rules: readonly ErrorRule[] = [
  { name: 'quota of the day', status: 403, code: ['quotaExceeded', 'dailyLimitExceeded'], category: 'quota_exhausted', limitOf: 'app' },
  { name: 'uploads of the day', status: 429, code: ['rateLimitExceeded', 'RESOURCE_EXHAUSTED'], message: PER_DAY, category: 'quota_exhausted', limitOf: 'app' },
  { name: 'uploads of the channel', status: 400, code: 'uploadLimitExceeded', category: 'quota_exhausted' },
  { name: 'calls too fast', status: [403, 429], code: ['rateLimitExceeded', 'userRateLimitExceeded'], category: 'rate_limited', limitOf: 'app' },
  { name: 'thumbnails too fast', status: 429, code: 'uploadRateLimitExceeded', category: 'rate_limited' },
  { name: 'no channel', status: 401, code: 'youtubeSignupRequired', category: 'account_restricted' },
  { name: 'token over or revoked', status: 401, code: ['authError', 'authorizationRequired', 'unauthorized', 'required', 'UNAUTHENTICATED'], category: 'token_expired' },
  {
    name: 'account or channel closed or suspended',
    status: 403,
    code: ['authenticatedUserAccountClosed', 'authenticatedUserAccountSuspended', 'channelClosed', 'channelSuspended'],
    category: 'account_restricted',
  },
  { name: 'scope missing', status: 403, code: ['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'], category: 'scope_missing' },
  { name: 'API not enabled', status: 403, code: 'accessNotConfigured', category: 'app_restricted' },
  { name: 'not permitted', status: 403, code: ['forbidden', 'accountDelegationForbidden', 'channelForbidden', 'ineligibleAccount'], category: 'account_restricted' },
  { name: 'metadata', status: 400, code: METADATA, category: 'content_rejected' },
  { name: 'setting not allowed', status: 403, code: ['forbiddenPrivacySetting', 'forbiddenLicenseSetting', 'forbiddenEmbedSetting'], category: 'content_rejected' },
  { name: 'comments off', status: 403, code: 'commentsDisabled', category: 'content_rejected' },
  { name: 'comment', status: 400, code: ['commentTextRequired', 'commentTextTooLong', 'invalidCommentThreadMetadata'], category: 'content_rejected' },
  { name: 'no file', status: 400, code: 'mediaBodyRequired', category: 'media_rejected' },
  { name: 'thumbnail', status: 400, code: ['imageFormatUnsupported', 'imageTooTall', 'imageTooWide', 'failedPrecondition'], category: 'media_rejected' },
  { name: 'video gone', status: 404, code: 'videoNotFound', category: 'platform_error' },
];

/** How YouTube refuses (YouTube Data API, errors; videos.insert, thumbnails.set, commentThreads.insert). */
export const errors: ErrorTable = { rules, describe, until };
