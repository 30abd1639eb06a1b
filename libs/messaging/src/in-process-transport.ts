import type { EventEnvelope } from '@plaza/contracts';
import type { ConsumerProgress, Deliver, Subscription, Transport } from './transport.ts';

/** Hands events straight to the consumers of this process. Durable, because the outbox row stays unpublished until all have handled or parked it. */
export class InProcessTransport implements Transport {
  readonly #subscriptions: Subscription[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

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
    return {
      close: async () => {
        isClosed = true;
        await Promise.allSettled(this.#underWay);
      },
    };
  }

  progress(): ConsumerProgress[] {
    return [];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #deliverAll(events: readonly EventEnvelope[]): Promise<void> {
    const lanes = this.#subscriptions.flatMap((subscription) => {
      const wanted = events.filter(({ type }) => subscription.topics.includes(type));
      return [...Map.groupBy(wanted, ({ type, key }) => `${type}\n${key}`).values()].map((lane) => deliverInOrder(subscription, lane));
    });
    const results = await Promise.allSettled(lanes);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

async function deliverInOrder(subscription: Subscription, lane: readonly EventEnvelope[]): Promise<void> {
  for (const event of lane) {
    await subscription.deliver({ topic: event.type, key: event.key, content: { kind: 'event', event } });
  }
}
