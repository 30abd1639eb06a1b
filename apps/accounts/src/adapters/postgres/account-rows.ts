import { accountKind } from '@plaza/contracts';
import type { Sql } from '@plaza/messaging';
import type { AccountFacts, AccountRows } from '../../application/ports.ts';

/** Keeps an account as it stands; what is older than what is held is dropped. A use that was told before the connection is not lost. */
export async function keepRow(sql: Sql, facts: AccountFacts): Promise<void> {
  const kind = accountKind(facts.platform);
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

/** The latest use counts, in whichever order uses are told. */
export async function keepUse(sql: Sql, projectId: string, accountId: string, at: string): Promise<void> {
  const rows = await sql.query('update account_rows set last_used_at = greatest(last_used_at, $2::timestamptz) where account_id = $1 returning account_id', [accountId, at]);
  if (rows.length > 0) return;
  await sql.query(
    `insert into early_uses (project_id, account_id, last_used_at) values ($1, $2, $3)
     on conflict (account_id) do update set last_used_at = greatest(early_uses.last_used_at, excluded.last_used_at)`,
    [projectId, accountId, at],
  );
}

/** The read model's rows in Postgres. */
export const postgresAccountRows: AccountRows = {
  keep: keepRow,
  keepUse,
  async clear(sql) {
    await sql.query('delete from account_rows');
    await sql.query('delete from early_uses');
  },
};
