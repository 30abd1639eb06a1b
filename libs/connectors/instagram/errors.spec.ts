import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const graph = (code: number, subcode?: number, more: object = {}) => ({
  error: {
    message: 'Words',
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: 'x',
    ...more,
  },
});
const read = (body: unknown, status = 400, headers: Record<string, string> = {}) => readRefusal(errors, answer(status, body, headers), NOW);

describe('errors', () => {
  it.each<readonly [number, number | undefined, string, string]>([
    [190, undefined, '190', 'reconnect_required'],
    [190, 458, '190/458', 'reconnect_required'],
    [190, 459, '190/459', 'reconnect_required'],
    [190, 460, '190/460', 'reconnect_required'],
    [190, 463, '190/463', 'token_expired'],
    [190, 464, '190/464', 'reconnect_required'],
    [190, 467, '190/467', 'reconnect_required'],
    [190, 492, '190/492', 'reconnect_required'],
    [102, undefined, '102', 'token_expired'],
    [3, undefined, '3', 'scope_missing'],
    [10, undefined, '10', 'scope_missing'],
    [200, undefined, '200', 'scope_missing'],
    [299, undefined, '299', 'scope_missing'],
    [100, 33, '100/33', 'reconnect_required'],
    [100, undefined, '100', 'platform_error'],
    [1, undefined, '1', 'transient'],
    [2, undefined, '2', 'transient'],
    [4, undefined, '4', 'rate_limited'],
    [17, undefined, '17', 'rate_limited'],
    [32, undefined, '32', 'rate_limited'],
    [613, undefined, '613', 'rate_limited'],
    [80001, undefined, '80001', 'rate_limited'],
    [80002, undefined, '80002', 'rate_limited'],
    [341, undefined, '341', 'rate_limited'],
    [368, undefined, '368', 'account_restricted'],
    [506, undefined, '506', 'duplicate'],
    [1609005, undefined, '1609005', 'content_rejected'],
    [-2, 2207003, '-2/2207003', 'transient'],
    [-2, 2207020, '-2/2207020', 'transient'],
    [-1, 2207001, '-1/2207001', 'transient'],
    [-1, 2207032, '-1/2207032', 'transient'],
    [-1, 2207053, '-1/2207053', 'transient'],
    [1, 2207057, '1/2207057', 'content_rejected'],
    [4, 2207051, '4/2207051', 'account_restricted'],
    [9, 2207042, '9/2207042', 'quota_exhausted'],
    [24, 2207006, '24/2207006', 'platform_error'],
    [24, 2207008, '24/2207008', 'transient'],
    [25, 2207050, '25/2207050', 'account_restricted'],
    [100, 2207023, '100/2207023', 'content_rejected'],
    [100, 2207028, '100/2207028', 'content_rejected'],
    [100, 2207035, '100/2207035', 'content_rejected'],
    [100, 2207036, '100/2207036', 'content_rejected'],
    [100, 2207037, '100/2207037', 'content_rejected'],
    [100, 2207040, '100/2207040', 'content_rejected'],
    [352, 2207026, '352/2207026', 'media_rejected'],
    [9004, 2207052, '9004/2207052', 'transient'],
    [9007, 2207027, '9007/2207027', 'transient'],
    [36000, 2207004, '36000/2207004', 'media_rejected'],
    [36001, 2207005, '36001/2207005', 'media_rejected'],
    [36003, 2207009, '36003/2207009', 'media_rejected'],
    [36004, 2207010, '36004/2207010', 'content_rejected'],
    [77, 2207077, '*/2207077', 'media_rejected'],
    [77, 2207081, '*/2207081', 'content_rejected'],
    [77, 2207082, '*/2207082', 'transient'],
  ])('%s/%s is %s, %s', (code, subcode, name, category) =>
    expect(read(graph(code, subcode))).toMatchObject({ kind: 'refused', code: name, category }),
  );

  it('tells by words what has no code of its own', () => {
    expect(read(graph(10, undefined, { message: 'The user is not an Instagram Business' }))).toMatchObject({
      category: 'account_restricted',
    });
    expect(read(graph(999, undefined, { message: 'The session has been invalidated because …' }))).toMatchObject({
      category: 'reconnect_required',
    });
  });

  it('takes a mark of Instagram’s for what it does not know', () => {
    expect(read(graph(12345, 1, { is_transient: true }))).toMatchObject({
      category: 'transient',
      code: '12345',
      message: 'Words (subcode 1) [is_transient]',
    });
    expect(read(graph(12345, 1))).toMatchObject({ category: 'platform_error' });
  });

  it('says that the app’s limit is the app’s', () => expect(read(graph(4))).toMatchObject({ limitOf: 'app' }));

  it('reads the login host’s shape', () => {
    expect(read({ error_type: 'OAuthException', code: 400, error_message: 'Matching code was not found' })).toMatchObject({
      code: '400',
      message: 'Matching code was not found',
    });
  });

  it.each([
    [500, '<html>'],
    [400, 'nothing known'],
    [302, ''],
  ])('%s %j says nothing', (status, body) => expect(read(body, status).kind).toBe('unknown'));

  const usage = (minutes: number) => ({
    'x-business-use-case-usage': JSON.stringify({ '1': [{ type: 'instagram', estimated_time_to_regain_access: minutes }] }),
  });
  it.each([
    ['the usage header, in minutes', usage(19), NOW + 19 * 60_000],
    ['a usage header without a wait', usage(0), undefined],
    ['a usage header of nonsense', { 'x-business-use-case-usage': '{' }, undefined],
    ['an absurd usage header', usage(99_999_999), NOW + 24 * 60 * 60_000],
    ['Retry-After', { 'retry-after': '7' }, NOW + 7000],
  ])('a limit waits as %s says', (_name, headers, untilMs) => {
    const reading = read(graph(80002), 400, headers);
    expect('untilMs' in reading ? reading.untilMs : undefined).toBe(untilMs);
  });

  it('knows the bare subcodes of failed containers', () => {
    expect(errors.ruleOfSubcode('2207026')?.category).toBe('media_rejected');
    expect(errors.ruleOfSubcode('2207053')?.category).toBe('transient');
    expect(errors.ruleOfSubcode('1')).toBeUndefined();
    expect(errors.ruleOfSubcode('')).toBeUndefined();
  });
});
