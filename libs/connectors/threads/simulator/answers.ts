import type { SimulatedResponse } from '../../kit/simulator.ts';
import { COMMON_REFUSALS, graphError, json, type Refusals } from '../../meta/simulation/answers.ts';

const refused =
  (code: number, subcode: number | undefined, message: string, more: object = {}) =>
  (): SimulatedResponse =>
    graphError(400, code, subcode, message, more);

/** Documented and observed refusals by name. */
export const REFUSALS = {
  ...COMMON_REFUSALS,
  call_limit: refused(613, undefined, '(#613) Calls to this api have exceeded the rate limit.'),
  not_found: refused(24, 4279009, 'The requested resource does not exist', { error_user_msg: 'The media with the id cannot be found.' }),
  user_restricted: refused(10, 4279013, 'The user is restricted from this action'),
  spam: refused(4, 2207051, 'Application request limit reached', { error_user_msg: 'We restrict certain activity to protect our community.' }),
  text_too_long: refused(100, undefined, 'Param text must be at most 500 characters long.'),
  link_limit: (): SimulatedResponse => json({ error: { message: 'The post has too many links.', type: 'THApiException', code: 'THREADS_API__LINK_LIMIT_EXCEEDED', fbtrace_id: 'x' } }, 400),
  fetch_failed: refused(-1, undefined, 'The media could not be fetched from this URI'),
  unavailable: refused(2, undefined, 'An unexpected error has occurred. Please retry your request later.', { is_transient: true }),
} satisfies Refusals;
