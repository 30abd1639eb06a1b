import type { SimulatedResponse } from '../../kit/simulator.ts';
import { json } from '../../kit/simulation/index.ts';

/** Helix's error. */
export const helixError = (status: number, error: string, message: string): SimulatedResponse => json(status, { error, status, message });

/** A message that was taken and not sent, which is a 200. */
export const notSent = (code: string, message: string): SimulatedResponse => json(200, { data: [{ message_id: '', is_sent: false, drop_reason: { code, message } }] });

export const duplicate = (): SimulatedResponse =>
  notSent('msg_duplicate', 'Your message was not sent because it is identical to the previous one you sent, less than 30 seconds ago.');

/** Every documented refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  token_invalid: () => helixError(401, 'Unauthorized', 'Invalid OAuth token'),
  refresh_rejected: () => helixError(400, 'Bad Request', 'Invalid refresh token'),
  other_app: () => helixError(401, 'Unauthorized', 'Client ID and OAuth token do not match'),
  scope_missing: () => helixError(401, 'Unauthorized', 'Missing scope: user:write:chat'),
  not_permitted: () => helixError(403, 'Forbidden', 'The sender is not permitted to send chat messages to the broadcaster’s chat room.'),
  too_large: () => helixError(422, 'Unprocessable Entity', 'The message is too large.'),
  invalid: () => helixError(400, 'Bad Request', 'The request’s input was not valid.'),
  too_often: () => helixError(409, 'Too Many Requests', 'User set the Branded Content flag too frequently'),
  tags_refused: () => helixError(400, 'Bad Request', 'One or more tags were not applied because they failed a moderation check: [noob]'),
  label_refused: () => helixError(403, 'Forbidden', 'Unallowed CCLs declared for underaged authorized user in a restricted country'),
  not_affiliate: () => helixError(403, 'Forbidden', 'Only partners and affiliates may add non-recurring broadcast segments.'),
  segment_missing: () => helixError(404, 'Not Found', 'The specified broadcast segment was not found.'),
  duplicate,
  rejected: () => notSent('msg_rejected', 'Your message is being checked by mods and has not been sent.'),
  slow_mode: () => notSent('msg_slowmode', 'This room is in slow mode and you are sending messages too quickly.'),
  timed_out: () => notSent('user_timed_out', 'You are timed out.'),
};

export const refused = (name: string): SimulatedResponse => REFUSALS[name]?.() ?? helixError(400, 'Bad Request', name);

export const invalid = (message: string): SimulatedResponse => helixError(400, 'Bad Request', message);
