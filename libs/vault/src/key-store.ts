/** What the vault needs of a database session; a transaction of any client fits. */
export interface Sql {
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** A project key as it is stored: wrapped. */
export interface WrappedKey {
  readonly keyId: string;
  readonly version: number;
  /** Id of the key-encryption key that wraps it. */
  readonly kekId: string;
  readonly wrapped: Buffer;
}

/** Tables of the vault in a service's schema. `project_keys` and `secret_access` carry the project, `vault_keks` has no tenant data. */
export const VAULT_TABLES = `
create table project_keys (
  project_id uuid not null,
  key_id uuid not null,
  version integer not null,
  kek_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (project_id, version)
);
create table vault_keks (
  kek_id text primary key,
  check_value bytea not null,
  created_at timestamptz not null default now()
);
create table secret_access (
  project_id uuid not null,
  sequence bigint not null,
  at timestamptz not null,
  actor text not null,
  purpose text not null,
  subject text not null,
  hash bytea not null,
  primary key (project_id, sequence)
);
create table secret_access_heads (
  project_id uuid primary key,
  sequence bigint not null,
  hash bytea not null
);
`;

/** Wrapped project keys in the service's own schema. */
export const keyStore = {
  /** The key that new records of the project are sealed under; undefined before the first. */
  async current(sql: Sql, projectId: string): Promise<WrappedKey | undefined> {
    const rows = await sql.query<WrappedKey>(
      `select key_id as "keyId", version, kek_id as "kekId", wrapped from project_keys where project_id = $1 order by version desc limit 1`,
      [projectId],
    );
    return rows[0];
  },

  async byVersion(sql: Sql, projectId: string, version: number): Promise<WrappedKey | undefined> {
    const rows = await sql.query<WrappedKey>(
      `select key_id as "keyId", version, kek_id as "kekId", wrapped from project_keys where project_id = $1 and version = $2`,
      [projectId, version],
    );
    return rows[0];
  },

  /** Adds a key unless another caller was first. */
  async add(sql: Sql, projectId: string, key: WrappedKey): Promise<void> {
    await sql.query(
      `insert into project_keys (project_id, key_id, version, kek_id, wrapped) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [projectId, key.keyId, key.version, key.kekId, key.wrapped],
    );
  },

  /** Destroys a project's keys: everything sealed under them is gone for good. */
  async destroy(sql: Sql, projectId: string): Promise<void> {
    await sql.query('delete from project_keys where project_id = $1', [projectId]);
  },
};
