import type { Tx, UnitOfWork } from '@plaza/chassis';
import type { EventEnvelope } from '@plaza/contracts';
import { Consumer, ParkingLot, Relay, type DeliveredMessage, type RetryPolicy, type Sql, type Transport } from '@plaza/messaging';
import { MortalTransactions } from '../mortal-transactions.ts';
import type { Signals } from '../signals.ts';
import { SERVICE, TYPE } from './bench.ts';

/** A transport under test. `kill` ends it as the death of its process would, where that takes more than to stop calling it. */
export interface TestTransport extends Transport {
  kill?(): Promise<void>;
}

/** What a test does inside a handler, after the effect was written and before its transaction commits. */
export type Interlude = (note: string, replica: Replica, sql: Sql) => Promise<void>;

export interface ReplicaOptions {
  readonly during?: Interlude;
  /** Runs when a batch is on the transport and not marked as published yet. */
  readonly afterPublish?: (replica: Replica) => Promise<void>;
  readonly retry?: RetryPolicy;
  readonly random?: () => number;
  readonly isLeader?: () => Promise<boolean>;
  /** Topics beside the one of the test's events, for messages without a handler. */
  readonly alsoTopics?: readonly string[];
}

/** Few tries, and waits of half hours that a test can tell apart and that never end by themselves. */
const RETRY: RetryPolicy = { maxAttempts: 3, baseMs: 3_600_000, capMs: 5_400_000 };

/** One process of a service: relay, consumer and parking lot. What it does can be awaited through the signals. */
export class Replica {
  /** Of the consumer alone: a refusal that a test asks for must not be used up by the relay. */
  readonly transactions: MortalTransactions;
  readonly #ownTransactions: MortalTransactions;
  readonly transport: TestTransport;
  readonly consumer: Consumer;
  readonly #relay: Relay;
  readonly #parkingLot: ParkingLot;
  readonly #topics: readonly string[];
  readonly #signals: Signals;
  #isDead = false;

  constructor(transport: TestTransport, work: UnitOfWork, signals: Signals, options: ReplicaOptions) {
    this.transport = transport;
    this.#signals = signals;
    this.transactions = new MortalTransactions(work);
    this.#ownTransactions = new MortalTransactions(work);
    this.#topics = [TYPE, ...(options.alsoTopics ?? [])];
    this.consumer = new Consumer({
      service: SERVICE,
      transactions: this.transactions,
      handlers: new Map([[TYPE, (handled: EventEnvelope, sql: Sql) => this.#handle(handled, sql, signals, options.during)]]),
      retry: options.retry ?? RETRY,
      random: options.random ?? (() => 0.5),
      onTrouble: (message, { attempts }) => {
        signals.emit(message.includes('dead letter') ? 'dead' : attempts === 0 ? 'waiting' : 'parked');
        this.#parkingLot.wake();
      },
    });
    this.#parkingLot = new ParkingLot({ consumer: this.consumer, transactions: this.#ownTransactions, onError: () => signals.emit('parking lot failed') });
    this.#relay = new Relay({
      service: SERVICE,
      transactions: this.#ownTransactions,
      transport: this.#observed(options.afterPublish),
      isLeader: options.isLeader ?? (async () => true),
      onError: () => signals.emit('relay failed'),
    });
  }

  async start(): Promise<void> {
    await this.transport.subscribe({ service: SERVICE, topics: this.#topics, deliver: (message) => this.#deliver(message) });
    this.#parkingLot.start();
    this.#relay.start();
  }

  wake(): void {
    this.#relay.wake();
    this.#parkingLot.wake();
  }

  /** The process dies here and now. Resolves never: whoever called was part of it. */
  async kill(): Promise<never> {
    this.#isDead = true;
    this.transactions.end();
    this.#ownTransactions.end();
    void this.#relay.stop();
    void this.#parkingLot.stop();
    await this.transport.kill?.();
    return new Promise<never>(() => undefined);
  }

  async stop(): Promise<void> {
    if (this.#isDead) return;
    await this.#relay.stop();
    await this.#parkingLot.stop();
    await this.transport.close();
  }

  async #deliver(message: DeliveredMessage): Promise<void> {
    try {
      await this.consumer.deliver(message);
    } catch (error) {
      this.#signals.emit('delivery rejected');
      throw error;
    }
  }

  async #handle(handled: EventEnvelope, sql: Sql, signals: Signals, during: Interlude | undefined): Promise<void> {
    const note = String(handled.data['postId']);
    await sql.query('insert into effects (key, note) values ($1, $2)', [handled.key, note]);
    signals.emit(`started ${note}`);
    await during?.(note, this, sql);
    (sql as Tx).afterCommit(() => signals.emit(`handled ${note}`));
  }

  #observed(afterPublish: ReplicaOptions['afterPublish']): Transport {
    if (afterPublish === undefined) return this.transport;
    return {
      publish: async (events) => {
        await this.transport.publish(events);
        await afterPublish(this);
      },
      subscribe: (subscription) => this.transport.subscribe(subscription),
      progress: () => this.transport.progress(),
      close: () => this.transport.close(),
    };
  }
}
