import type { Tx } from '@plaza/chassis';
import type { BudgetRepository, Spender, SpendResult, Spending } from '../../application/ports.ts';

/** Longer than any window. */
const KEPT_DAYS = 8;

/**
 * One caller at a time counts a budget, so that two cannot both take the last of it; the locks are taken in one order, so that no two
 * callers hold what the other waits for. That a spend is lost with Postgres itself costs a refusal, which is waited for like any other, so
 * nobody waits for the disk.
 */
const LOCK = `select set_config('synchronous_commit', 'off', true), count(pg_advisory_xact_lock(hashtextextended('budget ' || key, 0))) from unnest($1::text[]) as key`;

/**
 * What was spent of each budget within its window, what those ahead in the group ask of it (also in vain, which delays by a moment at
 * most), and whether the part has its share already; those for whom there is room everywhere take theirs.
 */
const TAKE = `
  with asked as (
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[], $6::text[], $7::text[], $8::int[], $9::int[], $10::timestamptz[])
      as asked (place, project_id, target_id, part, at, owner, unit, units, max, since)
  ), seen as (
    select asked.*,
      (select spent_at from budget_spends before where before.target_id = asked.target_id and before.part = asked.part and before.unit = asked.unit) as before,
      (select coalesce(sum(spends.units), 0) from budget_spends spends where spends.owner = asked.owner and spends.unit = asked.unit and spends.spent_at > asked.since) as spent
    from asked
  ), judged as (
    select seen.*, before is null and spent + sum(case when before is null then units else 0 end) over (partition by owner, unit order by place) > max as is_used_up from seen
  ), taken as (
    insert into budget_spends (project_id, target_id, part, owner, unit, units, spent_at)
      select project_id, target_id, part, owner, unit, units, at from judged
      where before is null and not exists (select from judged other where other.place = judged.place and other.is_used_up)
  )
  select place, unit, before, is_used_up as "isUsedUp" from judged`;

interface Judged {
  readonly place: number;
  readonly unit: string;
  readonly before: Date | null;
  readonly isUsedUp: boolean;
}

/** Spent budgets in Postgres. */
export class PostgresBudgetRepository implements BudgetRepository {
  async take(tx: Tx, spenders: readonly Spender[]): Promise<SpendResult[]> {
    const asked = spenders.flatMap(({ spendings, ...spender }, place) => spendings.map((spending) => ({ ...spender, ...spending, place })));
    await tx.query(LOCK, [[...new Set(asked.map(({ owner, unit }) => `${owner} ${unit}`))].sort()]);
    const columns = (['place', 'projectId', 'targetId', 'part', 'at', 'owner', 'unit', 'units', 'max', 'since'] as const).map((name) => asked.map((one) => one[name]));
    const judged = Map.groupBy(await tx.query<Judged>(TAKE, columns), ({ place }) => place);
    const results: SpendResult[] = [];
    for (const [place, spender] of spenders.entries()) results.push(await resultOf(tx, spender, judged.get(place) ?? []));
    return results;
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.query(`delete from budget_spends where spent_at < now() - make_interval(days => $1)`, [KEPT_DAYS]);
  }
}

async function resultOf(tx: Tx, { at, spendings }: Spender, judged: readonly Judged[]): Promise<SpendResult> {
  const spending = spendings.find(({ unit }) => judged.some((one) => one.unit === unit && one.isUsedUp));
  if (spending !== undefined) return { kind: 'used_up', spending, freeAt: await freeAt(tx, spending, at) };
  return { kind: 'taken', since: new Date(Math.min(at.getTime(), ...judged.map(({ before }) => (before ?? at).getTime()))) };
}

/** When enough will have fallen out of a rolling window; the end of the day where the window is one. */
async function freeAt(tx: Tx, { owner, unit, units, max, since, window }: Spending, at: Date): Promise<Date> {
  if (window.kind === 'day') return window.endsAt;
  const [last] = await tx.query<{ spentAt: Date | null }>(
    `select min(spent_at) as "spentAt" from (
       select spent_at, sum(units) over (order by spent_at) as freed, sum(units) over () as total from budget_spends where owner = $1 and unit = $2 and spent_at > $3
     ) as running where total + $4 > $5 and freed >= total + $4 - $5`,
    [owner, unit, since, units, max],
  );
  const spentAt = last?.spentAt ?? null;
  return spentAt === null ? at : new Date(spentAt.getTime() + window.ms);
}
