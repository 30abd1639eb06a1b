import { OperatorError } from '@plaza/contracts';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@plaza/chassis';
import { Keyring, newKeyring, type KeyProvider } from '@plaza/vault';

/** What Plaza keeps on disk beside its database. */
export class DataFolder {
  constructor(
    readonly path: string,
    private readonly settings: Settings,
  ) {}

  /** Folder of the sandbox's journal. */
  get sandboxFile(): string {
    return join(this.path, 'sandbox.jsonl');
  }

  get keyringFile(): string {
    return join(this.path, 'keyring.json');
  }

  /** The key that signs identities and derives database passwords; made at the first start. */
  internalKey(): string {
    if (this.settings.PLAZA_INTERNAL_KEY !== undefined) return this.settings.PLAZA_INTERNAL_KEY;
    const file = join(this.path, 'internal.key');
    if (!existsSync(file)) this.#write(file, randomBytes(32).toString('base64url'));
    return readFileSync(file, 'utf8').trim();
  }

  /**
   * The vault's keyring. It is made only while nothing is sealed yet: `requiredKeyIds` names the keys that the database needs, and
   * starting without one of them would mean to lose every secret for good.
   */
  keyring(requiredKeyIds: readonly string[]): KeyProvider {
    const given = this.settings.PLAZA_KEYRING;
    if (given === undefined && !existsSync(this.keyringFile)) {
      if (requiredKeyIds.length > 0) {
        throw new OperatorError(`The keyring ${this.keyringFile} is missing, and secrets are sealed under its key ${requiredKeyIds.join(', ')}. Restore the file.`);
      }
      this.#write(this.keyringFile, `${JSON.stringify(newKeyring(), null, 2)}\n`);
    }
    const keyring = parseKeyring(given ?? readFileSync(this.keyringFile, 'utf8'), given === undefined ? this.keyringFile : 'PLAZA_KEYRING');
    const missing = requiredKeyIds.filter((id) => !keyring.has(id));
    if (missing.length > 0) throw new OperatorError(`The keyring does not hold the key ${missing.join(', ')}, under which secrets of this database are sealed. Restore the right keyring.`);
    return keyring;
  }

  #write(file: string, text: string): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
  }
}

function parseKeyring(json: string, name: string): Keyring {
  try {
    return Keyring.parse(json);
  } catch (error) {
    throw new OperatorError(`The keyring ${name} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
