import { accountKind } from '@plaza/contracts';
import type { Sql } from '@plaza/messaging';
import type { AccountFacts, AccountRows, AccountUse } from '../../application/ports.ts';

/** Keeps an account as it stands; what is older than what is held is dropped. A use that was told before the connection is not lost. */
export async function keepRow(sql: Sql, facts: AccountFacts): Promise<void> {
  const kind = accountKind(facts.method);
  await sql.query(
    `insert into account_rows (project_id, account_id, provider, mode, kind, connected_at, expires_at, is_connected, sequence, last_used_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, (select last_used_at from early_uses where account_id = $2))
     on conflict (account_id) do update set connected_at = excluded.connected_at, expires_at = excluded.expires_at,
       is_connected = excluded.is_connected, sequence = excluded.sequence
       where account_rows.sequence < excluded.sequence`,
    [facts.projectId, facts.accountId, facts.platform, facts.mode, kind, facts.connectedAt, kind === 'byok' ? null : facts.expiresAt, facts.isConnected, facts.sequence],
  );
}

/** A new expiry. The kind decides whether there is one at all: what the user supplied does not expire in this list. */
export async function keepExpiry(sql: Sql, accountId: string, expiresAt: string | null, sequence: number): Promise<void> {
  await sql.query(
    `update account_rows set expires_at = case when kind = 'byok' then null else $2::timestamptz end, sequence = $3 where account_id = $1 and sequence < $3`,
    [accountId, expiresAt, sequence],
  );
}

/** Only the sequence moves on: nothing that is shown changed, but what is older than this must be dropped. */
export async function keepSequence(sql: Sql, accountId: string, sequence: number): Promise<void> {
  await sql.query('update account_rows set sequence = $2 where account_id = $1 and sequence < $2', [accountId, sequence]);
}

export async function disconnectRow(sql: Sql, accountId: string, sequence: number): Promise<void> {
  await sql.query('update account_rows set is_connected = false, sequence = $2 where account_id = $1 and sequence < $2', [accountId, sequence]);
}

/** Rows are locked in one order, so that replicas which keep uses of the same accounts do not wait for each other in a circle. */
const KEEP_USES = `with uses as (
    select project_id, account_id, max(at) as at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as use (project_id, account_id, at) group by project_id, account_id
  ), locked as (
    select account_id from account_rows where account_id = any($2::uuid[]) order by account_id for update
  ), kept as (
    update account_rows set last_used_at = greatest(account_rows.last_used_at, uses.at)
    from uses join locked using (account_id) where account_rows.account_id = uses.account_id returning account_rows.account_id
  )
  insert into early_uses (project_id, account_id, last_used_at)
  select project_id, account_id, at from uses where account_id not in (select account_id from kept) order by account_id
  on conflict (account_id) do update set last_used_at = greatest(early_uses.last_used_at, excluded.last_used_at)`;

/** The latest use counts, in whichever order uses are told. */
export async function keepUses(sql: Sql, uses: readonly AccountUse[]): Promise<void> {
  if (uses.length === 0) return;
  await sql.query(KEEP_USES, [uses.map(({ projectId }) => projectId), uses.map(({ accountId }) => accountId), uses.map(({ at }) => at)]);
}

/** The read model's rows in Postgres. */
export const postgresAccountRows: AccountRows = {
  keep: keepRow,
  keepUses,
  async clear(sql) {
    await sql.query('delete from account_rows');
    await sql.query('delete from early_uses');
  },
};
