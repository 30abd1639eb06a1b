import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Mode, Scope, ServiceName } from '@plaza/contracts';

/** Who asks, as the gateway found out once for all inner services. */
export type Identity =
  | { readonly kind: 'key'; readonly projectId: string; readonly keyId: string; readonly mode: Mode; readonly scopes: readonly Scope[] }
  | { readonly kind: 'service'; readonly service: ServiceName; readonly projectId: string | null }
  | { readonly kind: 'anonymous' };

export const IDENTITY_HEADER = 'x-plaza-identity';
const LIFE_MS = 60_000;
const MAX_VERIFIED = 5_000;

interface SignedPayload {
  readonly identity: Identity;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Signs and verifies the identity that travels between services: `base64url(JSON).base64url(HMAC-SHA-256)`, valid for a minute. A token
 * is made once per identity and verified once, then remembered until it expires; the request's own id travels beside it.
 */
export class IdentityTokens {
  readonly #key: Buffer;
  readonly #now: () => number;
  readonly #verified = new Map<string, SignedPayload>();

  constructor(key: string, now: () => number = Date.now) {
    this.#key = createHmac('sha256', key).update('plaza identity').digest();
    this.#now = now;
  }

  sign(identity: Identity): { readonly token: string; readonly expiresAt: number } {
    const expiresAt = this.#now() + LIFE_MS;
    const payload = Buffer.from(JSON.stringify({ identity, expiresAt } satisfies SignedPayload)).toString('base64url');
    return { token: `${payload}.${this.#mac(payload).toString('base64url')}`, expiresAt };
  }

  /** The identity, or undefined when the token is absent, changed or expired. */
  verify(token: string | undefined): Identity | undefined {
    if (token === undefined) return undefined;
    const payload = this.#verified.get(token) ?? this.#open(token);
    if (payload === undefined || payload.expiresAt <= this.#now()) return undefined;
    if (this.#verified.size >= MAX_VERIFIED) this.#verified.clear();
    this.#verified.set(token, payload);
    return payload.identity;
  }

  #open(token: string): SignedPayload | undefined {
    const [payload = '', mac = '', ...rest] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(payload);
    if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SignedPayload;
  }

  #mac(payload: string): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest();
  }
}
