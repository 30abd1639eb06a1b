import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What publications took of the platforms' budgets: posts a day, quota units. */
export class Budgets1765065600008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table budget_spends (
        project_id uuid not null,
        target_id uuid not null references targets (id) on delete cascade,
        part integer not null,
        owner text not null,
        unit text not null,
        units integer not null,
        spent_at timestamptz not null,
        primary key (target_id, part, unit)
      );
      create index budget_spends_owner on budget_spends (owner, unit, spent_at);
      create index budget_spends_age on budget_spends (spent_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
