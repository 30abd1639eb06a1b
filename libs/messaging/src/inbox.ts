import type { EventEnvelope } from '@plaza/contracts';
import type { Sql } from './sql.ts';

/** What to do with a message that was delivered: `handled` and `parked` need nothing more. */
export type Start = 'start' | 'handled' | 'parked' | 'poison' | 'behind_parked' | 'suspect';

/** A message that was started so often without an end has killed the process each time. */
export const MAX_STARTS = 3;

interface StartRow {
  readonly id: string;
  readonly starts: number;
  readonly startedBefore: number;
  readonly handled: boolean;
  readonly parked: boolean;
  readonly behind: boolean;
}

const NOTE_STARTS = `with told as (
    select * from unnest($2::uuid[], $3::uuid[], $4::text[]) as told (event_id, project_id, key)
  ), before as (
    select event_id, starts from inbox where consumer = $1 and event_id = any($2::uuid[])
  ), noted as (
    insert into inbox (consumer, event_id, project_id, starts) select $1, event_id, project_id, 1 from told order by event_id
    on conflict (consumer, event_id) do update set starts = case when inbox.starts = 0 or $5 then inbox.starts + 1 else inbox.starts end
    returning event_id, starts, handled_at is not null as handled
  )
  select event_id as id, noted.starts, handled, coalesce(before.starts, 0) as "startedBefore",
    exists (select 1 from parked_messages as p where p.consumer = $1 and p.event_id = noted.event_id) as parked,
    exists (select 1 from parked_messages as p where p.consumer = $1 and p.key = told.key and p.dead_at is null) as behind
  from noted join told using (event_id) left join before using (event_id)`;

/** Counts a start of each, and says what to do with it. Of a message that was started before and has not ended, only when it is to run alone. */
export async function noteStarts(sql: Sql, consumer: string, events: readonly EventEnvelope[], company: 'among_others' | 'alone'): Promise<Start[]> {
  const columns = [events.map(({ id }) => id), events.map(({ projectId }) => projectId), events.map(({ key }) => key)];
  const rows = await sql.query<StartRow>(NOTE_STARTS, [consumer, ...columns, company === 'alone']);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return events.map(({ id }) => startOf(byId.get(id), company));
}

function startOf(row: StartRow | undefined, company: 'among_others' | 'alone'): Start {
  if (row === undefined || row.handled) return 'handled';
  if (row.parked) return 'parked';
  if (row.startedBefore > 0 && company === 'among_others') return 'suspect';
  if (row.starts > MAX_STARTS) return 'poison';
  return row.behind ? 'behind_parked' : 'start';
}

/** Marks them as handled in the transaction that makes their effects; resolves to those that were not marked before, each once. */
export async function markHandled(sql: Sql, consumer: string, events: readonly EventEnvelope[]): Promise<EventEnvelope[]> {
  const marked = await sql.query<{ id: string }>(
    `with gone as (delete from parked_messages where consumer = $1 and event_id = any($2::uuid[]))
     update inbox set handled_at = now() where consumer = $1 and event_id = any($2::uuid[]) and handled_at is null returning event_id as id`,
    [consumer, events.map(({ id }) => id)],
  );
  const fresh = new Set(marked.map(({ id }) => id));
  return events.filter(({ id }) => fresh.delete(id));
}

/** A failure that was noted is no unexplained end of the process. */
export async function forgetStarts(sql: Sql, consumer: string, eventId: string): Promise<void> {
  await sql.query('update inbox set starts = 0 where consumer = $1 and event_id = $2', [consumer, eventId]);
}
