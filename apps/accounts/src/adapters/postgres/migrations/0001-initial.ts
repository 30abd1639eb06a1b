import { MESSAGING_TABLES } from '@plaza/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of connected accounts. */
export class Initial1763769600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account_rows (
        project_id uuid not null,
        account_id uuid primary key,
        provider text not null,
        mode text not null,
        kind text not null,
        connected_at timestamptz not null,
        last_used_at timestamptz,
        expires_at timestamptz,
        is_connected boolean not null,
        sequence bigint not null
      );
      create index account_rows_list on account_rows (project_id, mode, kind, provider, connected_at, account_id) where is_connected;
      create table early_uses (
        project_id uuid not null,
        account_id uuid primary key,
        last_used_at timestamptz not null
      );
      ${MESSAGING_TABLES}
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
