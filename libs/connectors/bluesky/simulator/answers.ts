import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';

/** A success with a JSON body. */
export function json(body: unknown, status = 200): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

/** Every refusal of a PDS has this shape. */
export function refuse(status: number, error: string, message: string): SimulatedResponse {
  return json({ error, message }, status);
}

export const invalidRequest = (message: string): SimulatedResponse => refuse(400, 'InvalidRequest', message);
export const invalidPost = (message: string): SimulatedResponse => invalidRequest(`Invalid app.bsky.feed.post record: ${message}`);

/** Documented refusals by name, in a PDS's own words. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  authentication_required: () => refuse(401, 'AuthenticationRequired', 'Invalid identifier or password'),
  auth_missing: () => refuse(401, 'AuthMissing', 'Authentication Required'),
  expired_token: () => refuse(400, 'ExpiredToken', 'Token has expired'),
  revoked_token: () => refuse(400, 'ExpiredToken', 'Token has been revoked'),
  invalid_token: () => refuse(400, 'InvalidToken', 'Token could not be verified'),
  invalid_token_type: () => refuse(400, 'InvalidToken', 'Invalid token type'),
  bad_token_scope: () => refuse(400, 'InvalidToken', 'Bad token scope'),
  account_not_found: () => refuse(403, 'AccountNotFound', 'Account not found'),
  account_takedown: () => refuse(400, 'AccountTakedown', 'Account has been taken down'),
  account_deactivated: () => refuse(400, 'AccountDeactivated', 'Account is deactivated'),
  too_many_graphemes: () => invalidPost('grapheme too big (maximum 300, got 301) at $.record.text'),
  too_many_bytes: () => invalidPost('string too big (maximum 3000, got 3600) at $.record.text'),
  too_many_images: () => invalidPost('array too big (maximum 4, got 5) at $.record.embed.images'),
  missing_created_at: () => invalidPost('Missing required key "createdAt" at $.record'),
  blob_too_big: () => invalidPost('blob too big (maximum 1000000, got 2000001) at $.record.embed.images[0].image'),
  blob_type: () => invalidPost('Expected "image/*" (got "application/pdf") at $.record.embed.images[0].image'),
  invalid_record_key: () => invalidRequest('Invalid TID string (got "my-job-id") at $'),
  blob_not_found: () => refuse(400, 'BlobNotFound', 'Could not find blob: bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
  payload_too_large: () => refuse(413, 'PayloadTooLarge', 'request entity too large'),
  unconfirmed_email: () => refuse(401, 'unconfirmed_email', 'You must confirm your email address before you can upload videos'),
  upload_forbidden: () => refuse(403, 'UploadForbidden', 'The account is not permitted to upload video'),
  daily_limit_exceeded: () => refuse(400, 'DailyLimitExceeded', 'User has reached the daily upload limit'),
  unsupported_content_type: () => refuse(400, 'UnsupportedContentType', 'The content type is not supported'),
  video_too_large: () => refuse(400, 'VideoTooLarge', 'The video is too large'),
  video_too_long: () => refuse(400, 'VideoTooLong', 'The video is too long'),
  bad_aspect_ratio: () => refuse(400, 'BadAspectRatio', 'The aspect ratio is not supported'),
  too_many_open_uploads: () => refuse(400, 'TooManyOpenUploads', 'The account has too many open uploads'),
  upload_expired: () => refuse(400, 'UploadExpired', 'The upload expired'),
  service_overloaded: () => refuse(503, 'ServiceOverloaded', 'The service is temporarily at capacity'),
  method_not_implemented: () => refuse(501, 'MethodNotImplemented', 'Method Not Implemented'),
  rate_limit_exceeded: () => refuse(429, 'RateLimitExceeded', 'Rate Limit Exceeded'),
  upstream_failure: () => refuse(502, 'UpstreamFailure', 'Upstream service unreachable'),
  internal_server_error: () => refuse(500, 'InternalServerError', 'Internal Server Error'),
};

/** The body as a JSON object; undefined when it is none. */
export function jsonObject(request: SimulatedRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(request.body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const textField = (object: Record<string, unknown>, name: string): string | undefined => {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
};
