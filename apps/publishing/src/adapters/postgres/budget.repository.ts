import type { Tx } from '@plaza/chassis';
import type { BudgetRepository, Spender, Spending } from '../../application/ports.ts';

/** Longer than any window. */
const KEPT_DAYS = 8;

/**
 * One caller at a time counts a budget, so that two cannot both take the last of it; the locks are taken in one order, so that no two
 * callers hold what the other waits for. That a spend is lost with Postgres itself costs a refusal, which is waited for like any other, so
 * nobody waits for the disk.
 */
const LOCK = `select set_config('synchronous_commit', 'off', true), count(pg_advisory_xact_lock(hashtextextended('budget ' || key, 0))) from unnest($1::text[]) as key`;

/** What was spent of each budget within its window, and whether this part has its share of it already; takes all, or nothing. */
const TAKE = `
  with asked as (
    select * from unnest($5::text[], $6::text[], $7::int[], $8::int[], $9::timestamptz[]) as asked (owner, unit, units, max, since)
  ), seen as (
    select asked.*,
      (select spent_at from budget_spends where target_id = $2 and part = $3 and unit = asked.unit) as before,
      (select coalesce(sum(spends.units), 0)::int from budget_spends spends where spends.owner = asked.owner and spends.unit = asked.unit and spends.spent_at > asked.since) as spent
    from asked
  ), taken as (
    insert into budget_spends (project_id, target_id, part, owner, unit, units, spent_at)
      select $1, $2, $3, owner, unit, units, $4 from seen
      where before is null and not exists (select from seen where before is null and spent + units > max)
  )
  select unit, before, spent from seen`;

interface Seen {
  readonly unit: string;
  readonly before: Date | null;
  readonly spent: number;
}

/** Spent budgets in Postgres. */
export class PostgresBudgetRepository implements BudgetRepository {
  async take(tx: Tx, spender: Spender, spendings: readonly Spending[]): ReturnType<BudgetRepository['take']> {
    await tx.query(LOCK, [spendings.map(({ owner, unit }) => `${owner} ${unit}`).toSorted()]);
    const columns = (['owner', 'unit', 'units', 'max', 'since'] as const).map((name) => spendings.map((spending) => spending[name]));
    const seen = await tx.query<Seen>(TAKE, [spender.projectId, spender.targetId, spender.part, spender.at, ...columns]);
    for (const { unit, before, spent } of seen) {
      const spending = spendings.find((one) => one.unit === unit);
      const missing = spending === undefined || before !== null ? 0 : spent + spending.units - spending.max;
      if (spending !== undefined && missing > 0) return { kind: 'used_up', spending, freeAt: await freeAt(tx, spending, missing) };
    }
    const times = seen.map(({ before }) => (before ?? spender.at).getTime());
    return { kind: 'taken', since: new Date(Math.min(spender.at.getTime(), ...times)) };
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.query(`delete from budget_spends where spent_at < now() - make_interval(days => $1)`, [KEPT_DAYS]);
  }
}

/** When so many units will have fallen out of a rolling window; the end of the day where the window is one. */
async function freeAt(tx: Tx, { owner, unit, since, window }: Spending, missing: number): Promise<Date> {
  if (window.kind === 'day') return window.endsAt;
  const [last] = await tx.query<{ at: Date }>(
    `select min(spent_at) as at from (
       select spent_at, sum(units) over (order by spent_at) as freed from budget_spends where owner = $1 and unit = $2 and spent_at > $3
     ) as running where freed >= $4`,
    [owner, unit, since, missing],
  );
  return new Date((last?.at.getTime() ?? 0) + window.ms);
}
