import type { SimulatedResponse } from '../../kit/simulator.ts';

/** Points that a call costs, and the window they are counted in. */
export interface RateLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** Bluesky's own limits per account: logins, and writes at 3 points to create, 2 to update, 1 to delete. */
export const BLUESKY_LIMITS = {
  logins: { points: 30, windowSeconds: 300 },
  writes: { points: 5000, windowSeconds: 3600 },
} as const satisfies Record<string, RateLimit>;

export type BlueskyLimits = Readonly<Record<keyof typeof BLUESKY_LIMITS, RateLimit>>;

interface Window {
  used: number;
  endsAtMs: number;
}

const MAX_WINDOWS = 100_000;

/** Counts in memory: a restarted server has forgotten as well. */
export function rateLimits(
  now: () => number,
): (key: string, limit: RateLimit, cost: number) => { readonly isExceeded: boolean; readonly headers: Readonly<Record<string, string>> } {
  const windows = new Map<string, Window>();
  return (key, { points, windowSeconds }, cost) => {
    const known = windows.get(key);
    const window = known === undefined || known.endsAtMs <= now() ? { used: 0, endsAtMs: now() + windowSeconds * 1000 } : known;
    if (windows.size >= MAX_WINDOWS) windows.clear();
    windows.set(key, window);
    const isExceeded = window.used + cost > points;
    if (!isExceeded) window.used += cost;
    return { isExceeded, headers: limitHeaders(points, Math.max(points - window.used, 0), windowSeconds, window.endsAtMs) };
  };
}

/** The headers of a limited route: there is no `Retry-After` among them. */
export function limitHeaders(points: number, remaining: number, windowSeconds: number, endsAtMs: number): Readonly<Record<string, string>> {
  return {
    'ratelimit-limit': String(points),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(Math.ceil(endsAtMs / 1000)),
    'ratelimit-policy': `${points};w=${windowSeconds}`,
  };
}

/** An answer with more headers. */
export function withHeaders(answer: SimulatedResponse, headers: Readonly<Record<string, string>>): SimulatedResponse {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
