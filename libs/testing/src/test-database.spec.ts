import pg from 'pg';
import { testDatabase, testWork } from './test-database.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';

describe('a test database', () => {
  test('holds the schema of every service, and nothing of another spec file', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    const work = await testWork(one, 'gateway');
    await work.system((tx) => tx.query('insert into projects (project_id, name, created_at) values ($1, $2, now())', [PROJECT, 'one']));
    expect(await one.asAdmin('select name from gateway.projects')).toEqual([{ name: 'one' }]);
    expect(await two.asAdmin('select name from gateway.projects')).toEqual([]);
    const schemas = await one.asAdmin<{ name: string }>(`select schemaname as name from pg_tables where tablename = 'outbox' order by 1`);
    expect(schemas.map(({ name }) => name)).toEqual(['accounts', 'connect', 'gateway', 'publishing', 'registry']);
    await Promise.all([one.drop(), two.drop()]);
  });

  test('is asked for over a connection that no one keeps: one at rest can end while the next file asks', async () => {
    const answer = await fetch(process.env['PLAZA_TEST_DATABASE'] ?? '');
    expect(await answer.json()).toMatchObject({ template: 'plaza_template' });
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('fails the file that leaves a connection open, and names the connection', async () => {
    const database = await testDatabase();
    const leak = new pg.Client({ connectionString: database.adminUrl, application_name: 'forgotten' });
    leak.on('error', () => undefined);
    await leak.connect();
    await leak.query('select 42');
    await expect(database.drop()).rejects.toThrow('forgotten (idle): select 42');
  });
});
