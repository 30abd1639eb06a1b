import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const answer = (body: unknown): HttpResponse => ({ kind: 'response', status: 400, headers: {}, body: Buffer.from(JSON.stringify(body)) });
const graph = (code: number | string, subcode?: number, message = 'Words') => ({ error: { message, type: 'OAuthException', code, ...(subcode === undefined ? {} : { error_subcode: subcode }) } });
const read = (body: unknown) => readRefusal(errors, answer(body), 0);

describe('errors of Threads', () => {
  it.each<readonly [number | string, number | undefined, string]>([
    [190, undefined, 'reconnect_required'],
    [190, 463, 'token_expired'],
    [102, undefined, 'token_expired'],
    [10, undefined, 'scope_missing'],
    [200, undefined, 'scope_missing'],
    [10, 4279013, 'account_restricted'],
    [4, 2207051, 'account_restricted'],
    [4, undefined, 'rate_limited'],
    [17, undefined, 'rate_limited'],
    [613, undefined, 'rate_limited'],
    [24, 4279009, 'transient'],
    [1, undefined, 'transient'],
    [2, undefined, 'transient'],
    [100, 33, 'platform_error'],
    [100, undefined, 'platform_error'],
    ['THREADS_API__LINK_LIMIT_EXCEEDED', undefined, 'content_rejected'],
    ['THREADS_API__FEATURE_NOT_AVAILABLE', undefined, 'scope_missing'],
    ['190', undefined, 'reconnect_required'],
  ])('%s/%s is %s', (code, subcode, category) => expect(read(graph(code, subcode))).toMatchObject({ kind: 'refused', category }));

  it.each([
    ['Param text must be at most 500 characters long.', 'content_rejected'],
    ['The media could not be fetched from this URI', 'media_rejected'],
    ['THREADS_API__LINK_LIMIT_EXCEEDED', 'content_rejected'],
    ['ErrorCode::THREADS_API__FEATURE_NOT_AVAILABLE', 'scope_missing'],
    ['THREADS_API__GEO_GATING_INVALID_COUNTRY_CODES', 'content_rejected'],
  ])('%s is %s', (message, category) => expect(read(graph(100, undefined, message))).toMatchObject({ category }));

  it('takes a mark of Meta’s for what it does not know', () => expect(read({ error: { ...graph(12345).error, is_transient: true } })).toMatchObject({ category: 'transient' }));
});
