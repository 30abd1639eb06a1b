import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const body = (status: number, message: string, code = 'CODE') => ({ status, statusText: 'Words', errors: [{ message, code }] });

/** One row for each rule, in the rules' order. */
const rows: readonly (readonly [name: string, status: number, message: string, code: string, category: string])[] = [
  ['key invalid or expired', 401, 'Invalid API key', 'UNAUTHORIZED', 'reconnect_required'],
  ['scope missing', 403, 'The token lacks the scope posts:write', 'FORBIDDEN', 'scope_missing'],
  ['plan without posting', 403, 'Not available on your current plan', 'FORBIDDEN', 'account_restricted'],
  ['building failed', 404, 'The post could not be created', 'POST_CREATION_FAILED', 'transient'],
  ['draft deleted', 404, 'Resource not found', 'NOT_FOUND', 'transient'],
  ['request refused', 422, 'Reply-to address was not found', 'UNPROCESSABLE_ENTITY', 'content_rejected'],
  ['rate limit', 429, 'Rate limit exceeded', 'TOO_MANY_REQUESTS', 'rate_limited'],
];

it('has a row for each rule', () => {
  expect(rows.map(([name]) => name)).toEqual(errors.rules.map(({ name }) => name));
});

it.each(rows)('%s', (_name, status, message, code, category) => {
  expect(readRefusal(errors, answer(status, body(status, message, code)), NOW_MS)).toMatchObject({ kind: 'refused', category, code, message });
});

it('knows nothing of what a 5xx did, nor of pages', () => {
  expect(readRefusal(errors, answer(500, body(500, 'Something went wrong')), NOW_MS).kind).toBe('unknown');
  expect(readRefusal(errors, answer(502, '<html>Bad Gateway</html>'), NOW_MS).kind).toBe('unknown');
});

it('waits for the reset in epoch seconds, and no longer than a day', () => {
  const until = (headers: Record<string, string>) => {
    const read = readRefusal(errors, answer(429, body(429, 'Rate limit exceeded'), headers), NOW_MS);
    return read.kind === 'refused' ? read.untilMs : read;
  };
  expect(until({ 'ratelimit-reset': String(NOW_MS / 1000 + 60) })).toBe(NOW_MS + 60_000);
  expect(until({ 'retry-after': '7', 'ratelimit-reset': String(NOW_MS / 1000 + 60) })).toBe(NOW_MS + 7000);
  expect(until({ 'ratelimit-reset': '99999999999' })).toBe(NOW_MS + 86_400_000);
  expect(until({})).toBeUndefined();
});
