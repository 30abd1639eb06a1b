import type { EventEnvelope, ServiceName } from '@plaza/contracts';
import type { ConsumerProgress, Subscription, Transport } from '../transport.ts';
import { openKafka, type Kafka, type KafkaSettings, type OnTrouble, type Producer } from './broker.ts';
import { toWire } from './cloud-events.ts';
import { ConsumerGroup } from './consumer-group.ts';

const SESSION_TIMEOUT_MS = 10_000;
const PRODUCE_TIMEOUT_MS = 10_000;

/** Carries events through the topics of a Kafka cluster. Nothing is connected before the first event or subscription. */
export class KafkaTransport implements Transport {
  readonly #settings: KafkaSettings;
  readonly #kafka: Kafka;
  readonly #onTrouble: OnTrouble;
  readonly #groups: { readonly service: ServiceName; readonly topics: readonly string[]; readonly group: ConsumerGroup }[] = [];
  readonly #sending = new Set<Promise<void>>();
  #producer: Promise<Producer> | undefined;
  #isClosed = false;

  constructor(settings: KafkaSettings, onTrouble: OnTrouble) {
    this.#settings = settings;
    this.#onTrouble = onTrouble;
    this.#kafka = openKafka(settings);
  }

  async publish(events: readonly EventEnvelope[]): Promise<void> {
    if (this.#isClosed) throw new Error('The transport is closed.');
    const sending = this.#send(events);
    this.#sending.add(sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(sending);
    }
  }

  async subscribe({ service, group = service, topics, deliver }: Subscription): Promise<{ close(): Promise<void> }> {
    const prefix = this.#settings.prefix ?? '';
    const member = new ConsumerGroup({
      kafka: this.#kafka,
      groupId: `${prefix}plaza.${group}`,
      topics: topics.map((topic) => prefix + topic),
      eventType: (topic) => topic.slice(prefix.length),
      sessionTimeoutMs: this.#settings.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      deliver,
      onTrouble: this.#onTrouble,
    });
    this.#groups.push({ service, topics, group: member });
    member.start();
    return { close: () => member.close() };
  }

  progress(): ConsumerProgress[] {
    const prefix = this.#settings.prefix ?? '';
    return this.#groups.flatMap(({ service, topics, group }) =>
      topics.map((topic) => ({ service, topic, lag: group.lagOf(prefix + topic), stalledForMs: group.stalledForMs })),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#groups.map(({ group }) => group.close()));
    await Promise.allSettled(this.#sending);
    await this.#dropProducer();
  }

  /** Ends it as the death of its process would; for tests. */
  async kill(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#groups.map(({ group }) => group.abandon()), this.#dropProducer()]);
  }

  async #send(events: readonly EventEnvelope[]): Promise<void> {
    if (events.length === 0) return;
    this.#producer ??= this.#open();
    try {
      const producer = await this.#producer;
      const topics = Map.groupBy(events, ({ type }) => (this.#settings.prefix ?? '') + type);
      const topicMessages = [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic.map(toWire) }));
      await producer.sendBatch({ topicMessages, acks: -1, timeout: PRODUCE_TIMEOUT_MS });
    } catch (error) {
      // An idempotent producer whose sequence has a gap, e.g. since its topic was made anew, is refused for ever: the next try has a new one.
      await this.#dropProducer();
      throw error;
    }
  }

  async #open(): Promise<Producer> {
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }

  async #dropProducer(): Promise<void> {
    const dropped = this.#producer;
    this.#producer = undefined;
    await dropped?.then((producer) => producer.disconnect()).catch(() => undefined);
  }
}
