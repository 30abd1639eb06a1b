import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { testDatabase, testWork } from '@plaza/testing';
import { keyStore, type WrappedKey } from './key-store.ts';
import { Keyring, type KeyringFile } from './keyring.ts';
import { checkKeys } from './start-check.ts';
import { Vault, type SecretAddress } from './vault.ts';

interface GoldenFile {
  readonly keyring: KeyringFile;
  readonly checkValue: string;
  readonly projectKey: Omit<WrappedKey, 'wrapped'> & { readonly wrapped: string };
  readonly records: { readonly address: SecretAddress; readonly record: string; readonly plaintext: string }[];
}

/** Made once with format version 1, never again: secrets like these lie in people's databases. */
const text = readFileSync(new URL('./golden/records-v1.json', import.meta.url), 'utf8');
const golden = JSON.parse(text) as GoldenFile;
const SEAL = '902754a7570544e480d0e6d913f397f4e01d13551ab359424cd5ac4f848b1f9d';
const base64 = (value: string) => Buffer.from(value, 'base64');

const database = await testDatabase();
const work = await testWork(database, 'registry');
afterAll(() => database.drop());

describe('records of format version 1', () => {
  const projectId = golden.records[0]?.address.projectId ?? '';

  test('are those that were committed', () => {
    expect(createHash('sha256').update(text).digest('hex')).toBe(SEAL);
  });

  test('open for ever, from the keyring to the plaintext', async () => {
    const vault = new Vault(new Keyring(golden.keyring));
    await work.tenant(projectId, (tx) => keyStore.add(tx, projectId, { ...golden.projectKey, wrapped: base64(golden.projectKey.wrapped) }));
    const opened = await work.tenant(projectId, (tx) => Promise.all(golden.records.map(({ address, record }) => vault.open(tx, address, base64(record)))));
    expect(opened.map((secret) => secret.reveal())).toEqual(golden.records.map(({ plaintext }) => plaintext));
  });

  test('have a keyring that the start check knows again', async () => {
    await database.asAdmin('insert into registry.vault_keks (kek_id, check_value) values ($1, $2)', [golden.keyring.current, base64(golden.checkValue)]);
    expect(await work.system((tx) => checkKeys(tx, new Keyring(golden.keyring)))).toBeUndefined();
  });
});
