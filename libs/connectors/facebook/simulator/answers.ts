import { COMMON_REFUSALS, graphError, json, type Refusals } from '../../meta/simulation/answers.ts';
import type { SimulatedResponse } from '../../kit/simulator.ts';

const refused =
  (code: number, subcode: number | undefined, message: string, more: object = {}) =>
  (): SimulatedResponse =>
    graphError(400, code, subcode, message, more);

/** Documented and observed refusals by name. */
export const REFUSALS = {
  ...COMMON_REFUSALS,
  page_limit: refused(32, undefined, '(#32) Page request limit reached'),
  business_limit: refused(80001, undefined, '(#80001) There have been too many calls to this Page account. Wait a bit and try again.'),
  no_manage_posts: () => graphError(403, 200, undefined, '(#200) The permission(s) pages_manage_posts are not available.'),
  checkpoint: refused(490, undefined, 'User is enrolled in a blocking, logged-in checkpoint'),
  publishing_authorization: refused(200, 1404078, 'Page Publishing Authorization required'),
  too_fast: refused(368, 1390008, 'You are posting too fast. Please slow down.'),
  duplicate: refused(506, undefined, '(#506) Duplicate status message'),
  photos_posted: refused(1, 1366051, 'These photos were already posted.'),
  photo_too_large: refused(1, 1366046, 'Your photos could not be uploaded. Photos should be smaller than 4 MB and saved as JPG or PNG.'),
  invalid_image: refused(324, undefined, '(#324) Missing or invalid image file'),
  abusive: refused(368, 1346003, 'The content was blocked as abusive.'),
  community_standards: refused(100, 1404102, 'The content goes against our Community Standards.'),
  facebook_link: refused(100, 1609008, 'Links to facebook.com cannot be attached.'),
  invalid_url: refused(100, 2061006, 'The URL is invalid.'),
  limited: refused(368, 1404112, 'The account is limited for some days.'),
  unavailable: refused(2, 1363047, 'Service temporarily unavailable'),
  upload_session: refused(6000, 1363033, 'The upload session is not known.'),
} satisfies Refusals;

/** A refusal of the host that takes the bytes of reels and stories. */
export function uploadError(type: string, retriable: boolean, message: string): SimulatedResponse {
  return json({ debug_info: { retriable, type, message } }, 400);
}
