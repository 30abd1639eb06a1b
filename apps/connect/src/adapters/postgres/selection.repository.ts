import type { Tx } from '@plaza/chassis';
import type { Selection, SelectionRepository } from '../../application/ports.ts';

const COLUMNS = `project_id as "projectId", id, platform, mode, app, profile_id as "profileId", redirect_uri as "redirectUri", instance, login, scopes,
  accounts as "sealedAccounts"`;

/** Choices among accounts, in Postgres. */
export class PostgresSelectionRepository implements SelectionRepository {
  async add(tx: Tx, selection: Selection, hash: Buffer, lifeSeconds: number): Promise<void> {
    const { projectId, id, platform, mode, app, profileId, redirectUri, instance, login, scopes, sealedAccounts } = selection;
    await tx.query(
      `insert into connect_selections (project_id, id, token_hash, platform, mode, app, profile_id, redirect_uri, instance, login, scopes, accounts, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + make_interval(secs => $13))`,
      [projectId, id, hash, platform, mode, app === null ? null : JSON.stringify(app), profileId, redirectUri, instance, login, scopes, sealedAccounts, lifeSeconds],
    );
  }

  async find(tx: Tx, hash: Buffer): Promise<{ selection: Selection; expiresInSeconds: number } | undefined> {
    const [row] = await tx.query<Selection & { readonly expiresInSeconds: number }>(
      `select ${COLUMNS}, floor(extract(epoch from expires_at - now()))::int as "expiresInSeconds" from connect_selections where token_hash = $1 and expires_at > now()`,
      [hash],
    );
    if (row === undefined) return undefined;
    const { expiresInSeconds, ...selection } = row;
    return { selection, expiresInSeconds };
  }

  async consume(tx: Tx, hash: Buffer): Promise<Selection | undefined> {
    const [row] = await tx.query<Selection>(`delete from connect_selections where token_hash = $1 and expires_at > now() returning ${COLUMNS}`, [hash]);
    return row;
  }

  async purgeExpired(tx: Tx): Promise<void> {
    await tx.query('delete from connect_selections where expires_at < now()');
  }
}
