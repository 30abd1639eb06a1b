import type { ServiceName } from '@plaza/contracts';
import type { Metrics } from './metrics.ts';

/** What a service's end of the event system tells of itself. */
export interface EventFigures {
  backlog(): Promise<{
    /** Age of the oldest event that is not told yet; 0 when all are. */
    readonly outboxAgeMs: number;
    readonly unpublished: number;
    readonly parked: number;
    readonly dead: number;
  }>;
  progress(): readonly { readonly topic: string; readonly lag: number; readonly stalledForMs: number }[];
}

/** Shows a service's events on the page: what waits to be told, what waits to be handled, what could not be. */
export function showEventFigures(metrics: Metrics, service: ServiceName, events: EventFigures): void {
  const age = metrics.gauge('plaza_outbox_oldest_age_seconds', 'Age of the oldest event that the relay has not told yet.', ['service']);
  const unpublished = metrics.gauge('plaza_outbox_unpublished', 'Events that the relay has not told yet.', ['service']);
  const parked = metrics.gauge('plaza_parked_messages', 'Messages that wait for another try.', ['service']);
  const dead = metrics.gauge('plaza_dead_letters', 'Messages that were given up and wait for a person.', ['service']);
  metrics.collect(async () => {
    const backlog = await events.backlog();
    return [
      age.at({ service }, backlog.outboxAgeMs / 1000),
      unpublished.at({ service }, backlog.unpublished),
      parked.at({ service }, backlog.parked),
      dead.at({ service }, backlog.dead),
    ];
  });
  const lag = metrics.gauge('plaza_consumer_lag', 'Messages that wait for a consumer.', ['service', 'topic']);
  const stalled = metrics.gauge('plaza_consumer_stalled_seconds', 'How long messages wait without one being finished.', ['service', 'topic']);
  metrics.collect(() =>
    events.progress().flatMap((one) => [lag.at({ service, topic: one.topic }, one.lag), stalled.at({ service, topic: one.topic }, one.stalledForMs / 1000)]),
  );
}
