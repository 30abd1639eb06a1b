import type { Tx } from '@plaza/chassis';
import type { ApiKey } from '../domain/api-key.ts';

export interface Project {
  readonly projectId: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface KeyRepository {
  add(tx: Tx, key: ApiKey): Promise<void>;
  list(tx: Tx, page: number, limit: number): Promise<{ readonly total: number; readonly keys: readonly ApiKey[] }>;
  /** Marks a key as revoked; the key, or undefined when there is no such one. Revoking twice keeps the first time. */
  revoke(tx: Tx, id: string, at: Date): Promise<ApiKey | undefined>;
  /** Over all projects; for the system's transaction. */
  byPublicId(tx: Tx, publicId: string): Promise<ApiKey | undefined>;
  /** Ids of keys revoked since `since`; for the system's transaction. */
  revokedSince(tx: Tx, since: Date): Promise<readonly string[]>;
  /** Writes last uses in one statement; for the system's transaction. */
  noteUses(tx: Tx, uses: ReadonlyMap<string, Date>): Promise<void>;
}
