import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What figures and traces need. The trace of the request that made a post joins it to the platform's call, which no event connects; a post
 * from before, or of a replica that does not know the column, has none. Drafts and unconfirmed targets are counted without a look at all
 * that ended; every other state that is counted has its index already.
 */
export class Observe1764979200004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table posts add column traceparent text;
      create index targets_resting on targets (state) where state in ('draft', 'unconfirmed');
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
