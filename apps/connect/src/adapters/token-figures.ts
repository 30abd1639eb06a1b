import type { Metrics } from '@plaza/chassis';
import type { TokenFigures } from '../application/ports.ts';

/** What becomes of accounts and their tokens on the page of figures. */
export function tokenFigures(metrics: Metrics): TokenFigures {
  const refreshes = metrics.counter('plaza_token_refreshes_total', 'Renewals of tokens by platform and how they ended.', ['platform', 'outcome']);
  const validations = metrics.counter('plaza_token_validations_total', 'Validations of tokens by platform and what the platform said.', ['platform', 'outcome']);
  const readings = metrics.counter('plaza_account_readings_total', 'Readings of connected accounts by platform and what came of them.', ['platform', 'outcome']);
  return {
    refreshed: (platform, outcome) => refreshes.add({ platform, outcome }),
    validated: (platform, outcome) => validations.add({ platform, outcome }),
    read: (platform, outcome) => readings.add({ platform, outcome }),
  };
}
