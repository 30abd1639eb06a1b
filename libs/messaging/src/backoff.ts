/** How a failing message is tried again. */
export interface RetryPolicy {
  /** After so many failed tries it is a dead letter. */
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5, baseMs: 1_000, capMs: 60_000 };

/** Exponential backoff with full jitter: a random wait between zero and the exponential bound, so that retries do not come in herds. */
export function backoffMs(policy: RetryPolicy, failedAttempts: number, random: () => number): number {
  return Math.floor(random() * Math.min(policy.capMs, policy.baseMs * 2 ** (failedAttempts - 1)));
}
