import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors, jobFailure, videoErrors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const read = (status: number, error: string, message: string) => readRefusal(errors, answer(status, { error, message }), NOW);

describe('errors', () => {
  it.each([
    [401, 'AuthenticationRequired', 'Invalid identifier or password', 'reconnect_required'],
    [401, 'AuthMissing', 'Authentication Required', 'platform_error'],
    [400, 'ExpiredToken', 'Token has expired', 'token_expired'],
    [400, 'ExpiredToken', 'Token has been revoked', 'token_expired'],
    [400, 'InvalidToken', 'Token could not be verified', 'token_expired'],
    [400, 'InvalidToken', 'Invalid token type', 'token_expired'],
    [400, 'InvalidToken', 'Bad token scope', 'scope_missing'],
    [403, 'AccountNotFound', 'Account not found', 'reconnect_required'],
    [400, 'AccountTakedown', 'Account has been taken down', 'account_restricted'],
    [400, 'AccountDeactivated', 'Account is deactivated', 'account_restricted'],
    [
      400,
      'InvalidRequest',
      'Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.record.text',
      'content_rejected',
    ],
    [
      400,
      'InvalidRequest',
      'Invalid app.bsky.feed.post record: string too big (maximum 3000, got 3600) at $.record.text',
      'content_rejected',
    ],
    [
      400,
      'InvalidRequest',
      'Invalid app.bsky.feed.post record: array too big (maximum 4, got 5) at $.record.embed.images',
      'content_rejected',
    ],
    [400, 'InvalidRequest', 'Invalid app.bsky.feed.post record: Missing required key "createdAt" at $.record', 'content_rejected'],
    [
      400,
      'InvalidRequest',
      'Invalid app.bsky.feed.post record: blob too big (maximum 1000000, got 2000001) at $.record.embed.images[0].image',
      'media_rejected',
    ],
    [
      400,
      'InvalidRequest',
      'Invalid app.bsky.feed.post record: Expected "image/*" (got "application/pdf") at $.record.embed.images[0].image',
      'media_rejected',
    ],
    [400, 'InvalidRequest', 'Invalid TID string (got "my-job-id") at $', 'platform_error'],
    [400, 'BlobNotFound', 'Could not find blob: bafkreiaaaa', 'transient'],
    [413, 'PayloadTooLarge', 'request entity too large', 'media_rejected'],
    [429, 'RateLimitExceeded', 'Rate Limit Exceeded', 'rate_limited'],
    [400, 'SomethingNew', 'Never heard of', 'platform_error'],
  ])('%s %s "%s" is %s', (status, error, message, category) => {
    expect(read(status, error, message)).toEqual({ kind: 'refused', category, code: error, message, httpStatus: status });
  });

  it.each([
    [500, { error: 'InternalServerError', message: 'Internal Server Error' }],
    [502, { error: 'UpstreamFailure', message: 'Upstream service unreachable' }],
    [503, '<html>'],
    [400, 'not json'],
    [302, ''],
  ])('%s %j says nothing about the post', (status, body) => expect(readRefusal(errors, answer(status, body), NOW).kind).toBe('unknown'));

  it.each([
    ['RateLimit-Reset', { 'ratelimit-reset': String(NOW / 1000 + 60) }, NOW + 60_000],
    ['Retry-After in seconds', { 'retry-after': '5' }, NOW + 5000],
    ['an absurd RateLimit-Reset', { 'ratelimit-reset': '99999999999' }, NOW + 24 * 60 * 60_000],
    ['nothing', {}, undefined],
  ])('a 429 waits as %s says', (_name, headers, untilMs) => {
    const reading = readRefusal(errors, answer(429, { error: 'RateLimitExceeded' }, headers), NOW);
    expect(reading).toMatchObject({ kind: 'refused', category: 'rate_limited' });
    expect('untilMs' in reading ? reading.untilMs : undefined).toBe(untilMs);
  });
});

describe('errors of the video service', () => {
  it.each([
    [401, 'unconfirmed_email', 'account_restricted'],
    [403, 'UploadForbidden', 'account_restricted'],
    [400, 'DailyLimitExceeded', 'quota_exhausted'],
    [400, 'UnsupportedContentType', 'media_rejected'],
    [400, 'VideoTooLarge', 'media_rejected'],
    [400, 'VideoTooLong', 'media_rejected'],
    [400, 'BadAspectRatio', 'media_rejected'],
    [413, 'PayloadTooLarge', 'media_rejected'],
    [404, 'UploadNotFound', 'transient'],
    [400, 'UploadExpired', 'transient'],
    [400, 'UploadAborted', 'transient'],
    [400, 'UploadFailed', 'transient'],
    [400, 'UploadNotReady', 'transient'],
    [400, 'UploadAlreadyCompleted', 'transient'],
    [400, 'MissingParts', 'transient'],
    [400, 'TooManyOpenUploads', 'rate_limited'],
    [503, 'ServiceOverloaded', 'transient'],
    [429, 'RateLimitExceeded', 'rate_limited'],
    // Nothing that it says of a token is about the account's own.
    [401, 'AuthenticationRequired', 'platform_error'],
    [400, 'ExpiredToken', 'platform_error'],
    [401, 'JwtExpired', 'platform_error'],
  ])('%s %s is %s', (status, error, category) => {
    expect(readRefusal(videoErrors, answer(status, { error, message: 'm' }), NOW)).toEqual({ kind: 'refused', category, code: error, message: 'm', httpStatus: status });
  });

  it('a job that failed without a code is about the video', () => {
    const message = 'The video service could not process the video.';
    expect(jobFailure({ error: 'Video failed to process' })).toEqual({ kind: 'refused', category: 'media_rejected', code: 'Video failed to process', message });
  });
});
