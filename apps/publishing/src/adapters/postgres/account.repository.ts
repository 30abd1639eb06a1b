import type { Sql } from '@plaza/messaging';
import type { Account } from '../../application/ports.ts';

/** Keeps an account as it stands; what is older than what is held is dropped, but for what was not known at all. */
export async function keepAccount(sql: Sql, projectId: string, account: Account): Promise<void> {
  await sql.query(
    `insert into accounts (project_id, account_id, platform, mode, profile_id, app_id, platform_user_id, username, facts, state, sequence)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (account_id) do update set profile_id = excluded.profile_id, app_id = excluded.app_id, username = excluded.username,
       facts = coalesce(excluded.facts, accounts.facts), state = excluded.state, sequence = excluded.sequence
       where accounts.sequence < excluded.sequence or accounts.facts is null`,
    [
      ...[projectId, account.accountId, account.platform, account.mode, account.profileId, account.appId],
      ...[account.platformUserId, account.username, account.facts, account.state, account.sequence],
    ],
  );
}

/** Where what changes of an account while it is connected is kept. */
const COLUMNS = { state: 'state', profileId: 'profile_id', username: 'username', facts: 'facts' } as const satisfies Partial<Record<keyof Account, string>>;

/** Changes something of an account that is known; an unknown one is asked for when it is needed. */
export async function changeAccount(sql: Sql, accountId: string, sequence: number, change: Partial<Pick<Account, keyof typeof COLUMNS>>): Promise<void> {
  const names = Object.keys(change) as (keyof typeof COLUMNS)[];
  const changes = names.map((name, index) => `, ${COLUMNS[name]} = $${index + 3}`).join('');
  await sql.query(`update accounts set sequence = $2${changes} where account_id = $1 and sequence < $2`, [accountId, sequence, ...names.map((name) => change[name])]);
}
