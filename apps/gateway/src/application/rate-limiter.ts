import { SlidingWindow, type LimitVerdict } from '../domain/sliding-window.ts';

const WINDOW_MS = 60_000;
const SWEEP_EVERY = 10_000;

/** Sliding windows by key or address; one that has been silent for a whole window is forgotten, since it could refuse nothing. */
export class RateLimiter {
  readonly limit: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, SlidingWindow>();
  #takes = 0;

  constructor(limit: number, now: () => number) {
    this.limit = limit;
    this.#now = now;
  }

  take(name: string): LimitVerdict {
    const nowMs = this.#now();
    this.#takes += 1;
    if (this.#takes % SWEEP_EVERY === 0) this.#sweep(nowMs);
    let window = this.#windows.get(name);
    if (window === undefined) {
      window = new SlidingWindow(this.limit, WINDOW_MS);
      this.#windows.set(name, window);
    }
    return window.take(nowMs);
  }

  #sweep(nowMs: number): void {
    for (const [name, window] of this.#windows) if (window.lastAtMs + WINDOW_MS <= nowMs) this.#windows.delete(name);
  }
}
