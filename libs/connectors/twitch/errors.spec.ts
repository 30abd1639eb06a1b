import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { dropped, errors } from './errors.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const answer = (status: number, message: string, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(JSON.stringify({ error: 'x', status, message })),
});

/** One row for each rule that a status tells. */
const rows: [name: string, status: number, message: string, category: string][] = [
  ['scope missing', 401, 'Missing scope: user:write:chat', 'scope_missing'],
  ['client id of another app', 401, 'Client ID and OAuth token do not match', 'app_restricted'],
  ['token expired or revoked', 401, 'Invalid OAuth token', 'token_expired'],
  ['not permitted to chat', 403, 'The sender is not permitted to send chat messages to the broadcaster’s chat room.', 'account_restricted'],
  ['neither partner nor affiliate', 403, 'Only partners and affiliates may add non-recurring broadcast segments.', 'account_restricted'],
  ['content label that may not be set', 403, 'Unallowed CCLs declared for underaged authorized user in a restricted country', 'content_rejected'],
  ['segment not there', 404, 'The specified broadcast segment was not found.', 'content_rejected'],
  ['message too large', 422, 'The message is too large.', 'content_rejected'],
  ['tags refused by AutoMod', 400, 'One or more tags were not applied because they failed a moderation check: [noob, Twitch]', 'content_rejected'],
  ['invalid request', 400, 'The request’s input was not valid.', 'content_rejected'],
  ['branded content flag changed too often', 409, 'User set the Branded Content flag too frequently', 'rate_limited'],
  ['rate limited', 429, 'Too many requests', 'rate_limited'],
];

/** One row for each reason of a message that was taken and dropped. */
const drops: [name: string, code: string, category: string][] = [
  ['the same message within 30 seconds', 'msg_duplicate', 'duplicate'],
  ['too many messages', 'msg_ratelimit', 'rate_limited'],
  ['too many messages', 'msg_slowmode', 'rate_limited'],
  ['banned or timed out in the chat', 'user_timed_out', 'account_restricted'],
  ['suspended channel', 'msg_channel_suspended', 'account_restricted'],
  ['dropped for its content', 'msg_rejected', 'content_rejected'],
];

describe('refusals of Twitch', () => {
  it.each(rows)('%s', (_name, status, message, category) => expect(readRefusal(errors, answer(status, message), NOW_MS)).toMatchObject({ kind: 'refused', category, message }));
  it.each(drops)('%s: %s', (_name, code, category) => expect(dropped(code, 'why')).toMatchObject({ category, code: `drop/${code}`, message: 'why' }));
  it('every rule has its row', () => {
    expect(errors.rules.map(({ name }) => name).toSorted()).toEqual([...new Set([...rows, ...drops].map(([name]) => name))].toSorted());
  });
  it('a reason that nobody knows means that nothing was sent', () => expect(dropped('new_rule', '')).toMatchObject({ kind: 'refused', category: 'content_rejected' }));
  it('tells when the bucket is full again', () => {
    const reset = String(NOW_MS / 1000 + 30);
    expect(readRefusal(errors, answer(429, 'x', { 'ratelimit-reset': reset }), NOW_MS)).toMatchObject({ untilMs: NOW_MS + 30_000 });
  });
  it('does not take the bucket for the limit of the branded content flag', () => {
    const reset = String(NOW_MS / 1000 + 30);
    expect(readRefusal(errors, answer(409, 'x', { 'ratelimit-reset': reset }), NOW_MS)).not.toHaveProperty('untilMs');
  });
  it.each([500, 503])('%d says nothing of the outcome', (status) => expect(readRefusal(errors, answer(status, ''), NOW_MS).kind).toBe('unknown'));
});
