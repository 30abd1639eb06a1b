import { createHash } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE32_SORTABLE = '234567abcdefghijklmnopqrstuvwxyz';

function base32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31] ?? '';
  }
  return bits === 0 ? text : text + (BASE32[(held << (5 - bits)) & 31] ?? '');
}

/** The DID of a handle: the same handle always has the same account. */
export function didOf(handle: string): string {
  return `did:plc:${base32(createHash('sha256').update(handle).digest()).slice(0, 24)}`;
}

/** A version 1 CID with SHA-256. `raw` is a blob's real one; a record's is made from its JSON where the protocol uses DAG-CBOR. */
export function cidOf(codec: 'raw' | 'record', bytes: Uint8Array): string {
  const prefix = [1, codec === 'raw' ? 0x55 : 0x71, 0x12, 0x20];
  return `b${base32(Buffer.concat([Buffer.from(prefix), createHash('sha256').update(bytes).digest()]))}`;
}

export const TID = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;

/** A TID for the given microsecond; the caller keeps them apart. */
export function tidOf(microseconds: bigint): string {
  let rest = microseconds << 10n;
  let text = '';
  for (let digit = 0; digit < 13; digit += 1) {
    text = (BASE32_SORTABLE[Number(rest & 31n)] ?? '') + text;
    rest >>= 5n;
  }
  return text;
}
