import { inspect } from 'node:util';
import { VaultError } from './format.ts';
import { Keyring, newKeyring } from './keyring.ts';

const file = newKeyring();
const bytes = Buffer.alloc(32, 7);

function refusal(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was refused.');
}

describe('a keyring', () => {
  test('opens what it wrapped, for the same purpose only', async () => {
    const keyring = new Keyring(file);
    const wrapped = await keyring.wrap(bytes, ['project-key', 'p1']);
    expect(await keyring.unwrap(file.current, wrapped, ['project-key', 'p1'])).toEqual(bytes);
    await expect(keyring.unwrap(file.current, wrapped, ['project-key', 'p2'])).rejects.toThrow(VaultError);
    await expect(keyring.unwrap(file.current, wrapped, ['project-keyp1'])).rejects.toThrow(VaultError);
    await expect(keyring.unwrap('kek_other', wrapped, ['project-key', 'p1'])).rejects.toThrow(VaultError);
  });

  test('still opens under an older key after another became the current one', async () => {
    const next = newKeyring();
    const wrapped = await new Keyring(file).wrap(bytes, ['a']);
    const both = new Keyring({ ...next, keys: [...file.keys, ...next.keys] });
    expect(await both.unwrap(file.current, wrapped, ['a'])).toEqual(bytes);
    expect(both.currentKeyId).toBe(next.current);
  });

  test('binds a wrapped key to the id of its key-encryption key, even where two ids hold the same bytes', async () => {
    const [key] = file.keys;
    const twin = new Keyring({ ...file, keys: [...file.keys, { id: 'kek_twin', key: key?.key ?? '' }] });
    await expect(twin.unwrap('kek_twin', await twin.wrap(bytes, ['a']), ['a'])).rejects.toThrow(VaultError);
  });

  test.each([
    ['is no JSON', `{"format":"plaza-keyring-1","keys":[{"id":"kek_1","key":"c2VjcmV0LWtleS1ieXRlcw==}]`],
    ['is empty', ''],
    ['is of another format', '{"format":"plaza-keyring-2"}'],
    ['is null', 'null'],
    ['holds no list of keys', '{"format":"plaza-keyring-1","current":"kek_1"}'],
    ['holds a short key', '{"format":"plaza-keyring-1","current":"kek_1","keys":[{"id":"kek_1","key":"c2VjcmV0LWtleS1ieXRlcw=="}]}'],
    ['does not hold its current key', JSON.stringify({ ...file, current: 'kek_gone' })],
  ])('that %s is refused in plain words, without a part of a key', (_what, json) => {
    const error = refusal(() => Keyring.parse(json));
    expect(error.message).toMatch(/^The keyring.*\.$/);
    for (const shown of [error.message, inspect(error)]) expect(shown).not.toMatch(/c2Vjc|ZXMtYnl0|eXRlcw/);
  });

  test('names a new key by an id that tells nothing of it', () => {
    const { current, keys } = newKeyring();
    expect(current).toMatch(/^kek_[0-9a-f]{12}$/);
    expect(Buffer.from(keys[0]?.key ?? '', 'base64')).toHaveLength(32);
    expect(newKeyring().current).not.toBe(current);
  });
});
