import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One account of a platform may be connected more than once, and look-ups have to know what else goes out there: which connections it has, and what they do. */
export class SameAccounts1765152000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index accounts_of_platform on accounts (platform, mode, platform_user_id);
      create index targets_under_way on targets (account_id)
        where state in ('claimed', 'dispatching', 'unknown', 'reconciling') or (state = 'due' and had_unknown);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
