import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Publications of several visible calls: what of each is visible, and whether a restore leaves the rest in doubt. A worker of the version
 * before knows of neither, so workers are upgraded before what accepts posts.
 */
export class Parts1765065600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table targets add column parts jsonb not null default '[]', add column was_restored boolean not null default false;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
