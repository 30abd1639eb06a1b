import { cached, type Metrics, type UnitOfWork } from '@plaza/chassis';
import { claimableFor, countOpen, COUNTED_STATES } from '../postgres/watch.repository.ts';

/** Counting a million scheduled targets takes the database some tenths of a second; no one needs it more often. Milliseconds. */
const COUNTS_LIVE_MS = 15_000;

/** Shows what is on its way. The figures are the database's, so every replica that shows them shows the same. */
export function showQueueFigures(metrics: Metrics, work: Pick<UnitOfWork, 'system'>, now?: () => number): void {
  const age = metrics.gauge('plaza_due_oldest_age_seconds', 'How long the oldest target that could go out has waited for a worker.', []);
  metrics.collect(async () => {
    const [oldest] = await work.system((tx) => claimableFor(tx, 0, 1));
    return [age.at({}, (oldest?.waitedMs ?? 0) / 1000)];
  });
  const targets = metrics.gauge('plaza_targets', 'Targets that have not ended, by state.', ['state']);
  const unknown = metrics.gauge('plaza_unknown', 'Targets of which it is not known whether they were published; they are looked for.', []);
  const unconfirmed = metrics.gauge('plaza_unconfirmed', 'Targets of which nothing can tell whether they were published; a person has to settle them.', []);
  const counts = cached(COUNTS_LIVE_MS, () => work.system(countOpen), now);
  metrics.collect(async () => {
    const open = await counts();
    return [
      ...COUNTED_STATES.map((state) => targets.at({ state }, open[state])),
      unknown.at({}, open.unknown + open.reconciling),
      unconfirmed.at({}, open.unconfirmed),
    ];
  });
}
