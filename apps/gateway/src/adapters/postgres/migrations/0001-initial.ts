import { IDEMPOTENCY_TABLE } from '@plaza/chassis';
import { MESSAGING_TABLES } from '@plaza/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The gateway's first tables. */
export class Initial1763769600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projects (
        project_id uuid primary key,
        name text not null unique,
        settings jsonb not null default '{}',
        created_at timestamptz not null,
        deleted_at timestamptz
      );
      create table api_keys (
        project_id uuid not null references projects,
        id uuid primary key,
        public_id text not null unique,
        secret_hash bytea not null,
        name text not null,
        mode text not null check (mode in ('live', 'test')),
        scopes text[] not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      );
      create index api_keys_project on api_keys (project_id, created_at);
      ${MESSAGING_TABLES}
      ${IDEMPOTENCY_TABLE}
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
