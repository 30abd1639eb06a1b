import type { Tx } from '@plaza/chassis';
import type { KeyRepository } from '../../application/ports.ts';
import type { ApiKey } from '../../domain/api-key.ts';

const COLUMNS = `id, project_id as "projectId", public_id as "publicId", secret_hash as "secretHash", name, mode, scopes,
  created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

/** API keys in Postgres. */
export class PostgresKeyRepository implements KeyRepository {
  async add(tx: Tx, key: ApiKey): Promise<void> {
    await tx.query(
      `insert into api_keys (project_id, id, public_id, secret_hash, name, mode, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [key.projectId, key.id, key.publicId, key.secretHash, key.name, key.mode, key.scopes, key.createdAt, key.expiresAt],
    );
  }

  async list(tx: Tx, page: number, limit: number): Promise<{ total: number; keys: ApiKey[] }> {
    const [count] = await tx.query<{ total: number }>('select count(*)::int as total from api_keys');
    const keys = await tx.query<ApiKey>(`select ${COLUMNS} from api_keys order by created_at desc, id desc limit $1 offset $2`, [limit, (page - 1) * limit]);
    return { total: count?.total ?? 0, keys };
  }

  async revoke(tx: Tx, id: string, at: Date): Promise<ApiKey | undefined> {
    const [key] = await tx.query<ApiKey>(`update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1 returning ${COLUMNS}`, [id, at]);
    return key;
  }

  async byPublicId(tx: Tx, publicId: string): Promise<ApiKey | undefined> {
    const [key] = await tx.query<ApiKey>(
      `select ${COLUMNS} from api_keys where public_id = $1
       and exists (select 1 from projects where projects.project_id = api_keys.project_id and deleted_at is null)`,
      [publicId],
    );
    return key;
  }

  async revokedSince(tx: Tx, since: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('select id from api_keys where revoked_at > $1', [since]);
    return rows.map(({ id }) => id);
  }

  async noteUses(tx: Tx, uses: ReadonlyMap<string, Date>): Promise<void> {
    await tx.query(
      `update api_keys set last_used_at = greatest(last_used_at, used.at)
       from unnest($1::uuid[], $2::timestamptz[]) as used (id, at) where api_keys.id = used.id`,
      [[...uses.keys()], [...uses.values()]],
    );
  }
}
