import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors, nextPacificMidnightMs } from './errors.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const HOUR_MS = 3_600_000;
/** Two in the morning in California. */
const MIDNIGHT_MS = Date.parse('2026-11-23T08:00:00Z');

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({ kind: 'response', status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
const error = (code: number, reason: string, message = 'Words', status?: string) => ({ error: { code, message, errors: [{ message, domain: 'youtube.video', reason }], ...(status === undefined ? {} : { status }) } });
const read = (status: number, body: unknown, headers?: Record<string, string>) => readRefusal(errors, answer(status, body, headers), NOW_MS);

const PER_DAY = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service 'youtube.googleapis.com' for consumer 'project_number:1'.";

/** At least one row for each rule: the rule's name, status, reason, category, message. */
const rows: readonly (readonly [rule: string, status: number, reason: string, category: string, message?: string])[] = [
  ['quota of the day', 403, 'quotaExceeded', 'quota_exhausted'],
  ['quota of the day', 403, 'dailyLimitExceeded', 'quota_exhausted'],
  ['uploads of the day', 429, 'rateLimitExceeded', 'quota_exhausted', PER_DAY],
  ['uploads of the channel', 400, 'uploadLimitExceeded', 'quota_exhausted'],
  ['calls too fast', 429, 'rateLimitExceeded', 'rate_limited'],
  ['calls too fast', 403, 'userRateLimitExceeded', 'rate_limited'],
  ['thumbnails too fast', 429, 'uploadRateLimitExceeded', 'rate_limited'],
  ['no channel', 401, 'youtubeSignupRequired', 'account_restricted'],
  ['token over or revoked', 401, 'authError', 'token_expired'],
  ['token over or revoked', 401, 'authorizationRequired', 'token_expired'],
  ['token over or revoked', 401, 'unauthorized', 'token_expired'],
  ['account or channel closed or suspended', 403, 'authenticatedUserAccountClosed', 'account_restricted'],
  ['account or channel closed or suspended', 403, 'authenticatedUserAccountSuspended', 'account_restricted'],
  ['account or channel closed or suspended', 403, 'channelClosed', 'account_restricted'],
  ['account or channel closed or suspended', 403, 'channelSuspended', 'account_restricted'],
  ['scope missing', 403, 'insufficientPermissions', 'scope_missing'],
  ['API not enabled', 403, 'accessNotConfigured', 'app_restricted'],
  ['not permitted', 403, 'forbidden', 'account_restricted'],
  ['not permitted', 403, 'accountDelegationForbidden', 'account_restricted'],
  ['not permitted', 403, 'channelForbidden', 'account_restricted'],
  ['metadata', 400, 'invalidTitle', 'content_rejected'],
  ['metadata', 400, 'invalidDescription', 'content_rejected'],
  ['metadata', 400, 'invalidTags', 'content_rejected'],
  ['metadata', 400, 'invalidCategoryId', 'content_rejected'],
  ['metadata', 400, 'invalidPublishAt', 'content_rejected'],
  ['metadata', 400, 'invalidFilename', 'content_rejected'],
  ['metadata', 400, 'defaultLanguageNotSet', 'content_rejected'],
  ['metadata', 400, 'invalidVideoMetadata', 'content_rejected'],
  ['setting not allowed', 403, 'forbiddenPrivacySetting', 'content_rejected'],
  ['setting not allowed', 403, 'forbiddenLicenseSetting', 'content_rejected'],
  ['setting not allowed', 403, 'forbiddenEmbedSetting', 'content_rejected'],
  ['comments off', 403, 'commentsDisabled', 'content_rejected'],
  ['comment', 400, 'commentTextTooLong', 'content_rejected'],
  ['comment', 400, 'commentTextRequired', 'content_rejected'],
  ['no file', 400, 'mediaBodyRequired', 'media_rejected'],
  ['thumbnail', 400, 'imageFormatUnsupported', 'media_rejected'],
  ['thumbnail', 400, 'imageTooTall', 'media_rejected'],
  ['thumbnail', 400, 'imageTooWide', 'media_rejected'],
  ['thumbnail', 400, 'failedPrecondition', 'media_rejected'],
  ['video gone', 404, 'videoNotFound', 'platform_error'],
];
const APP_LIMITS: ReadonlySet<string> = new Set(['quota of the day', 'uploads of the day', 'calls too fast']);

describe('refusals of YouTube', () => {
  it.each(rows.map(([rule, status, reason, category, message = 'Words']) => [rule, status, reason, category, message] as const))('%s: %s %s is %s', (rule, status, reason, category, message) => {
    const limit = APP_LIMITS.has(rule) ? { limitOf: 'app' } : {};
    expect(read(status, error(status, reason, message))).toMatchObject({ kind: 'refused', category, code: reason, httpStatus: status, ...limit });
  });
  it('has a row here for every rule', () => {
    expect([...new Set(rows.map(([rule]) => rule))]).toEqual(errors.rules.map(({ name }) => name));
  });
  it('reads the status where there are no reasons', () => {
    expect(read(401, { error: { code: 401, message: 'Invalid Credentials', status: 'UNAUTHENTICATED' } })).toMatchObject({ category: 'token_expired' });
  });
  it('takes any other error of the shape as one of the platform, and of another shape as unknown', () => {
    expect(read(400, error(400, 'processingFailure'))).toMatchObject({ kind: 'refused', category: 'platform_error', code: 'processingFailure' });
    for (const [status, body] of [[500, error(500, 'backendError')], [503, '<html>'], [400, 'not json'], [302, '']] as const) expect(read(status, body)).toMatchObject({ kind: 'unknown', httpStatus: status });
  });
});

describe('when YouTube is to be asked again', () => {
  const waits = (status: number, body: unknown, headers?: Record<string, string>) => read(status, body, headers) as { readonly untilMs?: number };
  it('waits for midnight in California when the app has used up its day', () => {
    expect(waits(403, error(403, 'quotaExceeded')).untilMs).toBe(MIDNIGHT_MS);
    expect(waits(429, error(429, 'rateLimitExceeded', PER_DAY)).untilMs).toBe(MIDNIGHT_MS);
  });
  it('tries the channel again before all patience is over, and waits as it is told otherwise', () => {
    expect(waits(400, error(400, 'uploadLimitExceeded')).untilMs).toBe(NOW_MS + 6 * HOUR_MS);
    expect(waits(429, error(429, 'rateLimitExceeded'), { 'retry-after': '7' }).untilMs).toBe(NOW_MS + 7000);
    expect(waits(429, error(429, 'rateLimitExceeded')).untilMs).toBeUndefined();
  });
  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-23T08:00:00Z'],
    ['2026-11-23T07:59:59.500Z', '2026-11-23T08:00:00Z'],
    ['2026-11-23T08:00:00Z', '2026-11-24T08:00:00Z'],
    ['2026-07-01T12:00:00Z', '2026-07-02T07:00:00Z'],
    // Clocks go back at 2:00 on this day, which has 25 hours, and forward on the other, which has 23.
    ['2026-11-01T07:30:00Z', '2026-11-02T08:00:00Z'],
    ['2026-03-08T08:30:00Z', '2026-03-09T07:00:00Z'],
  ])('after %s midnight is at %s', (now, midnight) => expect(nextPacificMidnightMs(Date.parse(now))).toBe(Date.parse(midnight)));
});
