import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Two ways to connect one platform (without a word in `method` it was the usual one of the platform, the only one that older code knows),
 * servers that accounts name, and choosing among the accounts that a consent reaches.
 */
export class Selection1765065600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table integrations
        add column method text,
        add column instance text,
        add column login text;
      alter table connect_sessions
        add column scopes text[] not null default '{}',
        add column is_headless boolean not null default false,
        add column instance text,
        add column login text;
      create table connect_selections (
        project_id uuid not null,
        id uuid not null,
        token_hash bytea primary key,
        platform text not null,
        mode text not null,
        app jsonb,
        profile_id uuid,
        redirect_uri text,
        instance text,
        login text,
        scopes text[] not null,
        accounts bytea not null,
        expires_at timestamptz not null
      );
      create index connect_selections_expiry on connect_selections (expires_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
