import { testDatabase } from '@plaza/testing';
import { UnitOfWork, type Tx } from './unit-of-work.ts';

const ONE = '0198c0de-0000-7000-8000-00000000000a';
const TWO = '0198c0de-0000-7000-8000-00000000000b';
const database = await testDatabase();
const source = await database.source('gateway');
const work = new UnitOfWork(source, 'gateway');
afterAll(() => database.drop());

const ALL = 'select project_id as id from projects order by name';
const insert = (tx: Tx, id: string, name: string) => tx.query('insert into projects (project_id, name, created_at) values ($1, $2, now())', [id, name]);
const everyName = async () => (await database.asAdmin<{ name: string }>('select name from gateway.projects order by name')).map(({ name }) => name);

beforeEach(async () => {
  await database.asAdmin('truncate gateway.projects cascade');
  await work.tenant(ONE, (tx) => insert(tx, ONE, 'one'));
  await work.tenant(TWO, (tx) => insert(tx, TWO, 'two'));
});

describe("a tenant's transaction", () => {
  test("sees its own project's rows only, whatever it asks for", async () => {
    expect(await work.tenant(ONE, (tx) => tx.query(ALL))).toEqual([{ id: ONE }]);
    expect(await work.tenant(TWO, (tx) => tx.query(ALL))).toEqual([{ id: TWO }]);
    expect(await work.tenant(ONE, (tx) => tx.query('select 1 from gateway.projects where project_id = $1', [TWO]))).toEqual([]);
    expect(await work.tenant(ONE, (tx) => tx.manager.query('select count(*)::integer as count from projects'))).toEqual([{ count: 1 }]);
  });

  test("can neither change, nor delete, nor add, nor take over another project's rows", async () => {
    expect(await work.tenant(ONE, (tx) => tx.query(`update projects set name = 'mine' where project_id = $1 returning 1`, [TWO]))).toEqual([]);
    expect(await work.tenant(ONE, (tx) => tx.query('delete from projects where project_id = $1 returning 1', [TWO]))).toEqual([]);
    await expect(work.tenant(ONE, (tx) => insert(tx, '0198c0de-0000-7000-8000-00000000000c', 'three'))).rejects.toThrow('row-level security');
    await expect(work.tenant(ONE, (tx) => tx.query('update projects set project_id = $1', ['0198c0de-0000-7000-8000-00000000000c']))).rejects.toThrow('row-level security');
    expect(await everyName()).toEqual(['one', 'two']);
  });

  test('leaves no trace of its project on the connection', async () => {
    await work.tenant(ONE, async () => undefined);
    const failing = work.tenant(ONE, async () => {
      throw new Error('The business failed.');
    });
    await expect(failing).rejects.toThrow();
    expect(await source.query(ALL)).toEqual([]);
  });

  test('takes nothing for a project that is no id', async () => {
    await expect(work.tenant(`'; set role plaza_gateway_system; --`, (tx) => tx.query(ALL))).rejects.toThrow('A project id is a UUID.');
  });
});

describe('a session without a project', () => {
  test('sees nothing and writes nothing', async () => {
    expect(await source.query(ALL)).toEqual([]);
    expect((await source.query(`update projects set name = 'x' returning 1`)) as unknown).toEqual([[], 0]);
    await expect(source.query(`insert into projects values ($1, 'x', '{}', now())`, [ONE])).rejects.toThrow('row-level security');
  });
});

describe('the transaction of the system', () => {
  test('sees every project, and its rights end with it', async () => {
    expect(await work.system((tx) => tx.query(ALL))).toEqual([{ id: ONE }, { id: TWO }]);
    expect(await source.query(ALL)).toEqual([]);
  });
});

describe('any transaction', () => {
  test('is rolled back when its work fails, and its effects do not run', async () => {
    let ran = 0;
    const failing = work.tenant(ONE, async (tx) => {
      tx.afterCommit(() => (ran += 1));
      await tx.query(`update projects set name = 'changed'`);
      throw new Error('The business failed.');
    });
    await expect(failing).rejects.toThrow('The business failed.');
    expect([await everyName(), ran]).toEqual([['one', 'two'], 0]);
  });

  test('runs its effects after the commit, when others see what it did', async () => {
    const seen = await new Promise<string[]>((resolve, reject) => {
      work
        .tenant(ONE, async (tx) => {
          tx.afterCommit(() => void everyName().then(resolve, reject));
          await tx.query(`update projects set name = 'changed'`);
        })
        .catch(reject);
    });
    expect(seen).toEqual(['changed', 'two']);
  });

  test('can be used no more once it has ended: its connection may be in a transaction of another project', async () => {
    let kept: Tx | undefined;
    await work.tenant(ONE, async (tx) => void (kept = tx));
    await expect(work.tenant(TWO, async () => kept?.query(ALL))).rejects.toThrow('The transaction has ended.');
  });

  test('gives its connection back, committed or not', async () => {
    for (let round = 0; round < 15; round += 1) {
      await work.tenant(ONE, (tx) => tx.query('select 1 / 0')).catch(() => undefined);
      await work.system((tx) => tx.query('select 1'));
    }
  });
});
