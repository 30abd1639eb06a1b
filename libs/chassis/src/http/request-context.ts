import { AsyncLocalStorage } from 'node:async_hooks';
import { POSTPEER_PLATFORMS, type Platform } from '@plaza/contracts';
import type { Identity } from './identity.ts';

/** A request's idempotency key while the request is at work; see `idempotency.ts`. */
export interface IdempotencyClaim {
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the validated request. */
  readonly requestHash: Buffer;
  /** Set once the row is written in the request's first transaction. */
  isWritten: boolean;
  /** When the row was written, to the microsecond: tells it from one that a later request wrote after this one was given up. */
  rowAt?: string;
  /** Id of what the request made, for a replay whose answer was lost. */
  resourceId?: string;
}

/** What belongs to one request from its first byte to its answer. */
export interface RequestContext {
  readonly requestId: string;
  readonly identity: Identity;
  /** `Plaza-Dialect: postpeer`: platforms that PostPeer's closed list does not know are left out of lists. */
  readonly isPostpeer?: boolean;
  idempotency?: IdempotencyClaim;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of the request. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The request that the current work belongs to, or undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** The platforms that the caller can take: all, or those of PostPeer's closed list. */
export function isKnownToCaller(platform: Platform): boolean {
  return currentRequest()?.isPostpeer !== true || POSTPEER_PLATFORMS.includes(platform);
}
