import type { SimulatedResponse } from '../../kit/simulator.ts';

/**
 * Problem types still go out under the old host name; newer answers use `https://api.x.com`. Both are on the wire, so both are made here.
 */
const OLD_TYPES = 'https://api.twitter.com/2/problems';
const NEW_TYPES = 'https://api.x.com/2/problems';
const ABOUT_BLANK = 'about:blank';

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) };
}

/** An RFC 7807 problem as X writes it. */
export function problem(
  status: number,
  title: string,
  detail: string,
  type = ABOUT_BLANK,
  more: Readonly<Record<string, unknown>> = {},
): SimulatedResponse {
  const body = JSON.stringify({ title, detail, type, status, ...more });
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body };
}

export const unauthorized = (): SimulatedResponse => problem(401, 'Unauthorized', 'Unauthorized');
export const forbidden = (detail: string): SimulatedResponse => problem(403, 'Forbidden', detail);
export const notPermitted = (): SimulatedResponse => forbidden('You are not permitted to perform this action.');
export const duplicate = (): SimulatedResponse => forbidden('You are not allowed to create a Tweet with duplicate content.');
export const tooManyRequests = (): SimulatedResponse => problem(429, 'Too Many Requests', 'Too Many Requests');

/** A 400 that names the parameters at fault. */
export function invalidRequest(message: string, parameters: Readonly<Record<string, readonly string[]>> = {}): SimulatedResponse {
  const errors = [{ parameters, message }];
  return problem(400, 'Invalid Request', 'One or more parameters to your request was invalid.', `${OLD_TYPES}/invalid-request`, { errors });
}

export const invalidMedia = (ids: string): SimulatedResponse => invalidRequest('Your media IDs are invalid.', { 'media.media_ids': [ids] });

/** The entry of a post that is not there, as it stands in `errors` of a partial answer. */
export function missingPost(parameter: string, id: string): Readonly<Record<string, string>> {
  return {
    value: id,
    detail: `Could not find tweet with ${parameter}: [${id}].`,
    title: 'Not Found Error',
    resource_type: 'tweet',
    parameter,
    resource_id: id,
    type: `${OLD_TYPES}/resource-not-found`,
  };
}

export function notFound(id: string): SimulatedResponse {
  return problem(404, 'Not Found Error', `Could not find tweet with id: [${id}].`, `${OLD_TYPES}/resource-not-found`, {
    errors: [missingPost('id', id)],
  });
}

/** The error of the OAuth endpoints (RFC 6749 section 5.2). */
export function oauthError(status: number, error: string, description: string): SimulatedResponse {
  return json(status, { error, error_description: description });
}

export const invalidCode = (): SimulatedResponse =>
  oauthError(400, 'invalid_request', 'Value passed for the authorization code was invalid.');
export const invalidToken = (): SimulatedResponse => oauthError(400, 'invalid_request', 'Value passed for the token was invalid.');
export const unauthorizedClient = (): SimulatedResponse => oauthError(401, 'unauthorized_client', 'Missing valid authorization header');

const registration = { registration_url: 'https://developer.x.com/en/docs/projects/overview' };

/** Every documented refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  unauthorized,
  credits_depleted: () => problem(402, 'Payment Required', 'credits depleted', `${NEW_TYPES}/credits-depleted`),
  duplicate,
  reply_not_allowed: () =>
    forbidden(
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author ' +
        'of the post you are replying to.',
    ),
  not_permitted: notPermitted,
  unsupported_authentication: () =>
    problem(
      403,
      'Unsupported Authentication',
      'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint. ' +
        'Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].',
      `${OLD_TYPES}/unsupported-authentication`,
    ),
  client_not_enrolled: () =>
    problem(
      403,
      'Client Forbidden',
      'When authenticating requests to the X API v2 endpoints, you must use keys and tokens from a developer App ' +
        'that is attached to a Project.',
      `${NEW_TYPES}/client-forbidden`,
      {
        reason: 'client-not-enrolled',
        ...registration,
      },
    ),
  official_client_forbidden: () =>
    problem(403, 'Client Forbidden', 'This request must be made using an approved developer account.', `${NEW_TYPES}/client-forbidden`, {
      reason: 'official-client-forbidden',
      ...registration,
    }),
  oauth1_permissions: () =>
    problem(
      403,
      'Forbidden',
      'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
      `${OLD_TYPES}/oauth1-permissions`,
    ),
  suspended: () =>
    problem(403, 'Forbidden', 'Your account is suspended and is not permitted to access this feature.', `${NEW_TYPES}/user-suspended`),
  video_too_long: () => forbidden('This user is not allowed to post a video longer than 2 minutes'),
  invalid_media: () => invalidMedia('[1]'),
  text_too_long: () =>
    invalidRequest(
      'Your Tweet text is too long. For more information on how Twitter determines text length see ' +
        'https://github.com/twitter/twitter-text.',
      { text: ['...'] },
    ),
  invalid_url: () => invalidRequest('The Tweet contains an invalid URL.', { text: ['...'] }),
  too_many_media: () => invalidRequest('`$.media.media_ids` has a maximum of 4 items.', { 'media.media_ids': ['[...]'] }),
  too_many_cashtags: () => invalidRequest('Posts may contain a maximum of one cashtag.', { text: ['...'] }),
  resource_not_found: () => notFound('1'),
  conflict: () => problem(409, 'Conflict', 'The request conflicts with another one.', `${OLD_TYPES}/conflict`),
  rate_limited_legacy: () => json(429, { errors: [{ code: 88, message: 'Rate limit exceeded' }] }),
  usage_capped: () =>
    problem(429, 'UsageCapExceeded', 'Usage cap exceeded: Monthly product cap', `${NEW_TYPES}/usage-capped`, {
      period: 'Monthly',
      scope: 'Product',
    }),
  invalid_code: invalidCode,
  invalid_token: invalidToken,
  invalid_client: () => oauthError(400, 'invalid_client', 'The client credentials are invalid.'),
  unauthorized_client: unauthorizedClient,
  invalid_grant: () => oauthError(400, 'invalid_grant', 'The grant is invalid, expired or revoked.'),
};
