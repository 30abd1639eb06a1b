import type { EventEnvelope } from '@plaza/contracts';
import { backoffMs, type RetryPolicy } from './backoff.ts';
import type { Sql } from './sql.ts';
import { storable, storableJson } from './storable.ts';

export interface ParkedFailure {
  /** Failed tries so far; 0 when it only waits behind another message of its key. */
  readonly attempts: number;
  readonly error: string;
}

/** Parks a message, or makes it a dead letter; state and next try change in one statement. */
export async function park(
  sql: Sql,
  consumer: string,
  event: EventEnvelope,
  failure: ParkedFailure,
  fate: RetryPolicy | 'dead',
  random: () => number,
): Promise<void> {
  const waitMs = fate === 'dead' || failure.attempts === 0 ? 0 : backoffMs(fate, failure.attempts, random);
  await sql.query(
    `insert into parked_messages (consumer, event_id, project_id, type, key, event, attempts, next_try_at, last_error, dead_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8 / 1000.0), $9, case when $10 then now() end)
     on conflict (consumer, event_id) do update
       set attempts = excluded.attempts, next_try_at = excluded.next_try_at, last_error = excluded.last_error, dead_at = excluded.dead_at`,
    [
      consumer,
      event.id,
      event.projectId,
      storable(event.type),
      storable(event.key),
      storableJson(event),
      failure.attempts,
      waitMs,
      storable(failure.error.slice(0, 4_000)),
      fate === 'dead',
    ],
  );
}

/** A parked message whose time has come. */
export interface ParkedMessage {
  readonly event: EventEnvelope;
  readonly attempts: number;
}

/** How long a taken message is left alone: whoever took it is done by then, or gone. */
const TAKEN_SECONDS = 60;

/**
 * Takes parked messages that are due and first of their key. The try is counted as it is taken, so that one which kills the process
 * does not come back for ever.
 */
export async function takeDueParked(sql: Sql, consumer: string, limit: number): Promise<ParkedMessage[]> {
  return sql.query<ParkedMessage>(
    `update parked_messages set attempts = attempts + 1, next_try_at = now() + make_interval(secs => $3)
     where id in (
       select id from parked_messages as parked
       where consumer = $1 and dead_at is null and next_try_at <= now()
         and not exists (
           select 1 from parked_messages as earlier
           where earlier.consumer = parked.consumer and earlier.key = parked.key and earlier.dead_at is null and earlier.id < parked.id
         )
       order by id limit $2 for update skip locked
     )
     returning event, attempts`,
    [consumer, limit, TAKEN_SECONDS],
  );
}

/** Milliseconds until the next parked message is due; undefined when none waits. */
export async function untilNextParked(sql: Sql, consumer: string): Promise<number | undefined> {
  const [row] = await sql.query<{ ms: number | null }>(
    `select ceil(extract(epoch from min(next_try_at) - now()) * 1000)::float8 as ms from parked_messages where consumer = $1 and dead_at is null`,
    [consumer],
  );
  return row?.ms ?? undefined;
}

/** A dead letter, as an operator sees it. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly type: string;
  readonly key: string;
  readonly projectId: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly deadAt: Date;
}

/** Dead letters, oldest first. */
export async function listDeadLetters(sql: Sql, limit: number): Promise<DeadLetter[]> {
  return sql.query<DeadLetter>(
    `select id, consumer, event_id as "eventId", type, key, project_id as "projectId", attempts, last_error as "lastError", dead_at as "deadAt"
     from parked_messages where dead_at is not null order by id limit $1`,
    [limit],
  );
}

/** Brings a dead letter back among the parked ones, due at once, with all its tries again. False when there is no such one. */
export async function replayDeadLetter(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    'update parked_messages set dead_at = null, attempts = 0, next_try_at = now() where id = $1 and dead_at is not null returning id',
    [id],
  );
  if (rows.length === 0) return false;
  await sql.query(
    'insert into inbox (consumer, event_id, project_id) select consumer, event_id, project_id from parked_messages where id = $1 on conflict do nothing',
    [id],
  );
  return true;
}

/** Removes a dead letter for good: the inbox absorbs it when it is delivered again. False when there is no such one. */
export async function discardDeadLetter(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `with gone as (
       delete from parked_messages where id = $1 and dead_at is not null returning consumer, event_id, project_id
     )
     insert into inbox (consumer, event_id, project_id, handled_at) select consumer, event_id, project_id, now() from gone
     on conflict (consumer, event_id) do update set handled_at = now()
     returning event_id`,
    [id],
  );
  return rows.length > 0;
}
