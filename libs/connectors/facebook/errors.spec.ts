import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({ kind: 'response', status, headers, body: Buffer.from(JSON.stringify(body)) });
const graph = (code: number, subcode?: number, message = 'Words') => ({ error: { message, type: 'OAuthException', code, ...(subcode === undefined ? {} : { error_subcode: subcode }), fbtrace_id: 'x' } });
const read = (body: unknown, status = 400, headers: Record<string, string> = {}) => readRefusal(errors, answer(status, body, headers), NOW);

describe('errors of Facebook pages', () => {
  it.each<readonly [number, number | undefined, string]>([
    [190, undefined, 'reconnect_required'],
    [190, 463, 'token_expired'],
    [190, 492, 'reconnect_required'],
    [490, undefined, 'reconnect_required'],
    [102, undefined, 'token_expired'],
    [10, undefined, 'scope_missing'],
    [200, undefined, 'scope_missing'],
    [200, 1404078, 'account_restricted'],
    [100, 33, 'platform_error'],
    [100, undefined, 'platform_error'],
    [1, undefined, 'transient'],
    [2, undefined, 'transient'],
    [2, 1363047, 'transient'],
    [1609010, undefined, 'transient'],
    [6000, 1363019, 'transient'],
    [6000, 1363021, 'transient'],
    [6000, 1363030, 'transient'],
    [6000, 1363033, 'transient'],
    [6000, 1363037, 'transient'],
    [6000, 1363041, 'transient'],
    [4, undefined, 'rate_limited'],
    [32, undefined, 'rate_limited'],
    [80001, undefined, 'rate_limited'],
    [368, 1390008, 'rate_limited'],
    [368, undefined, 'account_restricted'],
    [368, 1404006, 'account_restricted'],
    [368, 1404112, 'account_restricted'],
    [100, 4854002, 'account_restricted'],
    [506, undefined, 'duplicate'],
    [1, 1366051, 'duplicate'],
    [1, 1366046, 'media_rejected'],
    [100, 2069019, 'media_rejected'],
    [324, undefined, 'media_rejected'],
    [368, 1346003, 'content_rejected'],
    [100, 1404102, 'content_rejected'],
    [100, 1609008, 'content_rejected'],
    [100, 2061006, 'content_rejected'],
    [100, 1349125, 'content_rejected'],
    [1609005, undefined, 'content_rejected'],
  ])('%s/%s is %s', (code, subcode, category) => expect(read(graph(code, subcode))).toMatchObject({ kind: 'refused', category }));

  it.each([
    ['Name parameter too long', 'content_rejected'],
    ['(#100) No permission to publish the video', 'scope_missing'],
    ['REVOKED_ACCESS_TOKEN', 'reconnect_required'],
  ])('%s is %s', (message, category) => expect(read(graph(100, undefined, message))).toMatchObject({ category }));

  it.each([
    ['OffsetInvalidError', true, 'transient'],
    ['PartialRequestError', true, 'transient'],
    ['ProcessingFailedError', true, 'transient'],
    ['ProcessingFailedError', false, 'media_rejected'],
  ])('reads %s of the upload host, retriable %s', (type, retriable, category) =>
    expect(read({ debug_info: { retriable, type, message: 'Words' } })).toMatchObject({ kind: 'refused', category, message: 'Words' }),
  );

  it('waits as the usage header says, in minutes', () => {
    const usage = JSON.stringify({ '1': [{ type: 'pages', estimated_time_to_regain_access: 19 }] });
    expect(read(graph(80001), 400, { 'x-business-use-case-usage': usage })).toMatchObject({ untilMs: NOW + 19 * 60_000 });
  });
});
