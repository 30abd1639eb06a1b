const WINDOW_MS = 15 * 60 * 1000;
const MAX_WINDOWS = 100_000;

/** Calls per user and 15 minutes, by operation (`POST /2/tweets` is `publish`), as X's documentation has them. */
export const DOCUMENTED_LIMITS: Readonly<Record<string, number>> = {
  publish: 100,
  delete: 50,
  lookup: 900,
  profile: 75,
  upload: 500,
  status: 1000,
};

/** Nobody who tests load wants to hit a limit by accident. */
const GENEROUS_LIMIT = 100_000;

/** Counts calls in windows of 15 minutes, in memory. */
export function rateWindows(now: () => number, limits: Readonly<Record<string, number>>) {
  const windows = new Map<string, { startMs: number; count: number }>();
  return (userId: string, operation: string): { readonly isExceeded: boolean; readonly headers: Readonly<Record<string, string>> } => {
    const limit = limits[operation] ?? GENEROUS_LIMIT;
    const key = `${operation} ${userId}`;
    const known = windows.get(key);
    const window = known !== undefined && now() < known.startMs + WINDOW_MS ? known : { startMs: now(), count: 0 };
    if (known === undefined && windows.size >= MAX_WINDOWS) windows.clear();
    window.count += 1;
    windows.set(key, window);
    const counted = {
      limit: String(limit),
      remaining: String(Math.max(limit - window.count, 0)),
      reset: String(Math.ceil((window.startMs + WINDOW_MS) / 1000)),
    };
    const headers = Object.fromEntries(Object.entries(counted).map(([name, value]) => [`x-rate-limit-${name}`, value]));
    return { isExceeded: window.count > limit, headers };
  };
}
