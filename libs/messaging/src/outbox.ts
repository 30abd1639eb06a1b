import { randomUUID } from 'node:crypto';
import type { EventContract, EventEnvelope, ServiceName } from '@plaza/contracts';
import type { z } from 'zod';
import type { Sql } from './sql.ts';

/** An event to be told, within the transaction that made it true. */
export interface NewEvent<E extends EventContract = EventContract> {
  readonly contract: E;
  readonly projectId: string;
  /** Id of the aggregate. */
  readonly key: string;
  /** The aggregate's own count of changes. */
  readonly sequence: number;
  readonly data: z.input<E['data']>;
  readonly traceparent?: string;
}

/** Makes an event, holding its exact types. */
export function event<E extends EventContract>(contract: E, fields: Omit<NewEvent<E>, 'contract'>): NewEvent {
  return { contract, ...fields } as unknown as NewEvent;
}

/** Events as rows of the outbox, JSON for {@link outboxInsert}. Throws when data breaks its contract. */
export function outboxRows(events: readonly NewEvent[]): string {
  const rows = events.map(({ contract, projectId, key, sequence, data, traceparent }) => ({
    event_id: randomUUID(),
    project_id: projectId,
    type: contract.type,
    version: contract.version,
    key,
    sequence,
    data: contract.data.parse(data),
    traceparent: traceparent ?? null,
  }));
  return JSON.stringify(rows);
}

/** The insert of rows given as JSON in a parameter, e.g. `$1`: for statements that write more than events. */
export function outboxInsert(parameter: string): string {
  return `insert into outbox (event_id, project_id, type, version, key, sequence, data, traceparent)
     select event_id, project_id, type, version, key, sequence, data, traceparent
     from jsonb_to_recordset(${parameter}::jsonb) as rows (event_id uuid, project_id uuid, type text, version integer, key text, sequence bigint, data jsonb, traceparent text)`;
}

/** Writes events into the outbox of the caller's transaction: they are told if, and only if, it commits. Throws when data breaks its contract. */
export async function appendToOutbox(sql: Sql, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await sql.query(outboxInsert('$1'), [outboxRows(events)]);
}

interface OutboxRow {
  readonly id: string;
  readonly event_id: string;
  readonly project_id: string;
  readonly type: string;
  readonly version: number;
  readonly key: string;
  readonly sequence: string;
  readonly data: Record<string, unknown>;
  readonly traceparent: string | null;
  readonly occurred_at: Date;
}

/** A batch of unpublished events with the rows to mark afterwards. */
export interface OutboxBatch {
  readonly rowIds: readonly string[];
  readonly events: readonly EventEnvelope[];
}

/**
 * Reads unpublished events by their state, never by "id greater than the last": a transaction that took a lower id and commits later
 * would be skipped for ever.
 */
export async function readUnpublished(sql: Sql, source: ServiceName, limit: number): Promise<OutboxBatch> {
  const rows = await sql.query<OutboxRow>(
    `select id, event_id, project_id, type, version, key, sequence, data, traceparent, occurred_at
     from outbox where published_at is null order by id limit $1`,
    [limit],
  );
  return { rowIds: rows.map(({ id }) => id), events: rows.map((row) => toEnvelope(source, row)) };
}

/** Marks events as told. */
export async function markPublished(sql: Sql, rowIds: readonly string[]): Promise<void> {
  await sql.query('update outbox set published_at = now() where id = any($1::bigint[])', [rowIds]);
}

/** Removes what was told, and what was handled, longer ago than the given number of days: no redelivery comes that late. */
export async function purgeTold(sql: Sql, days: number): Promise<void> {
  await sql.query(`delete from outbox where published_at < now() - make_interval(days => $1)`, [days]);
  await sql.query(`delete from inbox where handled_at < now() - make_interval(days => $1)`, [days]);
}

function toEnvelope(source: ServiceName, row: OutboxRow): EventEnvelope {
  return {
    id: row.event_id,
    type: row.type,
    version: row.version,
    source,
    time: row.occurred_at.toISOString(),
    projectId: row.project_id,
    key: row.key,
    sequence: Number(row.sequence),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    data: row.data,
  };
}
