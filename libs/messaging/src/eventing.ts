import type { INestApplication } from '@nestjs/common';
import type { EventEnvelope, ServiceName } from '@plaza/contracts';
import { EventErrorFilter, EventServer } from './nest-strategy.ts';
import { appendToOutbox, type NewEvent } from './outbox.ts';
import { discardDeadLetter, listDeadLetters, replayDeadLetter, type DeadLetter } from './parking.ts';
import { Relay } from './relay.ts';
import type { Sql, TransactionRunner } from './sql.ts';
import type { ConsumerProgress, Transport } from './transport.ts';
import { backlog, consumerCheck, relayCheck, type Backlog, type EventCheck } from './watch.ts';

/** The relay of a service is rung by it: one replica's relay is active, and any replica may write to the outbox. */
const RELAY = 'relay';

/** A transaction that can tell when it has committed. */
export interface CommittingSql extends Sql {
  afterCommit(effect: () => void): void;
}

export interface EventingOptions {
  readonly service: ServiceName;
  readonly transactions: TransactionRunner;
  readonly transport: Transport;
  readonly leader: EventingFoundation['leader'];
  readonly doorbell: EventingFoundation['doorbell'];
  readonly onTrouble: (message: string, details: Record<string, unknown>) => void;
  readonly trace?: EventTracing;
}

/** Joins what is told with its cause, and what is done upon it with both. */
export interface EventTracing {
  /** `traceparent` of the work that is under way. */
  current(): string | undefined;
  handle(event: EventEnvelope, work: () => Promise<void>): Promise<void>;
}

/** What a service stands on, as far as events need it. */
export interface EventingFoundation {
  readonly work: TransactionRunner;
  readonly leader: { readonly holds: boolean; isLeader(): Promise<boolean> };
  readonly doorbell: { on(name: string, handler: () => void): void; ring(name: string): void };
  readonly logger: { warn(details: object, message: string): void };
  readonly eventTrace: EventTracing;
}

/** What an operator may do with events that could not be handled. */
export interface DeadLetters {
  /** Oldest first, at most 1,000. */
  list(): Promise<DeadLetter[]>;
  /** False when there is no such one. */
  replay(id: string): Promise<boolean>;
  discard(id: string): Promise<boolean>;
}

/** One service's two ends of the event system: its outbox with the relay, and the server that feeds its handlers. */
export class Eventing {
  readonly #server: EventServer;
  readonly #relay: Relay;
  readonly #options: EventingOptions;
  readonly deadLetters: DeadLetters;
  /** Whether its events are told and handled in time. */
  readonly checks: readonly EventCheck[];

  /** The eventing of a service on its foundation: database, leadership, log. */
  static on(foundation: EventingFoundation, service: ServiceName, transport: Transport): Eventing {
    const { work, leader, doorbell, logger, eventTrace: trace } = foundation;
    return new Eventing({ service, transport, transactions: work, leader, doorbell, trace, onTrouble: (message, details) => logger.warn(details, message) });
  }

  constructor(options: EventingOptions) {
    const { transactions, trace } = options;
    this.#options = options;
    this.checks = [relayCheck(transactions), consumerCheck(options.transport, options.service)];
    this.deadLetters = {
      list: () => transactions.system((sql) => listDeadLetters(sql, 1_000)),
      replay: (id) => transactions.system((sql) => replayDeadLetter(sql, id)),
      discard: (id) => transactions.system((sql) => discardDeadLetter(sql, id)),
    };
    this.#server = new EventServer({ ...options, ...(trace === undefined ? {} : { inTrace: (event, work) => trace.handle(event, work) }) });
    this.#relay = new Relay({ ...options, isLeader: () => options.leader.isLeader(), onError: (error) => options.onTrouble('The outbox relay failed.', { error: String(error) }) });
  }

  /** Makes the `@Handles` methods of a Nest app the handlers; before the app is initialised. */
  connect(app: INestApplication): void {
    app.connectMicroservice({ strategy: this.#server }, { inheritAppConfig: false, deferInitialization: true }).useGlobalFilters(new EventErrorFilter());
  }

  /** Writes events with the transaction and wakes the relay after its commit. */
  async append(tx: CommittingSql, events: readonly NewEvent[]): Promise<void> {
    const traceparent = this.#options.trace?.current();
    await appendToOutbox(tx, traceparent === undefined ? events : events.map((event) => ({ traceparent, ...event })));
    if (events.length > 0) tx.afterCommit(() => this.wake());
  }

  /** The outbox holds something new that was written in another way. */
  wake(): void {
    if (this.#options.leader.holds) this.#relay.wake();
    else this.#options.doorbell.ring(RELAY);
  }

  /** What waits to be told, to be tried again, or for a person. */
  async backlog(): Promise<Backlog> {
    return this.#options.transactions.system(backlog);
  }

  /** How far this service's consumers are. */
  progress(): readonly ConsumerProgress[] {
    return this.#options.transport.progress().filter(({ service }) => service === this.#options.service);
  }

  start(): void {
    this.#options.doorbell.on(RELAY, () => {
      if (this.#options.leader.holds) this.#relay.wake();
    });
    this.#relay.start();
  }

  /** Takes on no new event; what is in the outbox stays there. */
  async stop(): Promise<void> {
    await this.#relay.stop();
    await this.#server.close();
  }
}
