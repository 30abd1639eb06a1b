import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';

/** A success with a JSON body. */
export function json(body: unknown, status = 200): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

/** A refusal of the Graph API. */
export function graphError(
  status: number,
  code: number,
  subcode: number | undefined,
  message: string,
  more: object = {},
): SimulatedResponse {
  const error = {
    message,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    is_transient: false,
    ...more,
    fbtrace_id: 'ASandboxTraceId00000000',
  };
  return json({ error }, status);
}

/** A refusal of the login host, which has another shape. */
export function loginError(message: string): SimulatedResponse {
  return json({ error_type: 'OAuthException', code: 400, error_message: message }, 400);
}

const publishing =
  (code: number, subcode: number, message: string, more: object = {}) =>
  (): SimulatedResponse =>
    graphError(400, code, subcode, message, more);

/** Documented refusals by name. */
export const REFUSALS = {
  token_expired: () => graphError(400, 190, 463, 'Error validating access token: Session has expired on Saturday, 21-Nov-26 10:00:00 PST.'),
  app_removed: () => graphError(400, 190, 458, 'Error validating access token: The user has not authorized application.'),
  checkpointed: () =>
    graphError(
      400,
      190,
      459,
      'Error validating access token: You cannot access the app till you log in to www.instagram.com and follow the instructions given.',
    ),
  password_changed: () =>
    graphError(400, 190, 460, 'Error validating access token: The session has been invalidated because the user changed their password.'),
  token_invalid: () => graphError(400, 190, undefined, 'Invalid OAuth access token - Cannot parse access token'),
  permission_missing: () => graphError(403, 10, undefined, '(#10) Application does not have permission for this action'),
  object_missing: () =>
    graphError(400, 100, 33, "Unsupported post request. Object with ID '0' does not exist or cannot be loaded due to missing permissions."),
  not_professional: () => graphError(400, 10, undefined, '(#10) The user is not an Instagram Business'),
  app_limit: () => graphError(403, 4, undefined, '(#4) Application request limit reached'),
  user_limit: () => graphError(403, 17, undefined, '(#17) User request limit reached'),
  business_limit: () =>
    graphError(400, 80002, undefined, '(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.'),
  posting_limit: () => graphError(403, 341, undefined, '(#341) Feed action request limit reached'),
  blocked: () => graphError(403, 368, undefined, '(#368) The action attempted has been deemed abusive or is otherwise disallowed'),
  daily_limit: publishing(9, 2207042, 'Application request limit reached', {
    error_user_msg: 'You reached maximum number of posts that is allowed to be published by Content Publishing API.',
  }),
  spam: publishing(4, 2207051, 'Application request limit reached', {
    error_user_msg: 'We restrict certain activity to protect our community.',
  }),
  account_restricted: publishing(25, 2207050, 'The account is restricted'),
  server_error: publishing(-1, 2207001, 'Fatal', { is_transient: true, error_user_msg: 'Instagram server error. Try again.' }),
  upload_failed: publishing(-1, 2207053, 'Fatal', { error_user_msg: 'Unknown upload error.' }),
  create_failed: publishing(-1, 2207032, 'Fatal', { error_user_msg: 'Create media fail, please try to re-create media' }),
  download_timeout: publishing(-2, 2207003, 'Timeout', { error_user_msg: 'It takes too long to download the media.' }),
  media_expired: publishing(-2, 2207020, 'Timeout', { error_user_msg: 'The media you are trying to access has expired.' }),
  thumb_offset: publishing(1, 2207057, 'Invalid parameter', { error_user_msg: 'The thumbnail offset must be within the video.' }),
  media_type: publishing(100, 2207023, 'Invalid parameter', { error_user_msg: 'The media type is unknown.' }),
  carousel_size: publishing(100, 2207028, 'Invalid parameter', { error_user_msg: 'A carousel needs between 2 and 10 items.' }),
  user_tags: publishing(100, 2207035, 'Invalid parameter', { error_user_msg: 'Product tags are invalid.' }),
  container_missing: publishing(24, 2207006, 'The requested resource does not exist', {
    error_user_msg: 'The media with the id cannot be found.',
  }),
  container_expired: publishing(24, 2207008, 'The requested resource does not exist', {
    error_user_msg: 'The media builder has expired or is temporarily missing.',
  }),
  video_format: publishing(352, 2207026, 'The video format is not supported'),
  fetch_failed: publishing(9004, 2207052, 'Only photo or video can be accepted as media type.', {
    error_user_msg: 'The media could not be fetched from this URI.',
  }),
  not_ready: publishing(9007, 2207027, 'Media ID is not available', {
    error_user_msg: 'The media is not ready for publishing, please wait for a moment',
  }),
  image_size: publishing(36000, 2207004, 'The image size is too large.', {
    error_user_msg: 'The image is too large to download. It should be less than 8 MiB.',
  }),
  image_format: publishing(36001, 2207005, 'The image format is not supported.'),
  aspect_ratio: publishing(36003, 2207009, 'The aspect ratio is not supported.'),
  caption_too_long: publishing(36004, 2207010, 'The caption is too long.'),
} satisfies Record<string, () => SimulatedResponse>;

/** Fields of a request from wherever the Graph API takes them: query, form, or JSON; those of the body count. */
export function fieldsOf(request: SimulatedRequest): ReadonlyMap<string, string> {
  const fields = new Map(request.query.entries());
  const text = new TextDecoder().decode(request.body);
  if (text === '') return fields;
  if ((request.headers['content-type'] ?? '').startsWith('application/json')) return new Map([...fields, ...jsonFields(text)]);
  return new Map([...fields, ...new URLSearchParams(text)]);
}

function jsonFields(text: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).map(([name, field]): [string, string] => [
      name,
      typeof field === 'string' ? field : JSON.stringify(field),
    ]);
  } catch {
    return [];
  }
}
