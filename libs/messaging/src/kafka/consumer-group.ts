import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../backoff.ts';
import type { Deliver } from '../transport.ts';
import type { Consumer, Kafka, OnTrouble } from './broker.ts';
import { Intake } from './intake.ts';

const COMMIT_EVERY_MS = 200;
/** Longest time that a broker holds a fetch back when there is nothing new. */
const MAX_WAIT_MS = 250;
const RESTART = { maxAttempts: Number.POSITIVE_INFINITY, baseMs: 500, capMs: 5_000 };

export interface ConsumerGroupOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** With the cluster's prefix. */
  readonly topics: readonly string[];
  readonly eventType: (topic: string) => string;
  /** A member that is silent for so long is out of the group. Milliseconds. */
  readonly sessionTimeoutMs: number;
  readonly deliver: Deliver;
  readonly onTrouble: OnTrouble;
}

/** One member of a consumer group. Offsets are committed only past what is handled or parked; a member that crashed is started anew. */
export class ConsumerGroup {
  readonly #options: ConsumerGroupOptions;
  readonly #intake: Intake;
  readonly #closing = new AbortController();
  #consumer: Consumer | undefined;
  #joining: Promise<void> | undefined;
  #crashes = 0;
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #heardAtMs = Date.now();

  constructor(options: ConsumerGroupOptions) {
    this.#options = options;
    this.#intake = new Intake({
      ...options,
      pause: (topic, partition) => this.#consumer?.pause([{ topic, partitions: [partition] }]),
      resume: (topic, partition) => this.#consumer?.resume([{ topic, partitions: [partition] }]),
    });
  }

  /** Joins the group. Without a broker it goes on trying: the service has other work that needs none. */
  start(): void {
    this.#timer = setInterval(() => void this.#commit(), COMMIT_EVERY_MS);
    this.#joining = this.#join();
  }

  /** Lets what is under way end, commits it and leaves the group. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#intake.close();
    clearInterval(this.#timer);
    await this.#committing;
    await this.#commit();
    await this.#leave();
  }

  /** Leaves as a process that is killed: commits nothing and waits for nothing. */
  async abandon(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    void this.#intake.close();
    this.#intake.forget();
    await this.#leave();
  }

  /** Messages of the topic that wait, as far as is known. */
  lagOf(topic: string): number {
    return this.#intake.lagOf(topic);
  }

  /** How long messages are under way without one ending, or how long the cluster has been silent. Milliseconds. */
  get stalledForMs(): number {
    const silentForMs = Date.now() - this.#heardAtMs;
    return Math.max(this.#intake.stuckForMs, silentForMs > this.#options.sessionTimeoutMs ? silentForMs : 0);
  }

  /** A member that still joins would go on afterwards. */
  async #leave(): Promise<void> {
    await this.#joining;
    await this.#consumer?.disconnect().catch(() => undefined);
  }

  async #join(): Promise<void> {
    const { kafka, groupId, topics, sessionTimeoutMs } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: sessionTimeoutMs / 5,
      rebalanceTimeout: sessionTimeoutMs * 2,
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
      // The restart is ours: kafkajs does not come back from every crash.
      retry: { retries: 4, initialRetryTime: 200, maxRetryTime: 2_000, restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    this.#listen(consumer);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: topics.length, eachBatch: (payload) => this.#intake.take(payload) });
    } catch (error) {
      this.#restart(consumer, error);
    }
  }

  #listen(consumer: Consumer): void {
    const hear = (): void => {
      if (this.#consumer === consumer) this.#heardAtMs = Date.now();
    };
    consumer.on('consumer.fetch', hear);
    consumer.on('consumer.heartbeat', hear);
    consumer.on('consumer.group_join', () => {
      if (this.#consumer !== consumer) return;
      hear();
      this.#crashes = 0;
      this.#intake.forget();
    });
    consumer.on('consumer.crash', ({ payload }) => this.#restart(consumer, payload.error));
  }

  /** kafkajs gave up, e.g. because the cluster is away or a topic was deleted. */
  #restart(consumer: Consumer, error: unknown): void {
    if (this.#consumer !== consumer || this.#closing.signal.aborted) return;
    this.#intake.forget();
    this.#consumer = undefined;
    this.#crashes += 1;
    const waitMs = RESTART.baseMs + backoffMs(RESTART, this.#crashes, Math.random);
    this.#options.onTrouble('A consumer ended and is started again.', { groupId: this.#options.groupId, error: String(error), waitMs });
    void consumer.disconnect().catch(() => undefined);
    void delay(waitMs, undefined, { signal: this.#closing.signal }).then(
      () => {
        this.#joining = this.#join();
      },
      () => undefined,
    );
  }

  async #commit(): Promise<void> {
    const consumer = this.#consumer;
    const progress = this.#intake.progress;
    if (consumer === undefined || progress.length === 0 || this.#committing !== undefined) return;
    this.#committing = consumer
      .commitOffsets(progress.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })))
      .then(() => progress.forEach(({ position, offset }) => position.noteCommitted(offset)))
      // While the group is balanced no one may commit; what is not committed is delivered again and absorbed.
      .catch(() => undefined)
      .finally(() => {
        this.#committing = undefined;
      });
    await this.#committing;
  }
}
