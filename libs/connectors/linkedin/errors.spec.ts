import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const MIDNIGHT = Date.parse('2026-11-23T00:00:00.000Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({ kind: 'response', status, headers, body: Buffer.from(JSON.stringify(body)) });
const read = (status: number, body: object, headers: Record<string, string> = {}) => readRefusal(errors, answer(status, { status, ...body }, headers), NOW);
const input = (code: string) => ({ errorDetailType: 'com.linkedin.common.error.BadRequest', message: 'Words', errorDetails: { inputErrors: [{ code, description: 'Words', input: {} }] } });

describe('errors of LinkedIn', () => {
  it.each<readonly [string, number, object, string]>([
    ['token expired', 401, { serviceErrorCode: 65602, code: 'EXPIRED_ACCESS_TOKEN', message: 'The token used in the request has expired' }, 'token_expired'],
    ['token expired, number alone', 401, { serviceErrorCode: 65602, message: 'Expired' }, 'token_expired'],
    ['token revoked by the user', 401, { serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN', message: 'The token used in the request has been revoked by the user' }, 'reconnect_required'],
    ['token revoked, number alone', 401, { serviceErrorCode: 65601, message: 'Revoked' }, 'reconnect_required'],
    ['token invalid', 401, { serviceErrorCode: 65600, code: 'INVALID_ACCESS_TOKEN', message: 'Invalid access token' }, 'token_expired'],
    ['no token', 401, { serviceErrorCode: 65604, code: 'EMPTY_ACCESS_TOKEN', message: 'Empty oauth2 access token' }, 'platform_error'],
    ['not enough permissions', 403, { serviceErrorCode: 100, code: 'ACCESS_DENIED', message: 'Not enough permissions to access: partnerApiPostsExternal.CREATE.20250101' }, 'scope_missing'],
    ['not enough permissions, number alone', 403, { serviceErrorCode: 100, message: 'Not enough permissions to access: POST /posts' }, 'scope_missing'],
    ['duplicate post', 422, input('DUPLICATE_POST'), 'duplicate'],
    ['duplicate post, in words', 422, { message: 'com.linkedin...: Content is a duplicate of urn:li:share:123' }, 'duplicate'],
    ['limit of the member', 429, { serviceErrorCode: 101, message: 'Resource level throttle MEMBER DAY limit for calls to this resource is reached.' }, 'rate_limited'],
    ['version retired or unknown', 426, { code: 'NONEXISTENT_VERSION', message: 'Requested version 20240101 is not active' }, 'app_restricted'],
    ['version missing', 400, { code: 'VERSION_MISSING', message: 'A version must be present.' }, 'platform_error'],
    ['MISSING_FIELD', 400, input('MISSING_FIELD'), 'content_rejected'],
    ['INVALID_URN_TYPE', 400, input('INVALID_URN_TYPE'), 'content_rejected'],
    ['INVALID_URN_ID', 400, input('INVALID_URN_ID'), 'content_rejected'],
    ['INVALID_VALUE_FOR_FIELD', 422, input('INVALID_VALUE_FOR_FIELD'), 'content_rejected'],
    ['FIELD_LENGTH_TOO_LONG', 400, input('FIELD_LENGTH_TOO_LONG'), 'content_rejected'],
    ['INVALID_VALUE_BLANK_FIELD', 400, input('INVALID_VALUE_BLANK_FIELD'), 'content_rejected'],
    ['INVALID_IMAGE_ID', 400, input('INVALID_IMAGE_ID'), 'media_rejected'],
    ['INVALID_VIDEO_ID', 400, input('INVALID_VIDEO_ID'), 'media_rejected'],
    ['INVALID_DOCUMENT_ID', 400, input('INVALID_DOCUMENT_ID'), 'media_rejected'],
    ['MEDIA_ASSET_PROCESSING_FAILED', 400, input('MEDIA_ASSET_PROCESSING_FAILED'), 'media_rejected'],
    ['UPDATING_ASSET_FAILED', 400, input('UPDATING_ASSET_FAILED'), 'media_rejected'],
    ['MEDIA_ASSET_WAITING_UPLOAD', 400, input('MEDIA_ASSET_WAITING_UPLOAD'), 'transient'],
    ['MEDIA_ASSET_PROCESSING', 400, input('MEDIA_ASSET_PROCESSING'), 'transient'],
    ['EXPIRED_UPLOAD_URL', 400, input('EXPIRED_UPLOAD_URL'), 'transient'],
    ['activity not to be had yet', 400, { message: 'Unable to obtain activity for urn:li:share:1' }, 'transient'],
    ['forbidden for a while', 403, { message: 'This resource is forbidden' }, 'transient'],
    ['nothing there', 404, { code: 'NOT_FOUND', message: 'Could not find entity' }, 'platform_error'],
    ['conflict', 409, { code: 'CONFLICT', message: 'Conflict' }, 'transient'],
    ['body too large', 413, { message: 'Too large' }, 'content_rejected'],
    ['media type', 415, { message: 'Unsupported media type' }, 'platform_error'],
    ['an error that nobody documented', 400, { code: 'NEWS', message: 'Words' }, 'platform_error'],
  ])('%s', (_name, status, body, category) => expect(read(status, body)).toMatchObject({ kind: 'refused', category, httpStatus: status, message: expect.any(String) }));

  it('keeps the words that name the earlier post', () => {
    const body = { ...input('DUPLICATE_POST'), message: 'Content is a duplicate of urn:li:share:123' };
    expect(read(422, body)).toMatchObject({ code: 'DUPLICATE_POST', message: expect.stringContaining('urn:li:share:123') });
  });

  it.each([500, 503, 504])('does not know what a %s hides', (status) => {
    expect(read(status, { code: 'INTERNAL_SERVER_ERROR', message: 'Unable to obtain activity' })).toMatchObject({ kind: 'unknown', httpStatus: status });
  });

  it('waits for midnight in UTC when a limit of the day is reached, and knows whose it is', () => {
    const message = (of: string) => `Resource level throttle ${of} DAY limit for calls to this resource is reached.`;
    expect(read(429, { message: message('MEMBER') })).toMatchObject({ untilMs: MIDNIGHT });
    expect(read(429, { message: message('MEMBER') })).not.toHaveProperty('limitOf');
    expect(read(429, { message: message('APPLICATION') })).toMatchObject({ untilMs: MIDNIGHT, limitOf: 'app' });
    expect(read(429, { message: message('MEMBER') }, { 'retry-after': '60' })).toMatchObject({ untilMs: NOW + 60_000 });
    expect(read(429, { message: 'Too many requests' })).not.toHaveProperty('untilMs');
  });
});
