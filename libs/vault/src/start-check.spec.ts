import { randomUUID } from 'node:crypto';
import { testDatabase, testWork } from '@plaza/testing';
import { Keyring, newKeyring } from './keyring.ts';
import { Secret } from './secret.ts';
import { checkKeys } from './start-check.ts';
import { Vault } from './vault.ts';

const database = await testDatabase();
const work = await testWork(database, 'registry');
afterAll(() => database.drop());
beforeEach(() => database.asAdmin('truncate registry.vault_keks, registry.project_keys'));

const file = newKeyring();
const check = (keyring: Keyring) => work.system((tx) => checkKeys(tx, keyring));

async function seal(keyring: Keyring): Promise<void> {
  const projectId = randomUUID();
  await work.tenant(projectId, (tx) => new Vault(keyring).seal(tx, { projectId, table: 't', row: 'r', field: 'f', revision: 1 }, new Secret('a')));
}

describe('the check of the keys at the start', () => {
  test('passes with the keyring that the database was sealed with, again and again', async () => {
    const keyring = new Keyring(file);
    expect(await check(keyring)).toBeUndefined();
    await seal(keyring);
    expect(await check(keyring)).toBeUndefined();
  });

  test('names the key that is missing', async () => {
    await check(new Keyring(file));
    expect(await check(new Keyring(newKeyring()))).toContain(file.current);
  });

  test('names the key that is missing for a project only', async () => {
    await seal(new Keyring(file));
    expect(await check(new Keyring(newKeyring()))).toContain(`does not hold the key ${file.current}`);
  });

  test('names the key whose bytes are not those of the database, and writes nothing', async () => {
    await check(new Keyring(file));
    const impostor = new Keyring({ ...file, keys: [{ id: file.current, key: Buffer.alloc(32, 1).toString('base64') }] });
    expect(await check(impostor)).toContain(`The keyring's key ${file.current} is not the key`);
    expect(await check(new Keyring(file))).toBeUndefined();
  });

  test('notes a new current key beside the old ones, which stay needed', async () => {
    await check(new Keyring(file));
    const next = newKeyring();
    expect(await check(new Keyring({ ...next, keys: [...file.keys, ...next.keys] }))).toBeUndefined();
    expect(await check(new Keyring(file))).toContain(next.current);
  });
});
