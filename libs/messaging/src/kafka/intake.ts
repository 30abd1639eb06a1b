import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../backoff.ts';
import type { Deliver } from '../transport.ts';
import type { EachBatchPayload, KafkaMessage, OnTrouble } from './broker.ts';
import { fromWire } from './cloud-events.ts';
import { Lanes } from './lanes.ts';
import { PartitionPosition } from './partition-position.ts';

/** Messages of one partition that may be under way; beyond it the partition is paused, until half of them have ended. */
const MAX_UNDER_WAY = 100;
/** Messages handled at a time; each takes a database connection. */
const MAX_PARALLEL = 16;
const TRY_AGAIN = { maxAttempts: Number.POSITIVE_INFINITY, baseMs: 200, capMs: 5_000 };

export interface IntakeOptions {
  /** A topic's name without the cluster's prefix. */
  readonly eventType: (topic: string) => string;
  readonly deliver: Deliver;
  readonly pause: (topic: string, partition: number) => void;
  readonly resume: (topic: string, partition: number) => void;
  readonly onTrouble: OnTrouble;
}

/** An offset to commit. */
export interface Progress {
  readonly topic: string;
  readonly partition: number;
  readonly position: PartitionPosition;
  readonly offset: bigint;
}

interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly position: PartitionPosition;
}

/**
 * Takes batches in and handles their messages beside the poll loop, sequential per key and parallel across keys: a slow handler holds up
 * neither the other keys of its partition nor a rebalance. While messages cannot be taken on, because Postgres is away, it is paused.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #lanes = new Lanes(MAX_PARALLEL);
  readonly #closing = new AbortController();
  #partitions = new Map<string, Partition>();
  #troubled = 0;
  #endedAtMs = Date.now();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  async take({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic } = batch;
    const { position } = this.#partition(topic, batch.partition);
    position.see(batch.highWatermark);
    for (const message of batch.messages) {
      if (this.#closing.signal.aborted || !isRunning() || isStale() || position.underWay >= MAX_UNDER_WAY) break;
      if (position.underWay === 0) this.#endedAtMs = Date.now();
      position.take(BigInt(message.offset));
      resolveOffset(message.offset);
      this.#lanes.run(`${topic}\n${message.key?.toString('utf8') ?? ''}`, () => this.#handle(topic, message, position));
    }
    this.#balance();
    await heartbeat();
  }

  /** The group was balanced anew, and every partition is read again from its committed offset: what was not begun is someone's turn anew. */
  forget(): void {
    const partitions = [...this.#partitions.values()];
    this.#partitions = new Map();
    for (const { topic, partition, position } of partitions) {
      position.isStale = true;
      if (position.isPaused) this.#options.resume(topic, partition);
    }
  }

  /** Takes nothing more and lets what is under way end. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lanes.idle();
  }

  get progress(): Progress[] {
    return [...this.#partitions.values()].flatMap((known) => {
      const offset = known.position.toCommit;
      return offset === undefined ? [] : [{ ...known, offset }];
    });
  }

  /** Messages that wait, by topic, as far as is known. */
  lagOf(topic: string): number {
    return [...this.#partitions.values()].reduce((sum, known) => sum + (known.topic === topic ? known.position.lag : 0), 0);
  }

  /** How long messages are under way without one ending. Milliseconds. */
  get stuckForMs(): number {
    const isBusy = [...this.#partitions.values()].some(({ position }) => position.underWay > 0);
    return isBusy ? Date.now() - this.#endedAtMs : 0;
  }

  #partition(topic: string, partition: number): Partition {
    const name = `${topic}\n${partition}`;
    const known = this.#partitions.get(name) ?? { topic, partition, position: new PartitionPosition() };
    this.#partitions.set(name, known);
    return known;
  }

  /** Tries until the message is handled or parked: only without a database it is neither. */
  async #handle(topic: string, message: KafkaMessage, position: PartitionPosition): Promise<void> {
    const delivered = fromWire(this.#options.eventType(topic), message);
    const { signal } = this.#closing;
    let rejections = 0;
    while (!position.isStale && !signal.aborted) {
      const error = await this.#options.deliver(delivered).then(
        () => undefined,
        (reason: unknown) => reason ?? 'unknown',
      );
      if (error === undefined) {
        position.end(BigInt(message.offset));
        this.#endedAtMs = Date.now();
        break;
      }
      rejections += 1;
      if (rejections === 1) this.#troubled += 1;
      this.#balance();
      this.#options.onTrouble('A message could not be taken on; it is tried again.', { topic, offset: message.offset, error: String(error) });
      await delay(TRY_AGAIN.baseMs + backoffMs(TRY_AGAIN, rejections, Math.random), undefined, { signal }).catch(() => undefined);
    }
    if (rejections > 0) this.#troubled -= 1;
    this.#balance();
  }

  #balance(): void {
    for (const { topic, partition, position } of this.#partitions.values()) {
      const isFull = position.underWay >= (position.isPaused ? MAX_UNDER_WAY / 2 : MAX_UNDER_WAY);
      const shallPause = isFull || this.#troubled > 0;
      if (shallPause === position.isPaused) continue;
      position.isPaused = shallPause;
      if (shallPause) this.#options.pause(topic, partition);
      else this.#options.resume(topic, partition);
    }
  }
}
