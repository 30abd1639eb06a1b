import type { Metrics } from '@plaza/chassis';
import type { RefreshFigures } from '../application/ports.ts';

/** Renewals on the page of figures. */
export function refreshFigures(metrics: Metrics): RefreshFigures {
  const refreshes = metrics.counter('plaza_token_refreshes_total', 'Renewals of tokens by platform and how they ended.', ['platform', 'outcome']);
  return { refreshed: (platform, outcome) => refreshes.add({ platform, outcome }) };
}
