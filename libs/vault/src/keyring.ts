import { createHash, randomBytes } from 'node:crypto';
import { decryptWithNonce, encryptWithNonce, lengthPrefixed, VaultError } from './format.ts';

/** Holds the key-encryption keys. Implementations: a keyring (file or environment); a cloud KMS can follow. */
export interface KeyProvider {
  /** Id of the key that new wraps are made with. */
  readonly currentKeyId: string;
  has(keyId: string): boolean;
  /** Wraps `key` under the current key-encryption key. */
  wrap(key: Uint8Array, additionalData: readonly string[]): Promise<Buffer>;
  /** Unwraps under the named key; throws {@link VaultError} when that key is absent or wrong. */
  unwrap(keyId: string, wrapped: Uint8Array, additionalData: readonly string[]): Promise<Buffer>;
}

interface KeyringKey {
  readonly id: string;
  /** 32 bytes, base64. */
  readonly key: string;
}

/** The keyring file: JSON, mode 600. `current` names the key that new wraps are made with; the others only open. */
export interface KeyringFile {
  readonly format: 'plaza-keyring-1';
  readonly current: string;
  readonly keys: readonly KeyringKey[];
}

/** Why a keyring cannot be used, as a sentence for whoever runs Plaza. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
  readonly isForOperator = true;
}

/** The keyring of a setting. Throws {@link KeyringError} when it is absent or cannot be used. */
export function keyringOf(json: string | undefined): Keyring {
  if (json === undefined) throw new KeyringError('PLAZA_KEYRING is needed: the vault seals secrets under its keys.');
  try {
    return Keyring.parse(json);
  } catch (error) {
    throw new KeyringError(`PLAZA_KEYRING cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A fresh keyring with one random 256-bit key, whose id tells it apart without telling anything of it. */
export function newKeyring(): KeyringFile {
  const key = randomBytes(32);
  const id = `kek_${createHash('sha256').update('plaza-kek-id').update(key).digest('hex').slice(0, 12)}`;
  return { format: 'plaza-keyring-1', current: id, keys: [{ id, key: key.toString('base64') }] };
}

/** Key-encryption keys from a keyring. Throws a plain sentence when the keyring is not well formed. */
export class Keyring implements KeyProvider {
  readonly currentKeyId: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  constructor(file: KeyringFile) {
    if (file?.format !== 'plaza-keyring-1') throw new Error('The keyring is not of format plaza-keyring-1.');
    if (!Array.isArray(file.keys)) throw new Error('The keyring has no list of keys.');
    this.#keys = new Map(file.keys.map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
    for (const [id, key] of this.#keys) if (key.length !== 32) throw new Error(`The keyring's key ${id} does not have 32 bytes.`);
    if (!this.#keys.has(file.current)) throw new Error(`The keyring names ${file.current} as its current key and does not hold it.`);
    this.currentKeyId = file.current;
  }

  /** Parses the JSON text of a keyring file. */
  static parse(json: string): Keyring {
    let file: unknown;
    try {
      file = JSON.parse(json);
    } catch {
      // The parser's own message quotes the text, and with it a part of a key.
      throw new Error('The keyring is not valid JSON.');
    }
    return new Keyring(file as KeyringFile);
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  async wrap(key: Uint8Array, additionalData: readonly string[]): Promise<Buffer> {
    return encryptWithNonce(this.#key(this.currentKeyId), this.#additionalData(this.currentKeyId, additionalData), key);
  }

  async unwrap(keyId: string, wrapped: Uint8Array, additionalData: readonly string[]): Promise<Buffer> {
    return decryptWithNonce(this.#key(keyId), this.#additionalData(keyId, additionalData), wrapped);
  }

  #key(keyId: string): Buffer {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new VaultError();
    return key;
  }

  #additionalData(keyId: string, parts: readonly string[]): Buffer {
    return lengthPrefixed(['plaza.wrap', '1', keyId, ...parts]);
  }
}
