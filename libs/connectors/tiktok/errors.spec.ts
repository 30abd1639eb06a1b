import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors, failureOf, isFinal, uploadErrors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const answer = (status: number, body: string, headers: Record<string, string> = {}): HttpResponse => ({ kind: 'response', status, headers, body: Buffer.from(body) });
const envelope = (code: string, message = 'Words') => JSON.stringify({ data: {}, error: { code, message, log_id: '202611221000' } });

describe('errors of TikTok', () => {
  it.each<readonly [string, number, string, string]>([
    ['calls too fast', 429, 'rate_limit_exceeded', 'rate_limited'],
    ['posts of the day', 403, 'spam_risk_too_many_posts', 'quota_exhausted'],
    ['drafts that wait in the inbox', 403, 'spam_risk_too_many_pending_share', 'quota_exhausted'],
    ['creators of the app in a day', 403, 'reached_active_user_cap', 'quota_exhausted'],
    ['token over or revoked', 401, 'access_token_invalid', 'token_expired'],
    ['scope not granted', 401, 'scope_not_authorized', 'scope_missing'],
    ['field outside the scopes', 400, 'scope_permission_missed', 'scope_missing'],
    ['app not audited', 403, 'unaudited_client_can_only_post_to_private_accounts', 'app_restricted'],
    ['domain not verified', 403, 'url_ownership_unverified', 'app_restricted'],
    ['privacy level not offered', 403, 'privacy_level_option_mismatch', 'content_rejected'],
    ['invalid field of a post', 400, 'invalid_param', 'content_rejected'],
    ['invalid field of the Display API', 400, 'invalid_params', 'content_rejected'],
    ['spam', 403, 'spam_risk', 'content_rejected'],
    ['spam in the text', 403, 'spam_risk_text', 'content_rejected'],
    ['creator banned', 403, 'spam_risk_user_banned_from_posting', 'account_restricted'],
    ['app of the user too old for drafts', 400, 'app_version_check_failed', 'account_restricted'],
    ['file', 400, 'invalid_file_upload', 'media_rejected'],
    ['handle unknown', 400, 'invalid_publish_id', 'platform_error'],
    ['handle of another user', 400, 'token_not_authorized_for_specified_publish_id', 'platform_error'],
    ['not to be cancelled', 400, 'publish_not_cancellable', 'platform_error'],
  ])('%s, with its status and with 200', (_name, status, code, category) => {
    for (const given of [status, 200]) {
      expect(readRefusal(errors, answer(given, envelope(code)), NOW)).toMatchObject({ kind: 'refused', category, code, message: 'Words', httpStatus: given });
    }
  });

  it('reads the code where there are no words', () => expect(readRefusal(errors, answer(403, envelope('spam_risk', '')), NOW)).toMatchObject({ message: 'spam_risk' }));
  it('takes a refusal that nobody documented for one, but not with 200', () => {
    expect(readRefusal(errors, answer(400, envelope('news')), NOW)).toMatchObject({ kind: 'refused', category: 'platform_error', code: 'news' });
    expect(readRefusal(errors, answer(200, envelope('news')), NOW)).toMatchObject({ kind: 'unknown' });
  });
  it.each([
    [500, envelope('internal_error')],
    [503, envelope('spam_risk')],
    [200, envelope('internal_error')],
    [400, '<html>'],
    [400, envelope('ok')],
    [302, ''],
  ])('does not know what a %s with %s hides', (status, body) => expect(readRefusal(errors, answer(status, body), NOW)).toMatchObject({ kind: 'unknown', httpStatus: status }));
  it('knows whose limit it is, and until when it holds if TikTok says so', () => {
    expect(readRefusal(errors, answer(403, envelope('reached_active_user_cap')), NOW)).toMatchObject({ limitOf: 'app' });
    expect(readRefusal(errors, answer(403, envelope('spam_risk_too_many_posts')), NOW)).not.toHaveProperty('limitOf');
    expect(readRefusal(errors, answer(429, envelope('rate_limit_exceeded')), NOW)).not.toHaveProperty('untilMs');
    expect(readRefusal(errors, answer(429, envelope('rate_limit_exceeded'), { 'retry-after': '30' }), NOW)).toMatchObject({ untilMs: NOW + 30_000 });
  });
});

describe('errors of the address for the bytes', () => {
  it.each([
    [400, 'platform_error', 'chunk'],
    [403, 'transient', 'within an hour'],
    [404, 'transient', 'does not know the upload'],
    [416, 'transient', 'does not follow'],
  ])('%s, told by the status alone', (status, category, words) =>
    expect(readRefusal(uploadErrors, answer(status, ''), NOW)).toMatchObject({ kind: 'refused', category, code: String(status), message: expect.stringContaining(words) }));
  it('a 429 is a limit', () => expect(readRefusal(uploadErrors, answer(429, ''), NOW)).toMatchObject({ kind: 'refused', category: 'rate_limited' }));
  it.each([408, 409, 500, 502, 503])('does not know what a %s hides', (status) => expect(readRefusal(uploadErrors, answer(status, ''), NOW)).toMatchObject({ kind: 'unknown' }));
});

describe('reasons of failures', () => {
  it.each([
    ['file_format_check_failed', 'media_rejected', true],
    ['duration_check_failed', 'media_rejected', true],
    ['frame_rate_check_failed', 'media_rejected', true],
    ['picture_size_check_failed', 'media_rejected', true],
    ['video_pull_failed', 'transient', false],
    ['photo_pull_failed', 'transient', false],
    ['spam_risk', 'content_rejected', true],
    ['spam_risk_text', 'content_rejected', true],
    ['spam_risk_too_many_posts', 'quota_exhausted', false],
    ['spam_risk_user_banned_from_posting', 'account_restricted', false],
    ['auth_removed', 'reconnect_required', false],
    ['publish_cancelled', 'platform_error', false],
    ['internal', 'transient', false],
    ['news', 'platform_error', false],
  ])('%s is %s; it would come again: %s', (reason, category, comesAgain) => {
    const failure = failureOf(reason, NOW);
    expect(failure).toMatchObject({ kind: 'rejected', category, code: reason, message: expect.stringContaining(reason) });
    expect(isFinal(failure)).toBe(comesAgain);
  });
  it('the posts of the day are waited for, so that few uploads are made for nothing', () =>
    expect(failureOf('spam_risk_too_many_posts', NOW)).toHaveProperty('untilMs', NOW + 3 * 60 * 60_000));
});
