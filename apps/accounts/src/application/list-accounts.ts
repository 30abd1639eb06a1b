import type { UnitOfWork } from '@plaza/chassis';
import type { AccountRow, Mode } from '@plaza/contracts';

interface StoredRow {
  readonly provider: AccountRow['provider'];
  readonly kind: AccountRow['kind'];
  readonly connected_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
}

/** The connected accounts of a project, as Post-EZ lists them. */
export class ListAccounts {
  constructor(private readonly work: UnitOfWork) {}

  async execute(projectId: string, mode: Mode): Promise<AccountRow[]> {
    const rows = await this.work.tenant(projectId, (tx) =>
      tx.query<StoredRow>(
        `select provider, kind, connected_at, last_used_at, expires_at from account_rows
         where project_id = $1 and mode = $2 and is_connected
         order by kind, provider, connected_at, account_id`,
        [projectId, mode],
      ),
    );
    return rows.map(({ provider, kind, connected_at: connectedAt, last_used_at: lastUsedAt, expires_at: expiresAt }) => ({
      provider,
      kind,
      connected_at: connectedAt.toISOString(),
      last_used_at: lastUsedAt?.toISOString() ?? null,
      expires_at: expiresAt?.toISOString() ?? null,
    }));
  }
}
