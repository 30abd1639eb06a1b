import { json } from '../../kit/simulation/index.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

/** An error of the API. */
export const error = (status: number, words: string, headers: Readonly<Record<string, string>> = {}): SimulatedResponse => json(status, { error: words }, headers);

export const notFound = (): SimulatedResponse => error(404, 'Record not found');
export const invalid = (words: string): SimulatedResponse => error(422, `Validation failed: ${words}`);
export const tooMany = (headers: Readonly<Record<string, string>> = {}): SimulatedResponse => error(429, 'Too many requests', headers);

/** RFC 6750 section 3.1, as Doorkeeper writes it. */
export function unauthorized(words = 'The access token is invalid'): SimulatedResponse {
  return error(401, words, { 'www-authenticate': `Bearer realm="Doorkeeper", error="invalid_token", error_description="${words}"` });
}

/** RFC 6749 section 5.2, as Doorkeeper words it. */
export const oauthProblem = {
  client: (): SimulatedResponse =>
    json(401, { error: 'invalid_client', error_description: 'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.' }),
  grant: (): SimulatedResponse =>
    json(400, {
      error: 'invalid_grant',
      error_description: 'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
    }),
} as const;

/** Every documented refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  token_invalid: () => unauthorized(),
  token_revoked: () => unauthorized('The access token was revoked'),
  scope_missing: () => error(403, 'This action is outside the authorized scopes'),
  login_disabled: () => error(403, 'Your login is currently disabled'),
  not_permitted: () => error(403, 'This action is not allowed'),
  reply_missing: () => error(404, 'The post you are trying to reply to does not appear to exist.'),
  gone: () => ({ status: 410, headers: { 'content-type': 'application/json' }, body: '' }),
  too_large: () => ({ status: 413, headers: { 'content-type': 'text/html' }, body: '<html><head><title>413 Request Entity Too Large</title></head></html>' }),
  no_user: () => error(422, 'This method requires an authenticated user'),
  blank: () => invalid("Text can't be blank"),
  too_long: () => invalid('Text character limit of 500 exceeded'),
  duplicate_record: () => error(422, 'Duplicate record'),
  not_ready: () => invalid('Cannot attach files that have not finished processing. Try again in a moment!'),
  too_many_media: () => invalid('Cannot attach more than 4 files'),
  images_and_video: () => invalid('Cannot attach a video to a post that already contains images'),
  media_type: () => invalid('File content type is invalid, File is invalid'),
  media_unverified: () => error(422, 'File type of uploaded media could not be verified'),
  rate_limited: () => tooMany(),
};
