import { isId, type UnitOfWork } from '@plaza/chassis';
import type { Mode, Platform } from '@plaza/contracts';
import type { Account, AccountDirectory, Credentials } from '../../application/ports.ts';
import { keepAccount } from '../postgres/account.repository.ts';

const COLUMNS = `account_id as "accountId", platform, mode, profile_id as "profileId", app_id as "appId", platform_user_id as "platformUserId",
  username, facts, state, sequence::int as sequence`;

/** The accounts that events have told of. One that is not known yet may just have been connected, so connect itself is asked. */
export class EventedAccountDirectory implements AccountDirectory {
  constructor(
    private readonly work: UnitOfWork,
    private readonly credentials: Credentials,
  ) {}

  async find(projectId: string, accountIds: readonly string[]): Promise<Map<string, Account>> {
    const ids = [...new Set(accountIds.filter(isId))];
    const rows = await this.work.tenant(projectId, (tx) => tx.query<Account>(`select ${COLUMNS} from accounts where account_id = any($1::uuid[])`, [ids]));
    const known = new Map(rows.map((row) => [row.accountId, row]));
    for (const id of ids.filter((one) => (known.get(one)?.facts ?? null) === null)) {
      const account = await this.ask(projectId, id);
      if (account !== undefined) known.set(id, account);
    }
    return known;
  }

  async ask(projectId: string, accountId: string): Promise<Account | undefined> {
    const account = await this.credentials.account(projectId, accountId);
    if (account !== undefined) await this.work.tenant(projectId, (tx) => keepAccount(tx, projectId, account));
    return account;
  }

  async first(projectId: string, platform: Platform, mode: Mode): Promise<Account | undefined> {
    // Ids of accounts are in the order of their making.
    const rows = await this.work.tenant(projectId, (tx) =>
      tx.query<Account>(`select ${COLUMNS} from accounts where platform = $1 and mode = $2 and state <> 'disconnected' order by account_id limit 1`, [platform, mode]),
    );
    return rows[0];
  }
}
