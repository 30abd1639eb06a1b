import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const challenge = (error: string) => ({ 'www-authenticate': `Bearer realm="Doorkeeper", error="${error}", error_description="Words"` });

/** One row for each rule, in the rules' order: name, status, words, category, headers. */
const rows: readonly (readonly [name: string, status: number, words: string, category: string, headers: Record<string, string>])[] = [
  ['token invalid, expired or revoked', 401, 'Das Zugriffs-Token wurde widerrufen', 'reconnect_required', challenge('invalid_token')],
  ['scope missing', 403, 'This action is outside the authorized scopes', 'scope_missing', {}],
  ['scope missing, by the challenge', 403, 'Words', 'scope_missing', challenge('insufficient_scope')],
  ['login disabled, pending or unconfirmed', 403, 'Your login is missing a confirmed e-mail address', 'account_restricted', {}],
  ['not permitted', 403, 'This action is not allowed', 'content_rejected', {}],
  ['replied to is not there', 404, 'The post you are trying to reply to does not appear to exist.', 'content_rejected', {}],
  ['account suspended', 410, 'Gone', 'account_restricted', {}],
  ['body too large', 413, 'Request Entity Too Large', 'media_rejected', {}],
  ['token of an app, not of a user', 422, 'This method requires an authenticated user', 'reconnect_required', {}],
  ['media still being processed', 422, 'Validation failed: Cannot attach files that have not finished processing. Try again in a moment!', 'transient', {}],
  ['media refused', 422, 'Validation failed: File content type is invalid, File is invalid', 'media_rejected', {}],
  ['status refused', 422, 'Validation failed: Text character limit of 500 exceeded', 'content_rejected', {}],
  ['file that cannot be processed', 500, 'Error processing thumbnail for uploaded media', 'media_rejected', {}],
  ['rate limit', 429, 'Too many requests', 'rate_limited', {}],
];

it('has a row for each rule', () => {
  expect(rows.map(([name]) => name)).toEqual(errors.rules.map(({ name }) => name));
});

it.each(rows)('%s', (name, status, words, category, headers) => {
  const response = answer(status, { error: words }, headers);
  expect(readRefusal(errors, response, NOW_MS)).toMatchObject({ kind: 'refused', category, message: words });
  const code = errors.describe({ error: words }, response)?.code ?? '';
  const matching = errors.rules.find((rule) => [rule.status].flat().includes(status) && (rule.code === undefined || rule.code === code) && rule.message?.test(words) !== false);
  expect(matching?.name).toBe(name);
});

it.each([
  ['Cannot attach a video to a post that already contains images', 'media_rejected'],
  ['Cannot attach more than 4 files', 'media_rejected'],
  ['Media 12 not found or already attached to another post', 'media_rejected'],
  ['File type of uploaded media could not be verified', 'media_rejected'],
  ['7000x7000 images are not supported', 'media_rejected'],
  ["Validation failed: Text can't be blank", 'content_rejected'],
  ['Duplicate record', 'content_rejected'],
])('%s', (words, category) => {
  expect(readRefusal(errors, answer(422, { error: words }), NOW_MS)).toMatchObject({ category, code: '422' });
});

const words401 = ['The access token is invalid', 'Das Zugriffs-Token wurde widerrufen', 'アクセストークンは無効です', 'Whatever a fork of Mastodon says'];
it.each(words401)('takes a 401 of the API for the end of the token, without a challenge too: %s', (words) => {
  expect(readRefusal(errors, answer(401, { error: words }), NOW_MS)).toMatchObject({ kind: 'refused', category: 'reconnect_required', code: 'invalid_token', message: words });
});

it.each([
  ['a page', '<html>Log in to the proxy</html>', {}],
  ['a page, asking for a password', '<html><title>401 Authorization Required</title></html>', { 'www-authenticate': 'Basic realm="Restricted"' }],
  ['JSON, asking for a password', { error: 'Unauthorized' }, { 'www-authenticate': 'Basic realm="Restricted"' }],
  ['JSON of another shape', { message: 'Unauthorized' }, {}],
  ['nothing', '', {}],
])('never takes the 401 of a proxy in front of a server for the end of the token: %s', (_name, body, headers) => {
  expect(readRefusal(errors, answer(401, body, headers), NOW_MS).kind).toBe('unknown');
});

it('takes a refusal of the app for none of the token', () => {
  const refused = readRefusal(errors, answer(401, { error: 'invalid_client', error_description: 'Client authentication failed' }), NOW_MS);
  expect(refused).toMatchObject({ kind: 'refused', code: 'invalid_client', category: 'platform_error' });
});

it('knows nothing of what a 5xx did, nor of the pages of a proxy', () => {
  expect(readRefusal(errors, answer(503, { error: 'There was a temporary problem serving your request, please try again' }), NOW_MS).kind).toBe('unknown');
  expect(readRefusal(errors, answer(401, '<html>Log in to the proxy</html>'), NOW_MS).kind).toBe('unknown');
  expect(readRefusal(errors, answer(404, '<html>Nothing here</html>'), NOW_MS).kind).toBe('unknown');
});

it('waits for the reset that Mastodon names as an instant, and no longer than a day', () => {
  const until = (headers: Record<string, string>) => {
    const read = readRefusal(errors, answer(429, { error: 'Too many requests' }, headers), NOW_MS);
    return read.kind === 'refused' ? read.untilMs : read;
  };
  expect(until({ 'x-ratelimit-reset': '2026-11-22T10:05:00.000000Z' })).toBe(NOW_MS + 300_000);
  expect(until({ 'retry-after': '7', 'x-ratelimit-reset': '2026-11-22T10:05:00.000000Z' })).toBe(NOW_MS + 7000);
  expect(until({ 'x-ratelimit-reset': '2099-01-01T00:00:00Z' })).toBe(NOW_MS + 86_400_000);
  expect(until({ 'x-ratelimit-reset': 'soon' })).toBeUndefined();
});
