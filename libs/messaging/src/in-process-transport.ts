import type { EventEnvelope, ServiceName } from '@plaza/contracts';
import type { ConsumerProgress, Deliver, Subscription, Transport } from './transport.ts';

/** A topic of one consumer: what was handed to it and is not finished. */
interface Handover {
  readonly service: ServiceName;
  readonly topic: string;
  waiting: number;
  /** Since when nothing was finished although something waits; a delivery that was rejected goes on waiting, in the outbox. */
  stalledSinceMs: number | undefined;
}

/** Hands events straight to the consumers of this process. Durable, because the outbox row stays unpublished until all have handled or parked it. */
export class InProcessTransport implements Transport {
  readonly #subscriptions: Subscription[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #handovers = new Map<string, Handover>();
  readonly #now: () => number;
  #isClosed = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async publish(events: readonly EventEnvelope[]): Promise<void> {
    if (this.#isClosed) throw new Error('The transport is closed.');
    const work = this.#deliverAll(events);
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** A closed subscription still refuses what comes: the outbox keeps an event until all its consumers have it. */
  async subscribe(subscription: Subscription): Promise<{ close(): Promise<void> }> {
    let isClosed = false;
    const deliver: Deliver = async (message) => {
      if (isClosed) throw new Error(`${subscription.service} takes no more events.`);
      await subscription.deliver(message);
    };
    this.#subscriptions.push({ ...subscription, deliver });
    for (const topic of subscription.topics) this.#hand(subscription.service, topic, 0);
    return {
      close: async () => {
        isClosed = true;
        await Promise.allSettled(this.#underWay);
      },
    };
  }

  progress(): ConsumerProgress[] {
    const now = this.#now();
    return [...this.#handovers.values()].map(({ service, topic, waiting, stalledSinceMs }) => ({
      ...{ service, topic, lag: waiting },
      stalledForMs: stalledSinceMs === undefined ? 0 : now - stalledSinceMs,
    }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #deliverAll(events: readonly EventEnvelope[]): Promise<void> {
    const lanes = this.#subscriptions.flatMap((subscription) => {
      const wanted = events.filter(({ type }) => subscription.topics.includes(type));
      return [...Map.groupBy(wanted, ({ type, key }) => `${type}\n${key}`).values()].map((lane) => this.#deliverInOrder(subscription, lane));
    });
    const results = await Promise.allSettled(lanes);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** The events of one key, which are all of one topic. */
  async #deliverInOrder(subscription: Subscription, lane: readonly EventEnvelope[]): Promise<void> {
    const handover = this.#hand(subscription.service, lane[0]?.type ?? '', lane.length);
    let left = lane.length;
    try {
      for (const event of lane) {
        await subscription.deliver({ topic: event.type, key: event.key, content: { kind: 'event', event } });
        left -= 1;
        handover.waiting -= 1;
        handover.stalledSinceMs = handover.waiting > 0 ? this.#now() : undefined;
      }
    } finally {
      handover.waiting -= left;
    }
  }

  #hand(service: ServiceName, topic: string, count: number): Handover {
    const name = `${service}\n${topic}`;
    const handover = this.#handovers.get(name) ?? { service, topic, waiting: 0, stalledSinceMs: undefined };
    this.#handovers.set(name, handover);
    handover.waiting += count;
    if (handover.waiting > 0) handover.stalledSinceMs ??= this.#now();
    return handover;
  }
}
