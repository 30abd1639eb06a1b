import { randomUUID } from 'node:crypto';
import type { Tx, UnitOfWork } from '@plaza/chassis';
import { postCanceled } from '@plaza/contracts';
import { appendToOutbox, event, listDeadLetters, type DeadLetter } from '@plaza/messaging';
import { Signals } from '../signals.ts';
import { testDatabase, testWork, type TestDatabase } from '../test-database.ts';
import { Replica, type ReplicaOptions, type TestTransport } from './replica.ts';

/** The service whose outbox and inbox the tests use. */
export const SERVICE = 'publishing';
export const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
/** The event that the tests send; its `postId` is the test's own word for the message. */
export const TYPE = postCanceled.type;

/** Makes a transport. Transports of one scope reach each other, as replicas of one installation do. */
export type MakeTransport = (scope: string) => Promise<TestTransport>;

/** A message that is parked and no dead letter yet. */
export interface ParkedRow {
  readonly note: string;
  readonly attempts: number;
  readonly waitMinutes: number;
}

/** One test's database, events and replicas. */
export class Bench {
  readonly database: TestDatabase;
  readonly work: UnitOfWork;
  signals = new Signals();
  readonly #makeTransport: MakeTransport;
  #replicas: Replica[] = [];
  #scope = randomUUID();

  private constructor(database: TestDatabase, work: UnitOfWork, makeTransport: MakeTransport) {
    this.database = database;
    this.work = work;
    this.#makeTransport = makeTransport;
  }

  static async open(makeTransport: MakeTransport): Promise<Bench> {
    const database = await testDatabase();
    await database.asAdmin(`create table ${SERVICE}.effects (id bigint generated always as identity, key text not null, note text not null)`);
    await database.asAdmin(`grant select, insert on ${SERVICE}.effects to plaza_${SERVICE}`);
    return new Bench(database, await testWork(database, SERVICE), makeTransport);
  }

  /** A process with relay, consumer and parking lot on a transport of its own. */
  async replica(options: ReplicaOptions = {}): Promise<Replica> {
    const replica = new Replica(await this.#makeTransport(this.#scope), this.work, this.signals, options);
    this.#replicas.push(replica);
    await replica.start();
    return replica;
  }

  /** Commits one event for each note, in this order, and wakes the relays. */
  async send(key: string, ...notes: string[]): Promise<void> {
    await this.work.tenant(PROJECT, (tx) => this.append(tx, key, ...notes));
    this.wake();
  }

  async append(tx: Tx, key: string, ...notes: string[]): Promise<void> {
    await appendToOutbox(
      tx,
      notes.map((postId, sequence) => event(postCanceled, { projectId: PROJECT, key, sequence, data: { postId } })),
    );
  }

  /** Commits an event past all checks, as another version of the software might write it. */
  async sendRaw(raw: { readonly type?: string; readonly version?: number; readonly key: string; readonly data: unknown }): Promise<void> {
    await this.database.asAdmin(
      `insert into ${SERVICE}.outbox (event_id, project_id, type, version, key, sequence, data) values (gen_random_uuid(), $1, $2, $3, $4, 1, $5)`,
      [PROJECT, raw.type ?? TYPE, raw.version ?? 1, raw.key, JSON.stringify(raw.data)],
    );
    this.wake();
  }

  wake(): void {
    for (const replica of this.#replicas) replica.wake();
  }

  /** Lets the time of every parked message come. */
  async passTime(): Promise<void> {
    await this.database.asAdmin(`update ${SERVICE}.parked_messages set next_try_at = now() where dead_at is null`);
    this.wake();
  }

  /** Notes of committed effects, in the order of their making. */
  async effects(key?: string): Promise<string[]> {
    const rows = await this.database.asAdmin<{ note: string }>(`select note from ${SERVICE}.effects where $1::text is null or key = $1 order by id`, [key ?? null]);
    return rows.map(({ note }) => note);
  }

  async parked(): Promise<ParkedRow[]> {
    return this.database.asAdmin<ParkedRow>(
      `select event->'data'->>'postId' as note, attempts, round(extract(epoch from next_try_at - now()) / 60)::integer as "waitMinutes"
       from ${SERVICE}.parked_messages where dead_at is null order by id`,
    );
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return this.work.system((tx) => listDeadLetters(tx, 100));
  }

  async unpublished(): Promise<number> {
    const [row] = await this.database.asAdmin<{ count: string }>(`select count(*) from ${SERVICE}.outbox where published_at is null`);
    return Number(row?.count);
  }

  /** Ends what the test started, and leaves nothing of it to the next one. */
  async clear(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
    this.#replicas = [];
    this.#scope = randomUUID();
    this.signals = new Signals();
    await this.database.asAdmin(`truncate ${['outbox', 'inbox', 'parked_messages', 'effects'].map((table) => `${SERVICE}.${table}`).join(', ')}`);
  }
}
