import { randomUUID } from 'node:crypto';
import { testDatabase, testWork } from '@plaza/testing';
import { decodeRecord, encodeRecord, VaultError } from './format.ts';
import { keyStore, type Sql } from './key-store.ts';
import { Keyring, newKeyring } from './keyring.ts';
import { Secret } from './secret.ts';
import { Vault, type SecretAddress } from './vault.ts';

const PROJECT = randomUUID();
const OTHER_PROJECT = randomUUID();
const address: SecretAddress = { projectId: PROJECT, table: 'oauth_apps', row: 'app-1', field: 'client_secret', revision: 3 };
const keyring = new Keyring(newKeyring());
const database = await testDatabase();
const work = await testWork(database, 'registry');
afterAll(() => database.drop());

const inProject = <T>(task: (sql: Sql) => Promise<T>, projectId: string = PROJECT): Promise<T> => work.tenant(projectId, task);
const wrapData = (projectId: string, keyId: string, version: number) => ['plaza.project-key', projectId, keyId, String(version)];

/** Stores the very key of the project once more, for another project or under another id or version. */
async function copyKey(to: { projectId: string; keyId: string; version: number }): Promise<void> {
  const key = await inProject((sql) => keyStore.byVersion(sql, PROJECT, 1));
  if (key === undefined) throw new Error('The project has no key.');
  const bytes = await keyring.unwrap(key.kekId, key.wrapped, wrapData(PROJECT, key.keyId, 1));
  const wrapped = await keyring.wrap(bytes, wrapData(to.projectId, to.keyId, to.version));
  await inProject((sql) => keyStore.add(sql, to.projectId, { ...key, ...to, wrapped }), to.projectId);
}

let record: Buffer;
beforeAll(async () => {
  record = await inProject((sql) => new Vault(keyring).seal(sql, address, new Secret('s3cret ✓')));
});

describe('the vault', () => {
  test('opens what it sealed, also in another process', async () => {
    expect((await inProject((sql) => new Vault(keyring).open(sql, address, record))).reveal()).toBe('s3cret ✓');
  });

  test('never gives the same record twice', async () => {
    const vault = new Vault(keyring);
    const records = await inProject(async (sql) => [await vault.seal(sql, address, new Secret('a')), await vault.seal(sql, address, new Secret('a'))]);
    expect(records[0]).not.toEqual(records[1]);
  });

  test.each(Object.entries({ table: 'apps', row: 'app-2', field: 'token', revision: 2 }))('opens no record that stands in another %s', async (field, value) => {
    await expect(inProject((sql) => new Vault(keyring).open(sql, { ...address, [field]: value }, record))).rejects.toThrow(VaultError);
  });

  test('tells parts of an address apart, however their texts run together', async () => {
    const shifted = { ...address, table: 'oauth_appsa', row: 'pp-1' };
    await expect(inProject((sql) => new Vault(keyring).open(sql, shifted, record))).rejects.toThrow(VaultError);
  });

  test('opens no record that was moved to another project, not even to one with the same key', async () => {
    const { keyId, keyVersion: version } = decodeRecord(record).header;
    await copyKey({ projectId: OTHER_PROJECT, keyId, version });
    const moved = inProject((sql) => new Vault(keyring).open(sql, { ...address, projectId: OTHER_PROJECT }, record), OTHER_PROJECT);
    await expect(moved).rejects.toThrow(VaultError);
  });

  test('opens no record under another key id or key version, not even when the key is the same', async () => {
    const { header, sealed } = decodeRecord(record);
    const keyId = randomUUID();
    await copyKey({ projectId: PROJECT, keyId: header.keyId, version: 2 });
    const underVersion = inProject((sql) => new Vault(keyring).open(sql, address, encodeRecord({ ...header, keyVersion: 2 }, sealed)));
    await expect(underVersion).rejects.toThrow(VaultError);
    await database.asAdmin('delete from registry.project_keys where version > 1');
    // The key stands under another id in the very same place, so that only what was sealed with the record tells.
    await database.asAdmin('update registry.project_keys set version = version + 7 where project_id = $1 and version = 1', [PROJECT]);
    const stored = await inProject((sql) => keyStore.byVersion(sql, PROJECT, 8));
    const bytes = await keyring.unwrap(keyring.currentKeyId, stored?.wrapped ?? Buffer.alloc(0), wrapData(PROJECT, header.keyId, 1));
    const wrapped = await keyring.wrap(bytes, wrapData(PROJECT, keyId, 1));
    await inProject((sql) => keyStore.add(sql, PROJECT, { keyId, version: 1, kekId: keyring.currentKeyId, wrapped }));
    await expect(inProject((sql) => new Vault(keyring).open(sql, address, encodeRecord({ ...header, keyId }, sealed)))).rejects.toThrow(VaultError);
    await database.asAdmin('delete from registry.project_keys where version <> 8');
    await database.asAdmin('update registry.project_keys set version = 1 where version = 8');
  });

  test('binds the stored key itself to project, id and version', async () => {
    await database.asAdmin('insert into registry.project_keys select $1, key_id, 9, kek_id, wrapped from registry.project_keys where project_id = $1 and version = 1', [PROJECT]);
    const { header, sealed } = decodeRecord(record);
    await expect(inProject((sql) => new Vault(keyring).open(sql, address, encodeRecord({ ...header, keyVersion: 9 }, sealed)))).rejects.toThrow(VaultError);
    await database.asAdmin('delete from registry.project_keys where version > 1');
  });
});

describe('a record that is not as it was sealed', () => {
  const refused = async (sql: Sql, vault: Vault, changed: Buffer): Promise<boolean> =>
    vault.open(sql, address, changed).then(
      () => false,
      (error: unknown) => error instanceof VaultError,
    );

  test('does not open, whichever single bit is flipped', async () => {
    const vault = new Vault(keyring);
    const opened = await inProject(async (sql) => {
      const bits: number[] = [];
      for (let bit = 0; bit < record.length * 8; bit += 1) {
        const flipped = Buffer.from(record);
        flipped.writeUInt8((flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
        if (!(await refused(sql, vault, flipped))) bits.push(bit);
      }
      return bits;
    });
    expect(opened).toEqual([]);
  });

  test('does not open, however much is cut off or put on', async () => {
    const vault = new Vault(keyring);
    const opened = await inProject(async (sql) => {
      const lengths: number[] = [];
      for (let length = 0; length < record.length; length += 1) if (!(await refused(sql, vault, record.subarray(0, length)))) lengths.push(length);
      for (const more of [1, 16, 1_000]) if (!(await refused(sql, vault, Buffer.concat([record, Buffer.alloc(more)])))) lengths.push(record.length + more);
      return lengths;
    });
    expect(opened).toEqual([]);
  });

  test('gives the same error for every reason', async () => {
    const wrongKey = new Vault(new Keyring(newKeyring()));
    const errors = await inProject((sql) =>
      Promise.all(
        [new Vault(keyring).open(sql, address, record.subarray(1)), new Vault(keyring).open(sql, { ...address, row: 'x' }, record), wrongKey.open(sql, address, record)].map(
          (opening) => opening.catch((error: unknown) => String(error)),
        ),
      ),
    );
    expect(new Set(errors)).toEqual(new Set(['VaultError: The sealed record cannot be opened.']));
  });
});

describe("a project's key", () => {
  test('is one, however many seal the first secret at once', async () => {
    const projectId = randomUUID();
    const records = await Promise.all(
      Array.from({ length: 8 }, (_none, index) => inProject((sql) => new Vault(keyring).seal(sql, { ...address, projectId }, new Secret(`${index}`)), projectId)),
    );
    const vault = new Vault(keyring);
    const opened = await inProject((sql) => Promise.all(records.map((one) => vault.open(sql, { ...address, projectId }, one))), projectId);
    expect(opened.map((secret) => secret.reveal())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(await database.asAdmin('select version from registry.project_keys where project_id = $1', [projectId])).toEqual([{ version: 1 }]);
  });

  test('is forgotten with the transaction that made it, also by a process that has used it', async () => {
    const own = { ...address, projectId: randomUUID() };
    const vault = new Vault(keyring);
    const sealAndOpen = async (sql: Sql): Promise<Buffer> => {
      const sealed = await vault.seal(sql, own, new Secret('a'));
      await vault.open(sql, own, sealed);
      return sealed;
    };
    const rolledBack = inProject(async (sql) => {
      await sealAndOpen(sql);
      throw new Error('Rolled back.');
    }, own.projectId);
    await expect(rolledBack).rejects.toThrow('Rolled back.');
    const kept = await inProject(sealAndOpen, own.projectId);
    expect((await inProject((sql) => new Vault(keyring).open(sql, own, kept), own.projectId)).reveal()).toBe('a');
  });

  test('takes everything with it when it is destroyed, at the latest when processes have forgotten it', async () => {
    const own = { ...address, projectId: randomUUID() };
    let now = 0;
    const vault = new Vault(keyring, () => now);
    const sealed = await inProject((sql) => vault.seal(sql, own, new Secret('a')), own.projectId);
    await inProject((sql) => vault.open(sql, own, sealed), own.projectId);
    await inProject((sql) => keyStore.destroy(sql, own.projectId), own.projectId);
    now += 5 * 60_000;
    await expect(inProject((sql) => vault.open(sql, own, sealed), own.projectId)).rejects.toThrow(VaultError);
  });
});
