import type { ProtectionClass } from '@plaza/contracts';

/** How one platform's publications are tried, retried and reconciled. Times in milliseconds. */
export interface PublishPolicy {
  readonly protection: ProtectionClass;
  /** Longer than the platform's latest late commit. */
  readonly settleMs: number;
  /** Hard deadline of the visible call. */
  readonly submitDeadlineMs: number;
  /** A visible call begins within this after its intent was committed, or not at all: others count on it that it has ended by then. */
  readonly sendWithinMs: number;
  /** Class B: how long the platform remembers an idempotency key. */
  readonly keyLifeMs: number;
  /** Failures that are no one's fault and no one's limit, before it is given up. */
  readonly maxFailures: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** Limits and quotas are waited for so long after the due time, then it is given up. */
  readonly patienceMs: number;
  /** Look-ups that could say nothing, before a person has to decide. */
  readonly maxLookups: number;
  /** When the part's turn came, where it had to wait for room in a budget: patience begins then. */
  readonly turnAtMs?: number;
  /** The part at hand is the last, and the publication is whole without it. */
  readonly isOptional?: boolean;
}

/** What holds for every platform. */
export const COMMON_POLICY = {
  sendWithinMs: 5_000,
  // About nine minutes on average with the backoff below: an outage of the network of some minutes fails nothing.
  maxFailures: 10,
  backoffBaseMs: 2_000,
  backoffCapMs: 10 * 60_000,
  patienceMs: 24 * 60 * 60_000,
  maxLookups: 8,
} as const;

/** Exponential backoff with full jitter, at least a tenth of a second. */
export function backoffMs(policy: PublishPolicy, failures: number, random: number): number {
  const bound = Math.min(policy.backoffCapMs, policy.backoffBaseMs * 2 ** Math.max(0, failures - 1));
  return Math.max(100, Math.floor(random * bound));
}
