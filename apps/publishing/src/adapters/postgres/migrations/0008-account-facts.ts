import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an account may do, so that what it may not is refused before anything is scheduled. */
export class AccountFacts1765065600009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table accounts add column facts jsonb');
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
