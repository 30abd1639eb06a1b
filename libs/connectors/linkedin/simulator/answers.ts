import { json } from '../../kit/simulation/index.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

type Refusals = Readonly<Record<string, () => SimulatedResponse>>;

const MORE = { 'x-li-fabric': 'prod-lva1', 'x-restli-protocol-version': '2.0.0', 'x-restli-error-response': 'true' };

/** An error as the documentation shows it. */
export function restError(status: number, message: string, more: { readonly code?: string; readonly serviceErrorCode?: number } = {}): SimulatedResponse {
  return json(status, { status, ...more, message }, MORE);
}

/** The newer shape, which names what is wrong with the input. */
export function inputError(status: number, code: string, message: string): SimulatedResponse {
  const inputErrors = [{ description: message, input: {}, code }];
  return json(status, { errorDetailType: 'com.linkedin.common.error.BadRequest', message, errorDetails: { inputErrors }, status }, MORE);
}

export const accessDenied = (resource: string): SimulatedResponse => restError(403, `Not enough permissions to access: ${resource}.20260901`, { code: 'ACCESS_DENIED', serviceErrorCode: 100 });

export const duplicateOf = (urn: string): SimulatedResponse => {
  const inputErrors = [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }];
  return json(422, { errorDetailType: 'com.linkedin.common.error.BadRequest', message: `Content is a duplicate of ${urn}`, errorDetails: { inputErrors }, status: 422 }, MORE);
};

/** Documented and observed refusals by name. */
export const REFUSALS = {
  token_expired: () => restError(401, 'The token used in the request has expired', { code: 'EXPIRED_ACCESS_TOKEN', serviceErrorCode: 65602 }),
  token_revoked: () => restError(401, 'The token used in the request has been revoked by the user', { code: 'REVOKED_ACCESS_TOKEN', serviceErrorCode: 65601 }),
  token_invalid: () => restError(401, 'Invalid access token', { code: 'INVALID_ACCESS_TOKEN', serviceErrorCode: 65600 }),
  token_empty: () => restError(401, 'Empty oauth2 access token', { code: 'EMPTY_ACCESS_TOKEN', serviceErrorCode: 65604 }),
  access_denied: () => accessDenied('partnerApiPostsExternal.CREATE'),
  duplicate: () => duplicateOf('urn:li:share:7000000000000000000'),
  member_limit: () => restError(429, 'Resource level throttle MEMBER DAY limit for calls to this resource is reached.', { serviceErrorCode: 101 }),
  app_limit: () => restError(429, 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.', { serviceErrorCode: 101 }),
  version_retired: () => restError(426, 'Requested version 20240101 is not active', { code: 'NONEXISTENT_VERSION' }),
  version_missing: () => restError(400, 'A version must be present. Please specify a version by adding the LinkedIn-Version header.', { code: 'VERSION_MISSING' }),
  missing_field: () => inputError(400, 'MISSING_FIELD', 'author :: field is required but not found and has no default value'),
  invalid_value: () => inputError(400, 'INVALID_VALUE_FOR_FIELD', 'The value of the field is not valid'),
  too_long: () => inputError(400, 'FIELD_LENGTH_TOO_LONG', 'commentary is longer than 3000 characters'),
  blank_field: () => inputError(400, 'INVALID_VALUE_BLANK_FIELD', 'The field must not be blank'),
  invalid_urn: () => inputError(400, 'INVALID_URN_ID', 'The URN is not valid'),
  invalid_image: () => inputError(400, 'INVALID_IMAGE_ID', 'The image is not valid'),
  invalid_video: () => inputError(400, 'INVALID_VIDEO_ID', 'The video is not valid'),
  waiting_upload: () => inputError(400, 'MEDIA_ASSET_WAITING_UPLOAD', 'The media asset waits for its upload'),
  processing: () => inputError(400, 'MEDIA_ASSET_PROCESSING', 'The media asset is being processed'),
  processing_failed: () => inputError(400, 'MEDIA_ASSET_PROCESSING_FAILED', 'The media asset could not be processed'),
  upload_expired: () => inputError(400, 'EXPIRED_UPLOAD_URL', 'The upload URL has expired'),
  updating_failed: () => inputError(400, 'UPDATING_ASSET_FAILED', 'The asset could not be updated'),
  not_found: () => restError(404, 'Could not find entity', { code: 'NOT_FOUND' }),
  no_activity: () => restError(400, 'Unable to obtain activity for the post'),
  conflict: () => restError(409, 'The request conflicts with another one', { code: 'CONFLICT' }),
  too_large: () => restError(413, 'The request is too large'),
  media_type: () => restError(415, 'Unsupported media type'),
} satisfies Refusals;
