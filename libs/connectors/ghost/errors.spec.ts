import { readRefusal, type HttpResponse } from '../kit/index.ts';
import { errors } from './errors.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const body = (type: string, message: string, code: string | null = null, context: string | null = null) => ({ errors: [{ message, context, type, details: null, property: null, help: null, code, id: 'x', ghostErrorCode: null }] });

/** One row for each rule, in the rules' order. */
const rows: readonly (readonly [name: string, status: number, body: unknown, category: string])[] = [
  ['key unknown or deleted', 401, body('UnauthorizedError', 'Unknown Admin API Key', 'UNKNOWN_ADMIN_API_KEY'), 'reconnect_required'],
  ['secret wrong', 401, body('UnauthorizedError', 'Invalid token: invalid signature', 'INVALID_JWT'), 'reconnect_required'],
  ['token too old', 401, body('UnauthorizedError', 'Invalid token: maxAge exceeded', 'INVALID_JWT'), 'transient'],
  ['token not understood', 401, body('UnauthorizedError', 'Authorization header format is "Authorization: Ghost [token]"', 'INVALID_AUTH_HEADER'), 'platform_error'],
  ['limit of the hosting', 403, body('HostLimitError', 'Host Limit error, cannot save post.'), 'account_restricted'],
  ['key may not do this', 403, body('NoPermissionError', 'API tokens do not have permission to access this endpoint'), 'scope_missing'],
  ['draft deleted', 404, body('NotFoundError', 'Resource not found error, cannot edit post.', null, 'Post not found.'), 'transient'],
  ['draft edited by somebody', 409, body('UpdateCollisionError', 'Saving failed! Someone else is editing this post.', 'UPDATE_COLLISION'), 'transient'],
  ['file too large', 413, '<html>413 Request Entity Too Large</html>', 'media_rejected'],
  ['file of a wrong type', 415, body('UnsupportedMediaTypeError', 'Please select a valid image.'), 'media_rejected'],
  ['image not processed', 400, body('BadRequestError', 'Request not understood error, cannot upload image.', null, 'Image processing failed.'), 'media_rejected'],
  ['post refused', 422, body('ValidationError', 'Validation error, cannot save post.', null, 'Title cannot be longer than 255 characters.'), 'content_rejected'],
  ['rate limit', 429, body('TooManyRequestsError', 'Too many attempts.', 'TOO_MANY_REQUESTS'), 'rate_limited'],
];

it('has a row for each rule', () => {
  expect(rows.map(([name]) => name)).toEqual(errors.rules.map(({ name }) => name));
});

it.each(rows)('%s', (_name, status, words, category) => {
  expect(readRefusal(errors, answer(status, words), NOW_MS)).toMatchObject({ kind: 'refused', category });
});

it.each([
  ['Invalid token: jwt expired', 'transient'],
  ['Invalid token: jwt not active', 'transient'],
  ['Invalid token: jwt audience invalid. expected: /admin/', 'platform_error'],
])('%s', (message, category) => {
  expect(readRefusal(errors, answer(401, body('UnauthorizedError', message, 'INVALID_JWT')), NOW_MS)).toMatchObject({ category });
});

it('names the code, else the type, and what the message is about', () => {
  const read = (words: unknown, status = 422) => readRefusal(errors, answer(status, words), NOW_MS);
  expect(read(body('InternalServerError', 'Unexpected token', 'UNEXPECTED_ERROR'), 400)).toMatchObject({ category: 'platform_error', code: 'InternalServerError' });
  expect(read(body('ValidationError', 'Cannot save post.', null, 'Title is too long.'))).toMatchObject({ code: 'ValidationError', message: 'Cannot save post. Title is too long.' });
});

it('knows nothing of what a 5xx did, nor of the pages of a proxy', () => {
  expect(readRefusal(errors, answer(500, body('EmailError', 'Error sending email!')), NOW_MS).kind).toBe('unknown');
  expect(readRefusal(errors, answer(503, '<html>We’ll be right back</html>'), NOW_MS).kind).toBe('unknown');
  expect(readRefusal(errors, answer(404, '<html>Nothing here</html>'), NOW_MS).kind).toBe('unknown');
});
