import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const read = (status: number, body: unknown, headers?: Record<string, string>) =>
  readRefusal(errors, answer(status, body, headers), NOW_MS);
const limited = { message: 'You are being rate limited.', retry_after: 64.57, global: false };
const CLOUDFLARE = { server: 'cloudflare', 'content-type': 'text/html' };
const formErrors = { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] } };

/** One row per rule, in the rules' order: name, status, body, category, headers. */
const rows: [name: string, status: number, body: unknown, category: string, headers?: Record<string, string>][] = [
  ['Cloudflare blocks the address (403)', 403, '<!DOCTYPE html><title>Access denied</title>', 'rate_limited', CLOUDFLARE],
  ['Cloudflare blocks the address (429)', 429, 'error code: 1015', 'rate_limited', CLOUDFLARE],
  ['webhook deleted', 404, { message: 'Unknown Webhook', code: 10015 }, 'reconnect_required'],
  ['webhook token wrong', 401, { message: 'Invalid Webhook Token', code: 50027 }, 'reconnect_required'],
  ['channel unknown', 404, { message: 'Unknown Channel', code: 10003 }, 'content_rejected'],
  ['message unknown', 404, { message: 'Unknown Message', code: 10008 }, 'content_rejected'],
  ['invalid form', 400, { message: 'Invalid Form Body', code: 50035, errors: formErrors }, 'content_rejected'],
  ['empty message', 400, { message: 'Cannot send an empty message', code: 50006 }, 'content_rejected'],
  ['request too large', 413, { message: 'Request entity too large', code: 40005 }, 'media_rejected'],
  ['request too large, in the words of something before Discord', 413, '<html>413 Request Entity Too Large</html>', 'media_rejected'],
  ['file too large', 400, { message: 'File uploaded exceeds the maximum size', code: 50045 }, 'media_rejected'],
  ['file invalid', 400, { message: 'Invalid file uploaded', code: 50046 }, 'media_rejected'],
  ['too many attachments', 400, { message: 'Maximum number of attachments in a message reached (10)', code: 30015 }, 'media_rejected'],
  ['sending disabled for now', 400, { message: 'Send messages has been temporarily disabled', code: 40004 }, 'transient'],
  ['resource rate limited', 429, { message: 'Service resource is being rate limited', code: 40062 }, 'rate_limited'],
  ['channel write limit', 429, { message: 'The write action has hit the write rate limit', code: 20028 }, 'rate_limited'],
  ['global rate limit', 429, { ...limited, global: true }, 'rate_limited', { 'x-ratelimit-scope': 'global' }],
  ['rate limited', 429, limited, 'rate_limited'],
];
const PLATFORM_LIMITS = ['Cloudflare blocks the address (403)', 'Cloudflare blocks the address (429)', 'global rate limit'];

describe('refusals of Discord', () => {
  it.each(rows)('%s', (name, status, body, category, headers = {}) => {
    const limit = PLATFORM_LIMITS.includes(name) ? { limitOf: 'platform' } : {};
    expect(read(status, body, headers)).toMatchObject({ kind: 'refused', category, httpStatus: status, ...limit });
  });
  it('has a row here for every rule', () => {
    expect(rows.map(([name]) => name)).toEqual(errors.rules.map((rule) => rule.name));
  });
  it('repeats what Discord says of each field', () => {
    expect(read(400, { message: 'Invalid Form Body', code: 50035, errors: formErrors })).toMatchObject({
      code: '50035',
      message: 'Invalid Form Body: content: Must be 2000 or fewer in length.',
    });
  });
  it('takes any other code as an error of the platform', () => {
    expect(read(403, { message: 'Missing Access', code: 50001 })).toMatchObject({ category: 'platform_error', code: '50001' });
  });
  it.each([
    [500, { message: '500: Internal Server Error', code: 0 }, {}],
    [520, '<html>cloudflare</html>', CLOUDFLARE],
    [302, '', {}],
    [400, '<html>cloudflare</html>', CLOUDFLARE],
    [403, '<html>proxy</html>', {}],
  ])('cannot tell what HTTP %d with %j means', (status, body, headers) => {
    expect(read(status, body, headers)).toMatchObject({ kind: 'unknown', httpStatus: status });
  });
});

describe('when Discord says to come back', () => {
  const until = (body: unknown, headers: Record<string, string>) => {
    const reading = read(429, body, headers);
    return reading.kind === 'refused' && reading.untilMs !== undefined ? reading.untilMs - NOW_MS : undefined;
  };
  const bare = { message: 'You are being rate limited.' };
  it.each([
    [limited, { 'retry-after': '7' }, 7000],
    [limited, {}, 64_570],
    [bare, { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [bare, { 'x-ratelimit-reset': String(NOW_MS / 1000 + 1.5) }, 1500],
    [{ ...bare, retry_after: 99_999_999 }, {}, 86_400_000],
    [bare, {}, undefined],
    ['error code: 1015', { server: 'cloudflare' }, undefined],
  ])('%j %j', (body, headers, expected) => expect(until(body, headers)).toBe(expected));
});
