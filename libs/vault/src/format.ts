import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * The bytes of a sealed record, version 1, in this order (integers big-endian):
 *
 * | bytes | what |
 * | --- | --- |
 * | 1 | format version, 1 |
 * | 16 | id of the project key (a UUID) |
 * | 4 | version of the project key |
 * | 12 | nonce, random |
 * | n | AES-256-GCM ciphertext |
 * | 16 | authentication tag |
 */
export const RECORD_VERSION = 1;
const HEADER_BYTES = 1 + 16 + 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of a Postgres integer. */
const MAX_KEY_VERSION = 2 ** 31 - 1;

/** Every reason why something cannot be opened looks the same from outside, so that no oracle is given. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  constructor() {
    super('The sealed record cannot be opened.');
  }
}

/** AES-256-GCM (NIST SP 800-38D): 32-byte key, 12-byte nonce, 16-byte tag appended to the ciphertext. */
export function encrypt(key: Uint8Array, nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link encrypt}; throws {@link VaultError} unless every bit is as it was sealed. */
export function decrypt(key: Uint8Array, nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw new VaultError();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new VaultError();
  }
}

/** Encrypts under a fresh nonce and puts the nonce in front. */
export function encryptWithNonce(key: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  return Buffer.concat([nonce, encrypt(key, nonce, additionalData, plaintext)]);
}

/** The reverse of {@link encryptWithNonce}. */
export function decryptWithNonce(key: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Buffer {
  return decrypt(key, sealed.subarray(0, NONCE_BYTES), additionalData, sealed.subarray(NONCE_BYTES));
}

/** Additional data: each part as UTF-8 behind its length in 4 bytes, so that no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Which project key a record is sealed under. */
export interface RecordHeader {
  /** UUID. */
  readonly keyId: string;
  readonly keyVersion: number;
}

/** Puts header and sealed bytes together. */
export function encodeRecord(header: RecordHeader, sealed: Uint8Array): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt8(RECORD_VERSION, 0);
  bytes.write(header.keyId.replaceAll('-', ''), 1, 'hex');
  bytes.writeUInt32BE(header.keyVersion, 17);
  return Buffer.concat([bytes, sealed]);
}

/** Takes a record apart; throws {@link VaultError} when it is not one of a known version. */
export function decodeRecord(record: Uint8Array): { readonly header: RecordHeader; readonly sealed: Buffer } {
  const bytes = Buffer.from(record);
  if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || bytes.readUInt8(0) !== RECORD_VERSION) throw new VaultError();
  const hex = bytes.toString('hex', 1, 17);
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const keyVersion = bytes.readUInt32BE(17);
  // No key has such a version, and asking the database for it would be an error of another kind.
  if (keyVersion > MAX_KEY_VERSION) throw new VaultError();
  return { header: { keyId, keyVersion }, sealed: bytes.subarray(HEADER_BYTES) };
}
