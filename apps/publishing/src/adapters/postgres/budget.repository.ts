import type { Tx } from '@plaza/chassis';
import type { BudgetRepository, Spending } from '../../application/ports.ts';

/** Longer than any window. */
const KEPT_DAYS = 8;

/** What one owner spent of one budget within its window. */
const SPENT = 'from budget_spends where owner = $1 and unit = $2 and spent_at > $3';

/** Spent budgets in Postgres. One owner's budget is counted by one caller at a time, so that two cannot both take the last of it. */
export class PostgresBudgetRepository implements BudgetRepository {
  async room(tx: Tx, spending: Spending): ReturnType<BudgetRepository['room']> {
    const { targetId, part, owner, unit, units, max, since } = spending;
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`budget ${owner} ${unit}`]);
    // What a part has taken once it need not take again when it is tried again.
    const [before] = await tx.query<{ at: Date }>('select spent_at as at from budget_spends where target_id = $1 and part = $2 and unit = $3', [targetId, part, unit]);
    if (before !== undefined) return { kind: 'spent', at: before.at };
    const [sum] = await tx.query<{ units: number }>(`select coalesce(sum(units), 0)::int as units ${SPENT}`, [owner, unit, since]);
    const missing = units - (max - (sum?.units ?? 0));
    return missing <= 0 ? { kind: 'room' } : { kind: 'used_up', freeAt: await freeAt(tx, spending, missing) };
  }

  async spend(tx: Tx, { projectId, targetId, part, owner, unit, units, at }: Spending): Promise<void> {
    await tx.query('insert into budget_spends (project_id, target_id, part, owner, unit, units, spent_at) values ($1, $2, $3, $4, $5, $6, $7)', [projectId, targetId, part, owner, unit, units, at]);
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.query(`delete from budget_spends where spent_at < now() - make_interval(days => $1)`, [KEPT_DAYS]);
  }
}

/** When so many units will have fallen out of a rolling window; the end of the day where the window is one. */
async function freeAt(tx: Tx, { owner, unit, since, window }: Spending, missing: number): Promise<Date> {
  if (window.kind === 'day') return window.endsAt;
  const [last] = await tx.query<{ at: Date }>(
    `select min(spent_at) as at from (select spent_at, sum(units) over (order by spent_at) as freed ${SPENT}) as running where freed >= $4`,
    [owner, unit, since, missing],
  );
  return new Date((last?.at.getTime() ?? 0) + window.ms);
}
