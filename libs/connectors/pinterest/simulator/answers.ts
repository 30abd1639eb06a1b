import type { SimulatedResponse } from '../../kit/simulator.ts';
import { json } from '../../kit/simulation/index.ts';

/** The error of every endpoint of the API. */
export const apiError = (status: number, code: number, message: string): SimulatedResponse => json(status, { code, message });

const refused =
  (status: number, code: number, message: string) =>
  (): SimulatedResponse =>
    apiError(status, code, message);

const TRIAL =
  'Apps with Trial access may not create Pins in production https://api.pinterest.com — use API Sandbox https://api-sandbox.pinterest.com instead.';
const RATE =
  'This request exceeded a rate limit. This can happen if the client exceeds one of the published rate limits or if multiple write operations are applied to an object within a short time window.';
const SPAM = 'Sorry! We blocked this link because it may lead to spam.';

/** Documented and observed refusals by name. */
export const REFUSALS = {
  rate_limit: refused(429, 8, RATE),
  spam: () => json(429, { code: 9, message: SPAM, details: { source_field: null } }),
  spam_as_invalid: refused(400, 1, SPAM),
  posts_of_the_day: refused(403, 29, 'You have reached the maximum number of 10 posts for the last 24 hours for this account.'),
  authentication_failed: refused(401, 2, 'Authentication failed.'),
  token_expired: refused(401, 1104, 'The token you provided is not valid or has expired.'),
  scope_missing: refused(403, 3, 'Your token does not have sufficient permissions to perform this operation. Missing: pins:write.'),
  not_permitted: refused(403, 29, 'You are not permitted to access that resource.'),
  trial_access: refused(403, 29, TRIAL),
  board_of_somebody_else: refused(403, 7, 'Not authorized to access board or Pin.'),
  account_disapproved: refused(403, 2625, 'Your account has been disapproved.'),
  account_under_review: refused(403, 2626, 'Your account is under review.'),
  board_not_found: refused(404, 40, 'Board not found.'),
  section_not_found: refused(404, 2031, "Sorry! We couldn't find this board section."),
  pin_not_found: refused(404, 50, 'Pin not found.'),
  user_not_found: refused(404, 30, 'User not found.'),
  invalid_request: refused(400, 1, "Parameter 'link' with the value 'x' is not a valid URL format."),
  picture_not_fetched: refused(400, 1, 'Sorry we could not fetch the image.'),
  url_not_reached: refused(400, 1, 'Unable to reach the URL. Please check the URL and try again.'),
  something_wrong: refused(400, 1, 'Sorry! Something went wrong on our end.'),
  cover_missing: refused(400, 1, "Invalid request: one of 'cover_image_url' or 'cover_image_content_type' is required."),
  media_invalid: refused(400, 1, "Invalid request: 'media_source' is not valid."),
  conflict: refused(409, 409, 'Board section conflict.'),
} as const;

/** What is wrong with a request, in the platform's words. */
export const invalid = (message: string): SimulatedResponse => apiError(400, 1, message);

/** An error of the store that takes uploads (Amazon S3, error responses). */
export function storeError(status: number, code: string, message: string): SimulatedResponse {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>sandbox</RequestId></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: xml };
}
