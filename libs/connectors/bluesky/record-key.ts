import { createHash } from 'node:crypto';

/** Base32 in the order of its characters, as TIDs are written (atproto.com/specs/tid). */
const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz';
const TID_LENGTH = 13;

/**
 * The record key of a publication: a TID, which is 53 bits of microseconds and 10 bits of clock id. The second comes from the
 * publication's due time, so that keys keep the order of the posts; the microseconds within it and the clock id come from SHA-256 of
 * the publication's id, so that the key is the same for every attempt. Two posts of one account that are due in the same second
 * share a key with a probability of one in 1,024,000,000, which the publisher notices by comparing the record.
 */
export function recordKey(publicationId: string, dueAtMs: number): string {
  const digest = createHash('sha256').update(publicationId).digest();
  const microseconds = BigInt(Math.floor(dueAtMs / 1000)) * 1_000_000n + BigInt(digest.readUInt32BE(0) % 1_000_000);
  const value = (microseconds << 10n) | BigInt(digest.readUInt16BE(4) & 0x3ff);
  let key = '';
  for (let position = TID_LENGTH - 1; position >= 0; position -= 1) key += ALPHABET[Number((value >> BigInt(position * 5)) & 31n)] ?? '';
  return key;
}
