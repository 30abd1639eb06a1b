import { testDatabase } from '@plaza/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { provisionDatabase, type ServiceSchema } from './provision.ts';

class First1763769600000 implements MigrationInterface {
  readonly name: string = 'First1763769600000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table first_things (project_id uuid not null, name text); create table constants (name text)');
  }
  async down(): Promise<void> {
    throw new Error('Migrations are not undone.');
  }
}

class Second1763769600001 extends First1763769600000 {
  override readonly name: string = 'Second1763769600001';
  override async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table second_things (project_id uuid not null)');
  }
}

class Untenanted1763769600002 extends First1763769600000 {
  override readonly name: string = 'Untenanted1763769600002';
  override async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table forgotten (name text)');
  }
}

const untenanted = { constants: 'the same for all' };
const old: ServiceSchema = { service: 'accounts', migrations: [First1763769600000], untenanted };
const database = await testDatabase();
const provision = (schema: ServiceSchema) => provisionDatabase(database.adminUrl, [schema], database.internalKey);
const protectedTables = async () =>
  (await database.asAdmin<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'accounts' and rowsecurity order by 1`)).map(({ name }) => name);

/** Until a provisioning waits for what another session has changed. */
async function isWaiting(): Promise<void> {
  const rows = await database.asAdmin(`select 1 from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0 and query like 'alter role plaza_accounts%'`);
  if (rows.length === 0) await isWaiting();
}

beforeEach(() => database.asAdmin('drop schema accounts cascade'));
afterAll(() => database.drop());

describe('provisioning', () => {
  test('can be done by several at once, and again', async () => {
    await Promise.all([provision(old), provision(old), provision(old)]);
    await provision(old);
    expect(await database.asAdmin('select name from accounts.schema_migrations')).toEqual([{ name: 'First1763769600000' }]);
    expect(await protectedTables()).toEqual(['first_things']);
  });

  test('can be done while another database of the server changes the same roles', async () => {
    const other = await testDatabase();
    const neighbour = new pg.Client({ connectionString: other.adminUrl });
    await neighbour.connect();
    await neighbour.query(`begin; alter role plaza_accounts connection limit 7`);
    const provisioned = provision(old);
    await isWaiting();
    await neighbour.query(`alter role plaza_accounts connection limit -1; commit`);
    await provisioned;
    expect(await protectedTables()).toEqual(['first_things']);
    await neighbour.end();
    await other.drop();
  });

  test('protects the tables that a later migration brings', async () => {
    await provision(old);
    await provision({ ...old, migrations: [First1763769600000, Second1763769600001] });
    expect(await protectedTables()).toEqual(['first_things', 'second_things']);
  });

  test('refuses a table without a project that no one declared', async () => {
    await expect(provision({ ...old, migrations: [First1763769600000, Untenanted1763769600002] })).rejects.toThrow('project_id');
  });
});
