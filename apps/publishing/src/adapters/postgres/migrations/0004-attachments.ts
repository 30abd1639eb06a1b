import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that a target's options or the post's items name beside the media: covers, media of a thread's further posts. */
export class Attachments1765065600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table targets add column attachments jsonb not null default '[]';`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
