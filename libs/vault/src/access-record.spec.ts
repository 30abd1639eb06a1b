import { randomUUID } from 'node:crypto';
import { testDatabase, testWork } from '@plaza/testing';
import { recordUse, verifyRecords, type SecretUse } from './access-record.ts';
import type { Sql } from './key-store.ts';
import { Keyring, newKeyring } from './keyring.ts';
import { Secret } from './secret.ts';
import { Vault } from './vault.ts';

const database = await testDatabase();
const work = await testWork(database, 'registry');
afterAll(() => database.drop());

let projectId = '';
const use = (purpose: string): SecretUse => ({ projectId, actor: 'publishing', purpose, subject: 'apps/1/client_secret', at: new Date('2026-11-22T10:00:00.123Z') });
const record = (purpose: string) => work.tenant(projectId, (tx) => recordUse(tx, use(purpose)));
const verify = () => work.tenant(projectId, (tx) => verifyRecords(tx, projectId));
const sabotage = (sql: string) => database.asAdmin(sql.replaceAll('$project', `project_id = '${projectId}'`));

beforeEach(async () => {
  projectId = randomUUID();
  for (const purpose of ['one', 'two', 'three', 'four']) await record(purpose);
});

describe('the records of the uses of secrets', () => {
  test('are whole when no one touched them, and of a project without any', async () => {
    expect(await verify()).toBeUndefined();
    projectId = randomUUID();
    expect(await verify()).toBeUndefined();
  });

  test.each([
    ['actor', `'someone'`],
    ['purpose', `'something else'`],
    ['subject', `'apps/2/client_secret'`],
    ['at', `at + interval '1 second'`],
    ['hash', `decode('00', 'hex')`],
  ])('show an edit of %s', async (column, value) => {
    await sabotage(`update registry.secret_access set ${column} = ${value} where $project and sequence = 2`);
    expect(await verify()).toBe('Record 2 was changed, or one before it.');
  });

  test.each([
    ['the first', 'sequence = 1', 'Record 1 is missing.'],
    ['one in the middle', 'sequence = 3', 'Record 3 is missing.'],
    ['the last', 'sequence = 4', 'Records after 3 are missing.'],
    ['all', 'true', 'Records after 0 are missing.'],
  ])('show the deletion of %s', async (_which, where, finding) => {
    await sabotage(`delete from registry.secret_access where $project and ${where}`);
    expect(await verify()).toBe(finding);
  });

  test('show a deletion that was hidden by closing the gap', async () => {
    await sabotage(`delete from registry.secret_access where $project and sequence = 2`);
    await sabotage(`update registry.secret_access set sequence = 2 where $project and sequence = 3`);
    await sabotage(`update registry.secret_access set sequence = 3 where $project and sequence = 4`);
    expect(await verify()).toBe('Record 2 was changed, or one before it.');
  });

  test('show a reorder', async () => {
    await sabotage(`update registry.secret_access set sequence = 20 where $project and sequence = 2`);
    await sabotage(`update registry.secret_access set sequence = 2 where $project and sequence = 3`);
    await sabotage(`update registry.secret_access set sequence = 3 where $project and sequence = 20`);
    expect(await verify()).toBe('Record 2 was changed, or one before it.');
  });

  test('show an edit whose own hash was made to fit, by the record after it', async () => {
    const rows = await database.asAdmin<{ sequence: string; at: Date; actor: string; purpose: string; subject: string; hash: Buffer }>(
      'select * from registry.secret_access where project_id = $1 and sequence > 2 order by sequence',
      [projectId],
    );
    await sabotage('delete from registry.secret_access where $project and sequence > 1');
    await sabotage('update registry.secret_access_heads set sequence = 1, hash = (select hash from registry.secret_access where $project) where $project');
    await record('forged');
    for (const { sequence, at, actor, purpose, subject, hash } of rows) {
      await database.asAdmin('insert into registry.secret_access values ($1, $2, $3, $4, $5, $6, $7)', [projectId, sequence, at, actor, purpose, subject, hash]);
    }
    await database.asAdmin('update registry.secret_access_heads set sequence = 4, hash = $2 where project_id = $1', [projectId, rows.at(-1)?.hash]);
    expect(await verify()).toBe('Record 3 was changed, or one before it.');
  });

  test('show that the head is gone, or was set back', async () => {
    await sabotage(`update registry.secret_access_heads set sequence = 3 where $project`);
    expect(await verify()).toBe('Record 3 is not the one that the head of the chain names.');
    await sabotage(`delete from registry.secret_access_heads where $project`);
    expect(await verify()).toBe('The chain has no head.');
  });

  test('show a record that someone added', async () => {
    await sabotage(`insert into registry.secret_access select project_id, 5, at, actor, purpose, subject, hash from registry.secret_access where $project and sequence = 4`);
    expect(await verify()).toBe('Record 5 was changed, or one before it.');
  });

  test('make one chain, however many are written at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_none, index) => record(`use ${index}`)));
    expect(await verify()).toBeUndefined();
    expect(await database.asAdmin('select max(sequence)::integer as last, count(*)::integer from registry.secret_access where project_id = $1', [projectId])).toEqual([
      { last: 24, count: 24 },
    ]);
  });

  test('can be verified while secrets are used', async () => {
    let recorded = 0;
    const verified = await work.tenant(projectId, (tx) => {
      const interrupted: Sql = {
        async query<Row>(text: string, parameters?: readonly unknown[]) {
          const rows = await tx.query<Row>(text, parameters);
          // After the first look, and after the one that found no more records.
          if (recorded === 0 || (recorded === 1 && rows.length === 0)) {
            recorded += 1;
            await record(`meanwhile ${recorded}`);
          }
          return rows;
        },
      };
      return verifyRecords(interrupted, projectId);
    });
    expect(verified).toBeUndefined();
  });

  test('go with the transaction of the use: rolled back, neither the record nor the secret stays', async () => {
    const vault = new Vault(new Keyring(newKeyring()));
    const address = { projectId, table: 'apps', row: '1', field: 'client_secret', revision: 1 };
    const sealed = await work.tenant(projectId, (tx) => vault.seal(tx, address, new Secret('a')));
    const handedOut = work.tenant(projectId, async (tx) => {
      await recordUse(tx, use('rolled back'));
      const secret = await vault.open(tx, address, sealed);
      await tx.query('select 1 / 0');
      return secret;
    });
    await expect(handedOut).rejects.toThrow('division by zero');
    expect(await database.asAdmin(`select 1 from registry.secret_access where purpose = 'rolled back'`)).toEqual([]);
    await record('five');
    expect(await verify()).toBeUndefined();
  });

  test('cannot be written for another project', async () => {
    const foreign = { ...use('foreign'), projectId: randomUUID() };
    await expect(work.tenant(projectId, (tx) => recordUse(tx, foreign))).rejects.toThrow('row-level security');
  });
});
