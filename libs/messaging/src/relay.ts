import type { ServiceName } from '@plaza/contracts';
import { Loop } from './loop.ts';
import { markPublished, purgeTold, readUnpublished } from './outbox.ts';
import type { TransactionRunner } from './sql.ts';
import type { Transport } from './transport.ts';

/** How long the relay rests when no one wakes it: the bound on the delay of an event whose wake-up was lost. */
const REST_MS = 1_000;
const PURGE_EVERY_MS = 60 * 60_000;
const KEEP_DAYS = 7;

export interface RelayOptions {
  readonly service: ServiceName;
  readonly transactions: TransactionRunner;
  readonly transport: Transport;
  /** Whether this replica holds the relay's advisory lock: one relay of a service is active. */
  readonly isLeader: () => Promise<boolean>;
  readonly batchSize?: number;
  readonly onError: (error: unknown) => void;
}

/** Takes a service's outbox to the transport: read by state, publish, then mark. A crash in between repeats; consumers absorb it. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #loop: Loop;
  #purgedAtMs = Date.now();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError: options.onError });
  }

  start(): void {
    this.#loop.start();
  }

  /** Called after a commit that wrote to the outbox. */
  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const { service, transactions, transport, isLeader } = this.#options;
    if (!(await isLeader())) return REST_MS;
    const limit = this.#options.batchSize ?? 200;
    const batch = await transactions.system((sql) => readUnpublished(sql, service, limit));
    if (batch.events.length > 0) {
      await transport.publish(batch.events);
      await transactions.system((sql) => markPublished(sql, batch.rowIds));
    }
    if (batch.events.length === limit) return 0;
    // What was committed since has rung.
    await this.#purgeNowAndThen();
    return REST_MS;
  }

  async #purgeNowAndThen(): Promise<void> {
    if (Date.now() - this.#purgedAtMs < PURGE_EVERY_MS) return;
    this.#purgedAtMs = Date.now();
    await this.#options.transactions.system((sql) => purgeTold(sql, KEEP_DAYS));
  }
}
