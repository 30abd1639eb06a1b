import type { Tx } from '@plaza/chassis';
import { CREDENTIAL_PLATFORMS, type Platform } from '@plaza/contracts';
import type { AccountTurn, GrantRow, IntegrationFilter, IntegrationRepository } from '../../application/ports.ts';
import type { Integration } from '../../domain/integration.ts';

/** In rows of the code from before there was a choice. */
const METHOD = `coalesce(method, case when platform = any('{${CREDENTIAL_PLATFORMS.join(',')}}') then 'credentials' else 'oauth' end) as method`;

const COLUMNS = `id, project_id as "projectId", platform, mode, ${METHOD}, instance, login, platform_user_id as "platformUserId", username, display_name as "displayName",
  profile_url as "profileUrl", image_url as "imageUrl", metadata, profile_id as "profileId", app, redirect_uri as "redirectUri", scopes,
  grant_revision as "grantRevision", granted_at as "grantedAt", access_expires_at as "accessExpiresAt", refresh_expires_at as "refreshExpiresAt",
  refresh_due_at as "refreshDueAt", auth_status as "authStatus", auth_failure_reason as "authFailureReason",
  auth_failure_message as "authFailureMessage", sequence::int as sequence, created_at as "createdAt", updated_at as "updatedAt",
  disconnected_at as "disconnectedAt"`;

const SAVE = `insert into integrations (
    id, project_id, platform, mode, platform_user_id, username, display_name, profile_url, image_url, metadata, profile_id, app, app_id, redirect_uri,
    scopes, grant_revision, granted_at, access_expires_at, refresh_expires_at, refresh_due_at, auth_status, auth_failure_reason, auth_failure_message,
    sequence, created_at, updated_at, disconnected_at, method, instance, login)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
  on conflict (id) do update set
    username = excluded.username, display_name = excluded.display_name, profile_url = excluded.profile_url, image_url = excluded.image_url,
    metadata = excluded.metadata, profile_id = excluded.profile_id, app = excluded.app, app_id = excluded.app_id, redirect_uri = excluded.redirect_uri,
    scopes = excluded.scopes, grant_revision = excluded.grant_revision, granted_at = excluded.granted_at, access_expires_at = excluded.access_expires_at,
    refresh_expires_at = excluded.refresh_expires_at, refresh_due_at = excluded.refresh_due_at, auth_status = excluded.auth_status,
    auth_failure_reason = excluded.auth_failure_reason, auth_failure_message = excluded.auth_failure_message, sequence = excluded.sequence,
    updated_at = excluded.updated_at, disconnected_at = excluded.disconnected_at, method = excluded.method, instance = excluded.instance, login = excluded.login`;

/** Where the last turn is kept, and since when the next one counts. */
const TURNS = {
  validation: { column: 'validated_at', last: 'greatest(granted_at, validated_at)' },
  reading: { column: 'read_at', last: 'coalesce(read_at, created_at)' },
} as const satisfies Record<AccountTurn, unknown>;

/** Integrations in Postgres. */
export class PostgresIntegrationRepository implements IntegrationRepository {
  async find(tx: Tx, id: string, lock?: 'for_update'): Promise<Integration | undefined> {
    const [row] = await tx.query<Integration>(
      `select ${COLUMNS} from integrations where id = $1 and disconnected_at is null${lock === undefined ? '' : ' for update'}`,
      [id],
    );
    return row;
  }

  async findAccount(tx: Tx, account: Pick<Integration, 'platform' | 'mode' | 'platformUserId' | 'profileId'>): Promise<Integration | undefined> {
    const [row] = await tx.query<Integration>(
      `select ${COLUMNS} from integrations
       where platform = $1 and mode = $2 and platform_user_id = $3 and profile_id is not distinct from $4 and disconnected_at is null for update`,
      [account.platform, account.mode, account.platformUserId, account.profileId],
    );
    return row;
  }

  async list(tx: Tx, filter: IntegrationFilter): Promise<{ total: number; integrations: Integration[] }> {
    const where = `disconnected_at is null
      and ($1::text[] is null or platform = any($1))
      and (not $2::boolean or profile_id is not distinct from $3::uuid)
      and ($4::text is null or username ilike $5 or display_name ilike $5 or platform_user_id ilike $5 or id::text = $4)`;
    const like = filter.q === undefined ? null : `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const parameters = [filter.platforms ?? null, filter.profileId !== undefined, filter.profileId ?? null, filter.q ?? null, like];
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total from integrations where ${where}`, parameters);
    const direction = filter.sort === 'asc' ? 'asc' : 'desc';
    const integrations = await tx.query<Integration>(
      `select ${COLUMNS} from integrations where ${where} order by created_at ${direction}, id ${direction} limit $6 offset $7`,
      [...parameters, filter.limit, filter.offset],
    );
    return { total: count?.total ?? 0, integrations };
  }

  async save(tx: Tx, i: Integration, sealedGrant?: Buffer | null): Promise<void> {
    await tx.query(SAVE, [
      ...[i.id, i.projectId, i.platform, i.mode, i.platformUserId, i.username, i.displayName, i.profileUrl, i.imageUrl, i.metadata, i.profileId],
      ...[i.app === null ? null : JSON.stringify(i.app), i.app?.id ?? null, i.redirectUri, i.scopes, i.grantRevision, i.grantedAt],
      ...[i.accessExpiresAt, i.refreshExpiresAt, i.refreshDueAt, i.authStatus, i.authFailureReason, i.authFailureMessage, i.sequence],
      ...[i.createdAt, i.updatedAt, i.disconnectedAt, i.method, i.instance, i.login],
    ]);
    if (sealedGrant === undefined) return;
    await tx.query(
      `update integrations set grant_sealed = $2, refresh_owner = null, refresh_claimed_at = null, refresh_answer = null, refresh_failures = 0 where id = $1`,
      [i.id, sealedGrant],
    );
  }

  async grant(tx: Tx, id: string): Promise<GrantRow | undefined> {
    const [row] = await tx.query<GrantRow>(
      `select grant_sealed as sealed, refresh_owner as "refreshOwner", refresh_answer as "refreshAnswer", refresh_failures as "refreshFailures",
         (extract(epoch from now() - refresh_claimed_at) * 1000)::float8 as "claimAgeMs"
       from integrations where id = $1`,
      [id],
    );
    return row;
  }

  async activeGrants(tx: Tx, ids: readonly string[]): Promise<{ integration: Integration; sealed: Buffer }[]> {
    const rows = await tx.query<Integration & { sealed: Buffer }>(
      `select ${COLUMNS}, grant_sealed as sealed from integrations
       where id = any($1::uuid[]) and disconnected_at is null and auth_status = 'active' and grant_sealed is not null`,
      [ids],
    );
    return rows.map(({ sealed, ...integration }) => ({ integration, sealed }));
  }

  async claimRefresh(tx: Tx, id: string, owner: string): Promise<void> {
    await tx.query('update integrations set refresh_owner = $2, refresh_claimed_at = now(), refresh_answer = null where id = $1', [id, owner]);
  }

  async keepAnswer(tx: Tx, id: string, owner: string, sealedAnswer: Buffer): Promise<boolean> {
    const rows = await tx.query('update integrations set refresh_answer = $3 where id = $1 and refresh_owner = $2 returning id', [id, owner, sealedAnswer]);
    return rows.length > 0;
  }

  async endRefresh(tx: Tx, id: string, retryInMs: number): Promise<void> {
    await tx.query(
      `update integrations set refresh_owner = null, refresh_claimed_at = null, refresh_answer = null, refresh_failures = refresh_failures + 1,
         refresh_due_at = now() + make_interval(secs => $2 / 1000.0) where id = $1`,
      [id, retryInMs],
    );
  }

  async dueForRefresh(tx: Tx, limit: number): Promise<{ due: { id: string; projectId: string }[]; nextInMs: number | null }> {
    const rows = await tx.query<{ id: string; projectId: string; inMs: number }>(
      `select id, project_id as "projectId", (extract(epoch from refresh_due_at - now()) * 1000)::float8 as "inMs"
       from integrations where disconnected_at is null and auth_status = 'active' and refresh_due_at is not null order by refresh_due_at limit $1`,
      [limit],
    );
    const next = rows.find(({ inMs }) => inMs > 0);
    return { due: rows.filter(({ inMs }) => inMs <= 0), nextInMs: next?.inMs ?? null };
  }

  async takeTurns(tx: Tx, turn: AccountTurn, everyMs: ReadonlyMap<Platform, number>, limit: number): Promise<{ id: string; projectId: string }[]> {
    const { column, last } = TURNS[turn];
    return tx.query<{ id: string; projectId: string }>(
      `update integrations set ${column} = now() where id in (
         select i.id from integrations as i join unnest($1::text[], $2::float8[]) as wanted (platform, every_ms) using (platform)
         where disconnected_at is null and auth_status = 'active' and grant_sealed is not null
           and ${last} <= now() - make_interval(secs => every_ms / 1000)
         order by ${last} limit $3 for update of i skip locked)
       returning id, project_id as "projectId"`,
      [[...everyMs.keys()], [...everyMs.values()], limit],
    );
  }
}
