import { createHash } from 'node:crypto';
import { eventContract, type EventEnvelope, type ServiceName } from '@plaza/contracts';
import { DEFAULT_RETRY, type RetryPolicy } from './backoff.ts';
import { GroupCommit } from './group-commit.ts';
import { forgetStarts, markHandled, MAX_STARTS, noteStarts, type Start } from './inbox.ts';
import { park, type ParkedFailure } from './parking.ts';
import type { Sql, TransactionRunner } from './sql.ts';
import type { DeliveredMessage } from './transport.ts';

/** Handles one event inside the transaction that also marks it as handled. */
export type EventHandler = (event: EventEnvelope, sql: Sql) => Promise<void>;

/** Handles the events of one project that are there at the same time, at most one of a key, in one such transaction; what fails is tried again one by one. */
export interface SharedHandler {
  readonly together: (events: readonly EventEnvelope[], sql: Sql) => Promise<void>;
}

/** Events that share a transaction at most, and such transactions at a time. */
const GROUPS = { maxSize: 100, parallel: 4 };
/** A statement of a group that takes longer waits for something that one of its events wants: they are tried one by one. */
const LIMIT_OF_GROUP = `set local statement_timeout = '2s'`;

const NO_TRANSACTION: Sql = {
  query: () => Promise.reject(new Error('A notice is handled without a transaction.')),
};

export interface ConsumerOptions {
  readonly service: ServiceName;
  readonly transactions: TransactionRunner;
  readonly handlers: ReadonlyMap<string, EventHandler | SharedHandler>;
  readonly retry?: RetryPolicy;
  readonly random?: () => number;
  readonly onTrouble?: (message: string, details: Record<string, unknown>) => void;
  /** Makes the handling of an event part of the trace of its cause. */
  readonly inTrace?: (event: EventEnvelope, work: () => Promise<void>) => Promise<void>;
}

/**
 * Takes delivered messages to their handlers, each effect once: the handler's changes and the inbox row commit together. What fails is
 * parked with backoff, what cannot ever work is a dead letter, and neither stands in the way of other keys.
 */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #retry: RetryPolicy;
  readonly #starts: GroupCommit<EventEnvelope, Start>;
  readonly #attempts: GroupCommit<EventEnvelope, undefined>;
  #suspects: Promise<void> = Promise.resolve();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#retry = options.retry ?? DEFAULT_RETRY;
    this.#starts = new GroupCommit({ ...GROUPS, kindOf: (event) => this.#companyOf(event), run: (events) => this.#noteStarts(events, 'among_others') });
    this.#attempts = new GroupCommit({ ...GROUPS, kindOf: (event) => `${this.#companyOf(event)} ${event.projectId}`, run: (events) => this.#handle(events) });
  }

  /** The consumer's name in the inbox: one per service. */
  get name(): string {
    return this.#options.service;
  }

  /** Resolves when the message is handled or safely parked; rejects only when the database cannot be reached. */
  async deliver(message: DeliveredMessage): Promise<void> {
    if (message.content.kind === 'undecodable') return this.#bury(undecodableEvent(message, this.name), message.content.reason);
    const { event } = message.content;
    const problem = this.#validate(event);
    if (problem !== undefined) return this.#bury(event, problem);
    if (eventContract(event.type, event.version)?.delivery === 'notice') return this.#notice(event);
    const start = await this.#starts.submit(event);
    if (start !== 'suspect') return this.#begin(event, start);
    // An earlier start had no end. If the process dies again, it must be known by which message, or all that are under way are blamed.
    const turn = this.#suspects.then(async () => {
      const [again] = await this.#noteStarts([event], 'alone');
      await this.#begin(event, again ?? 'handled');
    });
    this.#suspects = turn.catch(() => undefined);
    return turn;
  }

  /** Tries a parked message again; `attempts` counts this try, since the taking of it was noted before. */
  async retry(event: EventEnvelope, attempts: number): Promise<void> {
    const problem = this.#validate(event);
    if (problem !== undefined) return this.#bury(event, problem);
    if (attempts > this.#retry.maxAttempts) return this.#bury(event, 'The process ended while it handled this message, on the last try.');
    await this.#attempt(event, attempts - 1);
  }

  async #notice(event: EventEnvelope): Promise<void> {
    try {
      await this.#inTrace(event, () => this.#call(event.type, [event], NO_TRANSACTION));
    } catch (error) {
      this.#options.onTrouble?.('A notice was not heard.', { eventId: event.id, type: event.type, ...traceOf(event), error: String(error) });
    }
  }

  #validate(event: EventEnvelope): string | undefined {
    const contract = eventContract(event.type, event.version);
    if (contract === undefined) return `No one knows events of type ${event.type}, version ${event.version}.`;
    if (!this.#options.handlers.has(event.type)) return `The service has no handler for ${event.type}.`;
    const parsed = contract.data.safeParse(event.data);
    return parsed.success ? undefined : `The data breaks its contract: ${parsed.error.message}`;
  }

  /** Events of one company share transactions: those of one type where its handler takes them together, and else each event with itself alone. */
  #companyOf({ id, type }: EventEnvelope): string {
    return typeof this.#options.handlers.get(type) === 'object' ? type : id;
  }

  async #noteStarts(events: readonly EventEnvelope[], company: 'among_others' | 'alone'): Promise<Start[]> {
    return this.#options.transactions.system(async (sql) => {
      if (events.length > 1) await sql.query(LIMIT_OF_GROUP);
      return noteStarts(sql, this.name, events, company);
    });
  }

  async #begin(event: EventEnvelope, start: Start): Promise<void> {
    if (start === 'poison') return this.#bury(event, `The process ended ${MAX_STARTS} times while it handled this message.`);
    if (start === 'behind_parked') return this.#park(event, { attempts: 0, error: 'Waits behind an earlier message of the same key.' });
    if (start === 'start') await this.#attempt(event, 0);
  }

  async #attempt(event: EventEnvelope, failedBefore: number): Promise<void> {
    try {
      await this.#attempts.submit(event);
    } catch (error) {
      await this.#park(event, { attempts: failedBefore + 1, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  /** Events of one type and project, in one transaction that is part of the trace of each. */
  async #handle(events: readonly EventEnvelope[]): Promise<undefined[]> {
    const [first] = events;
    if (first === undefined) return [];
    const transaction = (): Promise<void> =>
      this.#options.transactions.tenant(first.projectId, async (sql) => {
        if (events.length > 1) await sql.query(LIMIT_OF_GROUP);
        const fresh = await markHandled(sql, this.name, events);
        if (fresh.length > 0) await this.#call(first.type, fresh, sql);
      });
    await events.reduce<() => Promise<void>>((work, event) => () => this.#inTrace(event, work), transaction)();
    return events.map(() => undefined);
  }

  async #call(type: string, events: readonly EventEnvelope[], sql: Sql): Promise<void> {
    const handler = this.#options.handlers.get(type);
    if (handler === undefined) throw new Error(`The service has no handler for ${type}.`);
    if (typeof handler === 'object') return handler.together(events, sql);
    for (const event of events) await handler(event, sql);
  }

  async #inTrace(event: EventEnvelope, work: () => Promise<void>): Promise<void> {
    await (this.#options.inTrace ?? ((_event, alone) => alone()))(event, work);
  }

  async #park(event: EventEnvelope, failure: ParkedFailure): Promise<void> {
    const isDead = failure.attempts >= this.#retry.maxAttempts;
    await this.#options.transactions.system(async (sql) => {
      await park(sql, this.name, event, failure, isDead ? 'dead' : this.#retry, this.#options.random ?? Math.random);
      await forgetStarts(sql, this.name, event.id);
    });
    this.#options.onTrouble?.(isDead ? 'An event became a dead letter.' : 'An event was parked.', {
      eventId: event.id,
      type: event.type,
      ...traceOf(event),
      attempts: failure.attempts,
      error: failure.error,
    });
  }

  async #bury(event: EventEnvelope, reason: string): Promise<void> {
    await this.#park(event, { attempts: this.#retry.maxAttempts, error: reason });
  }
}

/** For lines about an event whose handling is over, or was never begun. */
function traceOf({ traceparent }: EventEnvelope): { readonly traceId?: string } {
  return traceparent === undefined ? {} : { traceId: traceparent.slice(3, 35) };
}

/** A dead letter needs an identity even when the message has none: the same bytes give the same one, so redelivery does not multiply it. */
function undecodableEvent(message: DeliveredMessage, service: string): EventEnvelope {
  const raw = message.content.kind === 'undecodable' ? message.content.raw : '';
  return {
    id: uuidOf(`${service}\n${message.topic}\n${message.key}\n${raw}`),
    type: message.topic,
    version: 0,
    source: 'gateway',
    time: new Date(0).toISOString(),
    projectId: '00000000-0000-0000-0000-000000000000',
    key: message.key,
    sequence: 0,
    data: { raw },
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
