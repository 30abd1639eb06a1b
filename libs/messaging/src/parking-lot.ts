import type { Consumer } from './consumer.ts';
import { Loop } from './loop.ts';
import { takeDueParked, untilNextParked } from './parking.ts';
import type { TransactionRunner } from './sql.ts';

const REST_MS = 5_000;
const BATCH = 50;

/** Tries parked messages again when their time has come, the first of each key only. */
export class ParkingLot {
  readonly #consumer: Consumer;
  readonly #transactions: TransactionRunner;
  readonly #loop: Loop;

  constructor(options: {
    readonly consumer: Consumer;
    readonly transactions: TransactionRunner;
    readonly onError: (error: unknown) => void;
  }) {
    this.#consumer = options.consumer;
    this.#transactions = options.transactions;
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError: options.onError });
  }

  start(): void {
    this.#loop.start();
  }

  /** Called when a message was parked or replayed: the next time may have come closer. */
  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const due = await this.#transactions.system((sql) => takeDueParked(sql, this.#consumer.name, BATCH));
    await Promise.all(due.map(({ event, attempts }) => this.#consumer.retry(event, attempts)));
    if (due.length > 0) return 0;
    const nextMs = await this.#transactions.system((sql) => untilNextParked(sql, this.#consumer.name));
    return nextMs === undefined ? REST_MS : Math.max(1, nextMs);
  }
}
