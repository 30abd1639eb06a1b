import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that customers upload. What no post names in time is deleted. */
export class Uploads1765065600006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table media_uploads (
        project_id uuid not null,
        id uuid not null primary key,
        filename text not null,
        mime_type text not null,
        size_bytes bigint,
        sha256 text,
        is_stored boolean not null default false,
        created_at timestamptz not null,
        expires_at timestamptz not null
      );
      create index media_uploads_expiry on media_uploads (expires_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
