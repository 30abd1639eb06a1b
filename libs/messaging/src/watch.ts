import type { ServiceName } from '@plaza/contracts';
import type { Sql, TransactionRunner } from './sql.ts';
import type { Transport } from './transport.ts';

/** How long an event may wait to be told, and a message to be handled, before it is said. Milliseconds. */
const LATE_MS = 20_000;
/** What waits is counted exactly up to here, so that a long outage does not make counting a burden too. */
const COUNTED = 100_000;

/** A health check as the chassis takes it. */
export interface EventCheck {
  readonly name: string;
  check(): Promise<string | undefined>;
}

/** What of a service's events waits or was given up. */
export interface Backlog {
  /** Age of the oldest event that is not told yet; 0 when all are. */
  readonly outboxAgeMs: number;
  readonly unpublished: number;
  readonly parked: number;
  readonly dead: number;
}

/** Red when the oldest event that is not told yet is too old: the relay stands still, is slower than the service, or has no one to tell. */
export function relayCheck(transactions: TransactionRunner): EventCheck {
  return {
    name: 'relay',
    async check() {
      const ageMs = await transactions.system(outboxAgeMs);
      return ageMs > LATE_MS ? `The oldest event in the outbox has waited for ${Math.round(ageMs / 1000)} s.` : undefined;
    },
  };
}

/** Red when messages wait and none is finished, or the consumer has lost its connection. */
export function consumerCheck(transport: Pick<Transport, 'progress'>, service: ServiceName): EventCheck {
  return {
    name: 'consumer',
    async check() {
      const stalled = transport.progress().filter((one) => one.service === service && one.stalledForMs > LATE_MS);
      if (stalled.length === 0) return undefined;
      return stalled.map(({ topic, stalledForMs }) => `${topic} has made no progress for ${Math.round(stalledForMs / 1000)} s.`).join(' ');
    },
  };
}

/** The first row by id is as good as the oldest: ids are given when rows are written. One step in the index, however long the queue. */
async function outboxAgeMs(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ ms: number }>(
    `select (extract(epoch from now() - occurred_at) * 1000)::float8 as ms from outbox where published_at is null order by id limit 1`,
  );
  return Math.max(0, row?.ms ?? 0);
}

export async function backlog(sql: Sql): Promise<Backlog> {
  const [row] = await sql.query<Omit<Backlog, 'outboxAgeMs'>>(
    `select (select count(*) from (select 1 from outbox where published_at is null limit ${COUNTED}) as waiting)::int as unpublished,
       count(*) filter (where dead_at is null)::int as parked, count(*) filter (where dead_at is not null)::int as dead
     from parked_messages`,
  );
  return { outboxAgeMs: await outboxAgeMs(sql), unpublished: row?.unpublished ?? 0, parked: row?.parked ?? 0, dead: row?.dead ?? 0 };
}
