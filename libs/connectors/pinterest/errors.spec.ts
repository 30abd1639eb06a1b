import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({ kind: 'response', status, headers, body: Buffer.from(JSON.stringify(body)) });
const read = (status: number, code: number, message: string, headers: Record<string, string> = {}) => readRefusal(errors, answer(status, { code, message }, headers), NOW);

const RATE = 'This request exceeded a rate limit. This can happen if the client exceeds one of the published rate limits or if multiple write operations are applied to an object within a short time window.';
const SPAM = 'Sorry! We blocked this link because it may lead to spam.';
const TRIAL = 'Apps with Trial access may not create Pins in production https://api.pinterest.com — use API Sandbox https://api-sandbox.pinterest.com instead.';

describe('errors of Pinterest', () => {
  it.each<readonly [string, number, number, string, string]>([
    ['spam', 429, 8, SPAM, 'content_rejected'],
    ['spam as an invalid request', 400, 1, SPAM, 'content_rejected'],
    ['spam, by its code', 429, 9, 'Sorry! We blocked this link.', 'content_rejected'],
    ['spam, by its code in an invalid request', 400, 9, 'Sorry! We blocked this link.', 'content_rejected'],
    ['posts of the day', 403, 29, 'You have reached the maximum number of 10 posts for the last 24 hours for this account.', 'quota_exhausted'],
    ['posts of the day as a rate', 429, 8, 'maximum number of 10 posts for the last 24 hours for this account', 'quota_exhausted'],
    ['calls too fast', 429, 8, RATE, 'rate_limited'],
    ['calls too fast, the status as code', 429, 429, 'Too many requests', 'rate_limited'],
    ['app with Trial access', 403, 29, TRIAL, 'app_restricted'],
    ['scope missing', 403, 3, 'Your token does not have sufficient permissions to perform this operation.', 'scope_missing'],
    ['scope missing as 401', 401, 3, 'Your token does not have sufficient permissions to perform this operation.', 'scope_missing'],
    ['not permitted', 403, 29, 'You are not permitted to access that resource.', 'account_restricted'],
    ['not permitted as 401', 401, 29, 'You are not permitted to access that resource.', 'account_restricted'],
    ['board or pin of somebody else', 401, 7, 'Not authorized to access board or Pin.', 'content_rejected'],
    ['board or pin of somebody else, in words', 403, 403, 'Not authorized to access board or Pin.', 'content_rejected'],
    ['section of somebody else, in words', 403, 403, 'Not authorized to access Pins on board section.', 'content_rejected'],
    ['account disapproved', 403, 2625, 'Account disapproved', 'account_restricted'],
    ['account under review', 403, 2626, 'Account under review', 'account_restricted'],
    ['authentication failed', 401, 2, 'Authentication failed.', 'token_expired'],
    ['authentication failed, the status as code', 401, 401, 'Authentication failed.', 'token_expired'],
    ['token over', 401, 1104, 'The token you provided is not valid or has expired.', 'token_expired'],
    ['token over as 400', 400, 1104, 'The token you provided is not valid or has expired.', 'token_expired'],
    ['no such board', 404, 40, 'Gone', 'content_rejected'],
    ['no such board, in words', 404, 404, 'Board not found.', 'content_rejected'],
    ['no such section', 404, 2031, 'Gone', 'content_rejected'],
    ['no such section, in words', 404, 404, 'Board section not found.', 'content_rejected'],
    ['no such board or section, in words', 404, 404, 'Board or section not found.', 'content_rejected'],
    ['no such section, in other words', 404, 404, "Sorry! We couldn't find this board section.", 'content_rejected'],
    ['no such user', 404, 30, 'User not found.', 'account_restricted'],
    ['no such pin', 404, 50, 'Pin not found.', 'platform_error'],
    ['no such pin, the status as code', 404, 404, 'Pin not found.', 'platform_error'],
    ['picture not to be fetched', 400, 1, 'Sorry we could not fetch the image.', 'transient'],
    ['address not to be reached', 400, 1, 'Unable to reach the URL. Please check the URL and try again.', 'transient'],
    ['nothing made for reasons of Pinterest’s own', 400, 1, 'Sorry! Something went wrong on our end.', 'transient'],
    ['cover missing', 400, 1, "one of 'cover_image_url' or 'cover_image_content_type' is required", 'media_rejected'],
    ['media', 400, 1, "Invalid request: 'media_source' is not valid.", 'media_rejected'],
    ['invalid id', 400, 1, "Invalid request: board_id 'x' does not match '^\\d+$'", 'content_rejected'],
    ['invalid link', 400, 1, "Parameter 'link' with the value 'x' is not a valid URL format.", 'content_rejected'],
    ['invalid, the status as code', 400, 400, 'Invalid parameters.', 'content_rejected'],
    ['conflict', 409, 409, 'Board section conflict.', 'transient'],
    ['an error that nobody documented', 400, 4711, 'Words', 'platform_error'],
    ['another one', 403, 4711, 'Words', 'platform_error'],
  ])('%s', (_name, status, code, message, category) => expect(read(status, code, message)).toMatchObject({ kind: 'refused', category, code: String(code), httpStatus: status, message }));

  it.each([500, 502, 503])('does not know what a %s hides', (status) => {
    expect(read(status, 12, 'Sorry! Something went wrong on our end.')).toMatchObject({ kind: 'unknown', httpStatus: status });
  });

  it('does not take the words of something else for Pinterest’s', () => {
    expect(readRefusal(errors, answer(403, '<html>'), NOW)).toMatchObject({ kind: 'unknown' });
  });

  it.each<readonly [Record<string, string>, number | undefined]>([
    [{ 'x-ratelimit-reset': '30' }, NOW + 30_000],
    [{ 'x-ratelimit-reset': '1, 45' }, NOW + 45_000],
    [{ 'x-ratelimit-reset': '1;w=1, 20;w=60' }, NOW + 20_000],
    [{ 'x-ratelimit-reset': String(NOW / 1000 + 60) }, NOW + 60_000],
    [{ 'x-ratelimit-reset': '999999' }, NOW + 24 * 3_600_000],
    [{ 'x-ratelimit-reset': 'soon' }, undefined],
    [{ 'x-ratelimit-reset': '30', 'retry-after': '10' }, NOW + 10_000],
    [{}, undefined],
  ])('reads until when to wait from %j', (headers, untilMs) => {
    const refused = read(429, 8, RATE, headers);
    expect('untilMs' in refused ? refused.untilMs : undefined).toBe(untilMs);
  });
});
