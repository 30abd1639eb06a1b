import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyring } from '@plaza/vault';

/** The secrets of an installation in a folder: made at the first use, then kept. */
export function secretsIn(folder) {
  mkdirSync(folder, { recursive: true });
  const keep = (name, make) => {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
    return readFileSync(file, 'utf8').trim();
  };
  return {
    PLAZA_INTERNAL_KEY: keep('internal.key', () => randomBytes(32).toString('base64url')),
    PLAZA_KEYRING: keep('keyring.json', () => JSON.stringify(newKeyring())),
  };
}
