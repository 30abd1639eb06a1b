import type { Sql } from './key-store.ts';
import type { KeyProvider } from './keyring.ts';

const CHECK_TEXT = Buffer.from('plaza-kek-check', 'utf8');
const CHECK_DATA = ['plaza.kek-check'];

/** Ids of the key-encryption keys that this database's records need. */
export async function requiredKeyIds(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select kek_id as id from vault_keks union select kek_id from project_keys order by 1');
  return rows.map(({ id }) => id);
}

/**
 * Proves before the first request that every key-encryption key in use is here and is the right one, and notes the current one.
 * Returns undefined, or the sentence to stop with, which names the key id.
 */
export async function checkKeys(sql: Sql, provider: KeyProvider): Promise<string | undefined> {
  for (const id of await requiredKeyIds(sql)) {
    if (!provider.has(id)) return `The keyring does not hold the key ${id}, under which secrets of this database are wrapped. Restore the keyring that holds it.`;
  }
  const checks = await sql.query<{ id: string; value: Buffer }>('select kek_id as id, check_value as value from vault_keks');
  for (const { id, value } of checks) {
    const opened = await provider.unwrap(id, value, CHECK_DATA).catch(() => undefined);
    if (opened === undefined || !opened.equals(CHECK_TEXT)) return `The keyring's key ${id} is not the key that this database was sealed with. Restore the right keyring.`;
  }
  if (!checks.some(({ id }) => id === provider.currentKeyId)) {
    await sql.query('insert into vault_keks (kek_id, check_value) values ($1, $2) on conflict do nothing', [
      provider.currentKeyId,
      await provider.wrap(CHECK_TEXT, CHECK_DATA),
    ]);
  }
  return undefined;
}
