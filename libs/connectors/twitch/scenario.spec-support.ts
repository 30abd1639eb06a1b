import type { Scenario } from '../kit/scenario.spec-support.ts';
import { errors } from './errors.ts';
import { twitch as connector } from './index.ts';
import { twitchSimulator } from './simulator.ts';

const broadcast = () => ({
  text: 'A broadcast',
  options: { contentType: 'schedule', startTime: '2026-12-01T20:00:00+01:00', timezone: 'Europe/Berlin', durationMinutes: 90 },
});

export const twitch: Scenario = {
  connector,
  simulator: twitchSimulator,
  errors,
  examples: () => ({ text: { text: 'A message' } }),
  settles: broadcast,
  deletes: broadcast,
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
