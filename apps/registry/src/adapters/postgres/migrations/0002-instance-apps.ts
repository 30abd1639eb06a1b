import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apps that Plaza registered by itself at the servers of a platform, one per project and server. */
export class InstanceApps1765065600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table instance_apps (
        project_id uuid not null,
        id uuid not null primary key,
        platform text not null,
        mode text not null,
        instance text not null,
        client_id text not null,
        client_secret bytea not null,
        created_at timestamptz not null,
        unique (project_id, platform, mode, instance)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
