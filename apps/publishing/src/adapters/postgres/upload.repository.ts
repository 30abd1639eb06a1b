import type { Tx } from '@plaza/chassis';
import type { Upload, UploadRepository } from '../../application/ports.ts';

/** After it has ended, a post that was just being made may still come to name an upload. */
const IS_OVER = `expires_at <= now() - interval '1 hour'`;

const COLUMNS = `project_id as "projectId", id, filename, mime_type as "mimeType", size_bytes::float8 as "sizeBytes", sha256, is_stored as "isStored", expires_at as "expiresAt"`;

/** Uploads in Postgres. */
export class PostgresUploadRepository implements UploadRepository {
  async add(tx: Tx, upload: Upload, at: Date): Promise<void> {
    const { projectId, id, filename, mimeType, sizeBytes, sha256, expiresAt } = upload;
    await tx.query(
      'insert into media_uploads (project_id, id, filename, mime_type, size_bytes, sha256, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [projectId, id, filename, mimeType, sizeBytes, sha256, at, expiresAt],
    );
  }

  async find(tx: Tx, id: string): Promise<Upload | undefined> {
    const [row] = await tx.query<Upload>(`select ${COLUMNS} from media_uploads where id = $1 and expires_at > now()`, [id]);
    return row;
  }

  async markStored(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query('update media_uploads set is_stored = true where id = $1 and not is_stored returning id', [id])).length > 0;
  }

  async keep(tx: Tx, ids: readonly string[], until: Date): Promise<void> {
    await tx.query('update media_uploads set expires_at = greatest(expires_at, $2) where id = any($1::uuid[])', [ids, until]);
  }

  async expired(tx: Tx, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`select id from media_uploads where ${IS_OVER} order by expires_at limit $1`, [limit]);
    return rows.map(({ id }) => id);
  }

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query(`delete from media_uploads where id = any($1::uuid[]) and ${IS_OVER}`, [ids]);
  }
}
