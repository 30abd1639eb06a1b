import { randomBytes, randomUUID } from 'node:crypto';
import { decodeRecord, decryptWithNonce, encodeRecord, encryptWithNonce, lengthPrefixed, RECORD_VERSION, VaultError, type RecordHeader } from './format.ts';
import { keyStore, type Sql, type WrappedKey } from './key-store.ts';
import type { KeyProvider } from './keyring.ts';
import { Secret } from './secret.ts';

/** Where a secret stands. All of it is authenticated: a record moved anywhere else, or put back after a newer one, does not open. */
export interface SecretAddress {
  readonly projectId: string;
  readonly table: string;
  readonly row: string;
  readonly field: string;
  /** The row's own count of changes to this secret. */
  readonly revision: number;
}

const KEY_LIFE_MS = 5 * 60_000;
const MAX_CACHED_KEYS = 1_000;

interface CachedKey {
  readonly keyId: string;
  readonly version: number;
  readonly bytes: Buffer;
  readonly expiresAtMs: number;
}

/** Seals and opens secrets under a key per project, which is wrapped under a key-encryption key of the provider. */
export class Vault {
  readonly #provider: KeyProvider;
  readonly #now: () => number;
  readonly #cache = new Map<string, CachedKey>();

  constructor(provider: KeyProvider, now: () => number = Date.now) {
    this.#provider = provider;
    this.#now = now;
  }

  /** Seals `secret` for exactly this address. The project's first seal makes its key, in the caller's transaction. */
  async seal(sql: Sql, address: SecretAddress, secret: Secret): Promise<Buffer> {
    const key = await this.#currentKey(sql, address.projectId);
    const header = { keyId: key.keyId, keyVersion: key.version };
    return encodeRecord(header, encryptWithNonce(key.bytes, additionalData(address, header), Buffer.from(secret.reveal(), 'utf8')));
  }

  /** Opens what {@link seal} made for the same address; anything else is a {@link VaultError}. */
  async open(sql: Sql, address: SecretAddress, record: Uint8Array): Promise<Secret> {
    const { header, sealed } = decodeRecord(record);
    const key = await this.#keyOf(sql, address.projectId, header);
    return new Secret(decryptWithNonce(key.bytes, additionalData(address, header), sealed).toString('utf8'));
  }

  /** Forgets a project's key in this process, e.g. after the project was deleted. */
  forget(projectId: string): void {
    for (const name of this.#cache.keys()) if (name.startsWith(`${projectId}/`)) this.#cache.delete(name);
  }

  async #currentKey(sql: Sql, projectId: string): Promise<CachedKey> {
    const cached = this.#cached(`${projectId}/current`);
    if (cached !== undefined) return cached;
    let stored = await keyStore.current(sql, projectId);
    if (stored === undefined) {
      await keyStore.add(sql, projectId, await this.#newKey(projectId));
      stored = await keyStore.current(sql, projectId);
    }
    if (stored === undefined) throw new VaultError();
    // A key that this very transaction made may yet be rolled back, so only a key found in a later one is remembered.
    return this.#unwrap(projectId, stored);
  }

  async #keyOf(sql: Sql, projectId: string, header: RecordHeader): Promise<CachedKey> {
    const name = `${projectId}/${header.keyVersion}`;
    const cached = this.#cached(name);
    // Another id under the same version: the transaction that made the remembered key was rolled back, or the record is forged.
    if (cached?.keyId === header.keyId) return cached;
    const stored = await keyStore.byVersion(sql, projectId, header.keyVersion);
    if (stored === undefined || stored.keyId !== header.keyId) throw new VaultError();
    const key = await this.#unwrap(projectId, stored);
    if (this.#cache.size >= MAX_CACHED_KEYS) this.#cache.clear();
    this.#cache.set(name, key);
    return key;
  }

  #cached(name: string): CachedKey | undefined {
    const cached = this.#cache.get(name);
    if (cached === undefined || cached.expiresAtMs > this.#now()) return cached;
    this.#cache.delete(name);
    return undefined;
  }

  async #newKey(projectId: string): Promise<WrappedKey> {
    const keyId = randomUUID();
    const version = 1;
    const wrapped = await this.#provider.wrap(randomBytes(32), wrapData(projectId, keyId, version));
    return { keyId, version, kekId: this.#provider.currentKeyId, wrapped };
  }

  async #unwrap(projectId: string, stored: WrappedKey): Promise<CachedKey> {
    const bytes = await this.#provider.unwrap(stored.kekId, stored.wrapped, wrapData(projectId, stored.keyId, stored.version));
    return { keyId: stored.keyId, version: stored.version, bytes, expiresAtMs: this.#now() + KEY_LIFE_MS };
  }
}

function wrapData(projectId: string, keyId: string, version: number): string[] {
  return ['plaza.project-key', projectId, keyId, String(version)];
}

function additionalData(address: SecretAddress, header: RecordHeader): Buffer {
  return lengthPrefixed([
    'plaza.record',
    String(RECORD_VERSION),
    address.projectId,
    address.table,
    address.row,
    address.field,
    String(address.revision),
    header.keyId,
    String(header.keyVersion),
  ]);
}
