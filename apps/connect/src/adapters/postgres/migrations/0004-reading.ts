import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts are read again now and then; null before the first time. */
export class Reading1765238400004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table integrations add column read_at timestamptz;
      create index integrations_reading on integrations (platform, coalesce(read_at, created_at)) where disconnected_at is null and auth_status = 'active';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
