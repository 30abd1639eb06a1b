import type { Tx } from '@plaza/chassis';
import type { TargetState } from '@plaza/contracts';
import { HOLDING, PAUSED, PAUSE_IS_FOR_TARGET } from './work.repository.ts';

/** A target that could be claimed, and is not. */
export interface WaitingTarget {
  readonly id: string;
  readonly fence: number;
  /** Since it could be claimed, as far as the database knows. */
  readonly waitedMs: number;
}

/**
 * The next target of each account, where it could be claimed now: the same question as the claim asks, so that whoever waits for a retry,
 * a limit or an earlier post is not called late. It has waited since its own time, since its last limit ended, or since the account's
 * last publication, whichever came last.
 */
const CLAIMABLE = `with waiting as (
    select distinct account_id from targets where state = 'due' and next_try_at <= now() - make_interval(secs => $1)
  )
  select t.id, t.fence::int as fence, waited.ms as "waitedMs" from waiting
  cross join lateral (
    select head.* from targets as head
    where head.account_id = waiting.account_id and head.state in (${HOLDING}) and not (head.state = 'due' and head.next_try_at > now())
    order by head.due_at, head.id limit 1
  ) as t
  cross join lateral (
    select (extract(epoch from now() - greatest(
      t.next_try_at,
      (select max(until) from pauses where until <= now() and ${PAUSE_IS_FOR_TARGET}),
      (select max(published_at) from targets as before where before.account_id = t.account_id and before.published_at <= now())
    )) * 1000)::float8 as ms
  ) as waited
  where t.state = 'due' and waited.ms >= $1 * 1000 and not ${PAUSED}
    and (t.allow_overtake or not exists (
      select 1 from targets as earlier
      where earlier.account_id = t.account_id and earlier.state in (${HOLDING}) and (earlier.due_at, earlier.id) < (t.due_at, t.id)))
  order by waited.ms desc limit $2`;

/** Targets that could have been claimed for at least so long, the longest first. */
export async function claimableFor(tx: Tx, ms: number, limit: number): Promise<WaitingTarget[]> {
  return tx.query<WaitingTarget>(CLAIMABLE, [ms / 1000, limit]);
}

/** How long the oldest scheduled target is past its time; 0 when none is. Milliseconds. */
export async function scheduledPastMs(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ ms: number | null }>(
    `select (extract(epoch from now() - min(due_at)) * 1000)::float8 as ms from targets where state = 'scheduled'`,
  );
  return Math.max(0, row?.ms ?? 0);
}

/** States of targets that no one is done with yet. */
export const COUNTED_STATES = ['draft', 'scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling', 'unconfirmed'] as const satisfies readonly TargetState[];
export type CountedState = (typeof COUNTED_STATES)[number];

/**
 * One question for each partial index, so that the cost grows with what is open and not with what has ended. `offset 0` keeps the states
 * out of the question for owned ones, or the planner may take the index of everything that is scheduled.
 */
export const COUNT_OPEN = `select state, count(*)::int as count from targets where state = 'scheduled' group by state
  union all select state, count(*)::int from targets where state = 'due' group by state
  union all select state, count(*)::int from (select state from targets where owner is not null offset 0) as owned where state in ('claimed', 'dispatching', 'reconciling') group by state
  union all select state, count(*)::int from targets where state in ('submitted', 'processing', 'unknown') group by state
  union all select state, count(*)::int from targets where state in ('draft', 'unconfirmed') group by state`;

/** Open targets by state; every state has its number. */
export async function countOpen(tx: Tx): Promise<Readonly<Record<CountedState, number>>> {
  const rows = await tx.query<{ state: CountedState; count: number }>(COUNT_OPEN);
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(COUNTED_STATES.map((state) => [state, counts.get(state) ?? 0])) as Record<CountedState, number>;
}
