import { json } from '../../kit/simulation/index.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

interface More {
  readonly context?: string;
  readonly code?: string;
  readonly details?: unknown;
}

/** An error as Ghost writes it. */
export function problem(status: number, type: string, message: string, more: More = {}, headers: Readonly<Record<string, string>> = {}): SimulatedResponse {
  const error = { message, context: more.context ?? null, type, details: more.details ?? null, property: null, help: null, code: more.code ?? null, id: '00000000-0000-4000-8000-000000000000', ghostErrorCode: null };
  return json(status, { errors: [error] }, headers);
}

export const unauthorized = (code: string, message: string): SimulatedResponse => problem(401, 'UnauthorizedError', message, { code });
export const notFound = (): SimulatedResponse => problem(404, 'NotFoundError', 'Resource not found error, cannot read post.', { context: 'Post not found.' });
export const notAcceptable = (): SimulatedResponse => problem(406, 'RequestNotAcceptableError', 'Request not acceptable for provided Accept-Version header.', { code: 'UPDATE_CLIENT' });
export const invalid = (context: string): SimulatedResponse => problem(422, 'ValidationError', 'Validation error, cannot save post.', { context });
export const collision = (): SimulatedResponse => problem(409, 'UpdateCollisionError', 'Saving failed! Someone else is editing this post.', { code: 'UPDATE_COLLISION' });
export const tooMany = (headers: Readonly<Record<string, string>> = {}): SimulatedResponse => problem(429, 'TooManyRequestsError', 'Too many attempts.', { code: 'TOO_MANY_REQUESTS' }, headers);

/** Every known refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  unknown_key: () => unauthorized('UNKNOWN_ADMIN_API_KEY', 'Unknown Admin API Key'),
  wrong_signature: () => unauthorized('INVALID_JWT', 'Invalid token: invalid signature'),
  token_too_old: () => unauthorized('INVALID_JWT', 'Invalid token: maxAge exceeded'),
  invalid_header: () => unauthorized('INVALID_AUTH_HEADER', 'Authorization header format is "Authorization: Ghost [token]"'),
  no_permission: () => problem(403, 'NoPermissionError', 'Authorization failed', { context: 'Unable to determine the authenticated user or integration. Check that cookies are being passed through if using session authentication.' }),
  not_for_tokens: () => problem(403, 'NoPermissionError', 'API tokens do not have permission to access this endpoint'),
  host_limit: () => problem(403, 'HostLimitError', 'Host Limit error, cannot save post.', { context: 'Email sending is temporarily disabled because your account is currently in review.' }),
  not_found: notFound,
  update_client: notAcceptable,
  update_collision: collision,
  too_large: () => ({ status: 413, headers: { 'content-type': 'text/html' }, body: '<html><head><title>413 Request Entity Too Large</title></head></html>' }),
  wrong_type: () => problem(415, 'UnsupportedMediaTypeError', 'Please select a valid image.'),
  broken_image: () => problem(400, 'BadRequestError', 'Request not understood error, cannot upload image.', { context: 'Image processing failed. Please check if the image is valid.' }),
  malformed: () => problem(400, 'InternalServerError', 'Unexpected token in JSON', { code: 'UNEXPECTED_ERROR' }),
  title_too_long: () => invalid('Title cannot be longer than 255 characters.'),
  too_many_requests: () => tooMany(),
};
