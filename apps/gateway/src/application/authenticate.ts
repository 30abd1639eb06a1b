import type { IdentityTokens } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result, type RouteContract } from '@plaza/contracts';
import type { ApiKey } from '../domain/api-key.ts';
import type { LimitVerdict } from '../domain/sliding-window.ts';
import type { KeyCache } from './key-cache.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** The headers in which a key may come. */
export interface KeyHeaders {
  readonly accessKey: string | undefined;
  readonly authorization: string | undefined;
}

/** A request that may go on to its service. */
export interface Admission {
  /** Signed, for the inner service. */
  readonly identity: string;
  readonly limit: LimitVerdict | undefined;
}

export interface Refusal {
  readonly failure: Failure;
  readonly limit?: LimitVerdict;
}

interface SignedKey {
  readonly token: string;
  readonly renewAtMs: number;
  readonly scopes: ApiKey['scopes'];
}

const MAX_SIGNED = 20_000;

/** Decides whether a request may reach a route: the key, its scope, its limit; and signs who it is. */
export class Authenticate {
  readonly #signed = new Map<string, SignedKey>();
  #anonymous: { token: string; renewAtMs: number } | undefined;

  constructor(
    private readonly keys: KeyCache,
    private readonly tokens: IdentityTokens,
    private readonly perKey: RateLimiter,
    private readonly perAddress: RateLimiter,
    private readonly failuresPerAddress: RateLimiter,
    private readonly now: () => number,
  ) {}

  async execute(route: RouteContract, headers: KeyHeaders, address: string): Promise<Result<Admission, Refusal>> {
    if (route.access === 'public') return this.#admitAnyone(address);
    const text = readKeyHeader(headers);
    if (text === 'conflict') return fail({ failure: failure('request.two_keys') });
    const key = text === undefined ? undefined : await this.keys.authenticate(text);
    if (key === undefined) return fail({ failure: this.#refuseUnknown(address) });
    const limit = this.perKey.take(key.id);
    if (!limit.isAllowed) return fail({ failure: failure('rate.limited', { retryAfterSeconds: limit.retryInMs / 1000 }), limit });
    if (typeof route.access === 'object' && !key.scopes.includes(route.access.scope)) {
      return fail({ failure: failure('key.scope_missing', { message: `The API key lacks the scope ${route.access.scope}.`, details: { scope: route.access.scope } }), limit });
    }
    return ok({ identity: this.#sign(key), limit });
  }

  /** What needs no key has its limit per address. */
  #admitAnyone(address: string): Result<Admission, Refusal> {
    const limit = this.perAddress.take(address);
    if (limit.isAllowed) return ok({ identity: this.#signAnonymous(), limit });
    return fail({ failure: failure('rate.limited', { retryAfterSeconds: limit.retryInMs / 1000, message: 'Too many requests from this address; wait as Retry-After says.' }), limit });
  }

  #refuseUnknown(address: string): Failure {
    const { isAllowed, retryInMs } = this.failuresPerAddress.take(address);
    return isAllowed ? failure('key.invalid') : failure('rate.too_many_failures', { retryAfterSeconds: retryInMs / 1000 });
  }

  #sign(key: ApiKey): string {
    const signed = this.#signed.get(key.id);
    if (signed !== undefined && signed.renewAtMs > this.now() && signed.scopes === key.scopes) return signed.token;
    const { id, projectId, mode, scopes } = key;
    const { token, expiresAt } = this.tokens.sign({ kind: 'key', projectId, keyId: id, mode, scopes });
    if (this.#signed.size >= MAX_SIGNED) this.#signed.clear();
    this.#signed.set(id, { token, renewAtMs: halfWay(this.now(), expiresAt), scopes });
    return token;
  }

  #signAnonymous(): string {
    if (this.#anonymous !== undefined && this.#anonymous.renewAtMs > this.now()) return this.#anonymous.token;
    const { token, expiresAt } = this.tokens.sign({ kind: 'anonymous' });
    this.#anonymous = { token, renewAtMs: halfWay(this.now(), expiresAt) };
    return token;
  }
}

/** Renewed well before it expires, so that a request that waits on its way does not arrive with an expired identity. */
function halfWay(nowMs: number, expiresAtMs: number): number {
  return (nowMs + expiresAtMs) / 2;
}

function readKeyHeader({ accessKey, authorization }: KeyHeaders): string | undefined | 'conflict' {
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (accessKey !== undefined && bearer !== undefined && accessKey !== bearer) return 'conflict';
  return accessKey ?? bearer;
}
