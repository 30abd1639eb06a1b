import type { Tx } from '@plaza/chassis';
import type { ConnectSession, SessionRepository } from '../../application/ports.ts';

/** Connect sessions and redirect allow-lists in Postgres. */
export class PostgresSessionRepository implements SessionRepository {
  async add(tx: Tx, session: ConnectSession, hash: Buffer, lifeSeconds: number): Promise<void> {
    await tx.query(
      `insert into connect_sessions (project_id, id, state_hash, platform, mode, app_id, app, profile_id, integration_id, redirect_uri, cancel_redirect_uri, code_verifier,
         expires_at, scopes, is_headless, instance, login)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + make_interval(secs => $13), $14, $15, $16, $17)`,
      [
        ...[session.projectId, session.id, hash, session.platform, session.mode, session.app?.id ?? null],
        ...[session.app === null ? null : JSON.stringify(session.app), session.profileId, session.integrationId],
        ...[session.redirectUri, session.cancelRedirectUri, session.sealedVerifier, lifeSeconds],
        ...[session.scopes, session.isHeadless, session.instance, session.login],
      ],
    );
  }

  async consume(tx: Tx, hash: Buffer): Promise<ConnectSession | undefined> {
    const [row] = await tx.query<ConnectSession & { readonly isAlive: boolean }>(
      `delete from connect_sessions where state_hash = $1
       returning project_id as "projectId", id, platform, mode, app, profile_id as "profileId", integration_id as "integrationId",
         redirect_uri as "redirectUri", cancel_redirect_uri as "cancelRedirectUri", code_verifier as "sealedVerifier",
         scopes, is_headless as "isHeadless", instance, login, expires_at > now() as "isAlive"`,
      [hash],
    );
    return row?.isAlive === true ? row : undefined;
  }

  async purgeExpired(tx: Tx): Promise<void> {
    await tx.query('delete from connect_sessions where expires_at < now()');
  }

  async allowList(tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ uri: string }>('select uri from redirect_allow_list');
    return rows.map(({ uri }) => uri);
  }

  async allow(tx: Tx, projectId: string, uri: string): Promise<void> {
    await tx.query('insert into redirect_allow_list (project_id, uri) values ($1, $2) on conflict do nothing', [projectId, uri]);
  }

  async disallow(tx: Tx, uri: string): Promise<boolean> {
    return (await tx.query('delete from redirect_allow_list where uri = $1 returning uri', [uri])).length > 0;
  }
}
