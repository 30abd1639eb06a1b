import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Some platforms want a token to be validated now and then; null before the first time. */
export class Validation1765152000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table integrations add column validated_at timestamptz;
      create index integrations_platform on integrations (platform) where disconnected_at is null and auth_status = 'active';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
