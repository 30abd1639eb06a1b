import type { Scenario } from '../kit/scenario.spec-support.ts';
import { errors } from './errors.ts';
import { twitch as connector } from './index.ts';
import { twitchSimulator } from './simulator.ts';

export const twitch: Scenario = {
  connector,
  simulator: twitchSimulator,
  errors,
  examples: () => ({ text: { text: 'A message' } }),
  refusals: {
    account_restricted: 'not_permitted',
    app_restricted: 'other_app',
    content_rejected: 'rejected',
    duplicate: 'duplicate',
    rate_limited: 'slow_mode',
    scope_missing: 'scope_missing',
    token_expired: 'token_invalid',
  },
  missingPostId: '0',
};
