import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { MODES, type Mode, type Scope } from '@plaza/contracts';

/**
 * An API key is `pz_live_` or `pz_test_`, then 12 characters that name it, 34 that are secret (base 62, 202 random bits) and a checksum
 * of 6: a mistyped key is refused without a look-up.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PUBLIC_LENGTH = 12;
const SECRET_LENGTH = 34;
const CHECKSUM_LENGTH = 6;
const SHAPE = /^pz_(live|test)_([0-9A-Za-z]{12})([0-9A-Za-z]{34})([0-9A-Za-z]{6})$/;

/** A key as stored: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly projectId: string;
  readonly publicId: string;
  /** SHA-256 of the whole key. The key has too many random bits to be guessed, so a slow hash would only cost. */
  readonly secretHash: Buffer;
  readonly name: string;
  readonly mode: Mode;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A freshly made key, to be shown once. */
export interface NewKeyText {
  readonly text: string;
  readonly publicId: string;
  readonly secretHash: Buffer;
}

export function newKeyText(mode: Mode): NewKeyText {
  const publicId = randomText(PUBLIC_LENGTH);
  const body = `pz_${mode}_${publicId}${randomText(SECRET_LENGTH)}`;
  const text = body + checksum(body);
  return { text, publicId, secretHash: hashKey(text) };
}

/** Reads a key's public id, or undefined when shape or checksum are wrong. */
export function readKeyText(text: string): { readonly publicId: string; readonly mode: Mode } | undefined {
  const match = SHAPE.exec(text);
  const mode = MODES.find((candidate) => candidate === match?.[1]);
  const publicId = match?.[2];
  if (mode === undefined || publicId === undefined) return undefined;
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH) ? { publicId, mode } : undefined;
}

export function hashKey(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** What an unknown public id is compared with, so that it costs the same as a known one. */
const NO_KEY_HASH = Buffer.alloc(32);

/** Whether `text` is the key, and the key is in force at `at`. Takes the same time for an unknown key. */
export function isKeyValid(key: ApiKey | undefined, text: string, at: Date): key is ApiKey {
  const isSame = timingSafeEqual(hashKey(text), key?.secretHash ?? NO_KEY_HASH);
  if (key === undefined || !isSame) return false;
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > at);
}

/** The beginning of a key, enough to recognise it by. */
export function keyPrefix(key: Pick<ApiKey, 'mode' | 'publicId'>): string {
  return `pz_${key.mode}_${key.publicId}`;
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}
