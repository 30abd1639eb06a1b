import { json } from '../../kit/simulation/index.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

type Refusals = Readonly<Record<string, () => SimulatedResponse>>;

const LOG_ID = '20261122100000000000000000000001';

/** A success: what is asked for, and the code `ok`. */
export const answered = (data: object): SimulatedResponse => json(200, { data, error: { code: 'ok', message: '', log_id: LOG_ID } });

/** A refusal in the envelope of every answer. */
export const refused = (status: number, code: string, message: string): SimulatedResponse => json(status, { data: {}, error: { code, message, log_id: LOG_ID } });

/** The same refusal with HTTP 200, as the question for the creator gets it. */
export const withOk = (refusal: SimulatedResponse): SimulatedResponse => ({ ...refusal, status: 200 });

export const invalidParam = (message: string): SimulatedResponse => refused(400, 'invalid_param', message);
/** The Display API spells it otherwise. */
export const invalidParams = (message: string): SimulatedResponse => refused(400, 'invalid_params', message);

/** Documented refusals by name. */
export const REFUSALS = {
  rate_limit_exceeded: () => refused(429, 'rate_limit_exceeded', 'The API rate limit was exceeded. Please try again later.'),
  too_many_posts: () => refused(403, 'spam_risk_too_many_posts', 'The daily post cap from the API is reached for the current user.'),
  too_many_pending_shares: () => refused(403, 'spam_risk_too_many_pending_share', 'The maximum of pending shares within 24 hours is reached.'),
  active_user_cap: () => refused(403, 'reached_active_user_cap', 'The daily quota of active publishing users of the client is reached.'),
  access_token_invalid: () => refused(401, 'access_token_invalid', 'The access token is invalid or not found in the request.'),
  scope_not_authorized: () => refused(401, 'scope_not_authorized', 'The user did not authorize the scope required for completing this request.'),
  scope_permission_missed: () => refused(400, 'scope_permission_missed', 'Additional permissions are required to access the fields.'),
  unaudited_client: () => refused(403, 'unaudited_client_can_only_post_to_private_accounts', 'Please review our integration guidelines at https://developers.tiktok.com/'),
  url_ownership_unverified: () => refused(403, 'url_ownership_unverified', 'Please review our URL ownership verification rules.'),
  privacy_level_option_mismatch: () => refused(403, 'privacy_level_option_mismatch', 'The privacy level is not among those that the creator may choose.'),
  invalid_param: () => invalidParam('The request parameters are incorrect.'),
  invalid_params: () => invalidParams('One or more fields in the request are invalid.'),
  spam_risk: () => refused(403, 'spam_risk', 'The publish request is at risk of being spam.'),
  spam_risk_text: () => refused(403, 'spam_risk_text', 'The text is at risk of being spam.'),
  user_banned: () => refused(403, 'spam_risk_user_banned_from_posting', 'The user is banned from making new posts.'),
  app_version_check_failed: () => refused(400, 'app_version_check_failed', 'The TikTok app of the user is too old for drafts of photos.'),
  invalid_file_upload: () => refused(400, 'invalid_file_upload', 'The file does not meet the specifications.'),
  invalid_publish_id: () => refused(400, 'invalid_publish_id', 'The publish_id does not exist.'),
  publish_id_of_others: () => refused(400, 'token_not_authorized_for_specified_publish_id', 'The access token is not authorized for the publish_id.'),
} satisfies Refusals;
