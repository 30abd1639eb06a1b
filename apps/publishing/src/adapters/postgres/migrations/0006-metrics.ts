import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the platforms told of published posts, until it is asked for again. */
export class Metrics1765065600007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table target_metrics (
        project_id uuid not null,
        target_id uuid not null primary key references targets (id) on delete cascade,
        metrics jsonb,
        read_at timestamptz,
        asked_at timestamptz not null,
        problem jsonb
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
