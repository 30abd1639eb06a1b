import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { AccountCredential } from './connect.ts';
import type { CallContext } from './context.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key of one upload, from the account's token: HKDF with SHA-256 (RFC 5869). */
function keyOf({ accessToken }: AccountCredential, upload: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', accessToken.reveal(), upload, 'address of an upload', 32));
}

/**
 * An address for bytes, or the form that goes with it, in base64url and unreadable without the account's token. A checkpoint is no vault, and
 * such an address is a secret for as long as it is taken, since it needs no token. `upload` is the platform's own id of what is uploaded.
 */
export function sealAddress(credential: AccountCredential, upload: string, address: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(credential, upload), nonce);
  const sealed = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The address again. Undefined where the token is another one by now: the address is lost, and a new upload has to begin. */
export function openAddress(credential: AccountCredential, upload: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const start = NONCE_BYTES + TAG_BYTES;
  if (bytes.length < start) return undefined;
  const decipher = createDecipheriv(CIPHER, keyOf(credential, upload), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, start));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/**
 * An address that an answer named, as this process reaches it; undefined when it is not of the platform's own servers: what goes there is a
 * customer's, and may be the token. In the sandbox it is the sandbox's `host`, whatever name a browser has for that.
 */
export function ownAddress(context: Pick<CallContext, 'isSandbox' | 'hosts' | 'publicHosts'>, host: string, own: RegExp, address: string): string | undefined {
  const { isSandbox, hosts, publicHosts } = context;
  if (isSandbox) {
    const base = [publicHosts[host], hosts[host]].find((url) => url !== undefined && address.startsWith(`${url}/`));
    return base === undefined ? undefined : `${hosts[host] ?? ''}${address.slice(base.length)}`;
  }
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(address);
  return protocol === 'https:' && `${port}${username}${password}` === '' && own.test(hostname) ? address : undefined;
}
