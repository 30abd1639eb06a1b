/** What the limit says to one request. */
export interface LimitVerdict {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Milliseconds until at least one more request is allowed; 0 while some are. */
  readonly retryInMs: number;
}

/**
 * Never more than `limit` in any window, exactly: the times of the last `limit` admitted requests are kept in a ring, and a request is
 * admitted when the oldest of them is out of the window. A steady rate below the limit is therefore never refused.
 */
export class SlidingWindow {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  constructor(limit: number, windowMs: number) {
    this.#times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = windowMs;
  }

  /** Time of the last admitted request; minus infinity before the first. */
  get lastAtMs(): number {
    const last = (this.#next + this.#times.length - 1) % this.#times.length;
    return this.#times[last] ?? Number.NEGATIVE_INFINITY;
  }

  take(nowMs: number): LimitVerdict {
    const oldest = this.#times[this.#next] ?? Number.NEGATIVE_INFINITY;
    const retryInMs = oldest + this.#windowMs - nowMs;
    if (retryInMs > 0) return { isAllowed: false, remaining: 0, retryInMs };
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return { isAllowed: true, remaining: this.#free(nowMs), retryInMs: 0 };
  }

  /** How many requests are allowed now: by bisection, since the ring is in order of time from `#next` on. */
  #free(nowMs: number): number {
    const limit = this.#times.length;
    let low = 0;
    let high = limit;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#times[(this.#next + middle) % limit] ?? Number.NEGATIVE_INFINITY;
      if (at + this.#windowMs <= nowMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
