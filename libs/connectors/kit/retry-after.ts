import type { HttpResponse } from './http.ts';

/** No platform is waited for longer than this on its own word: an absurd `Retry-After` must not bury a post for years. */
export const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3): delay in seconds or an HTTP date. Absent or unreadable is undefined; negative is now;
 * beyond a day is a day.
 */
export function retryAfterMs(response: HttpResponse, nowMs: number): number | undefined {
  const value = response.headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  const instant = Number.isNaN(seconds) ? Date.parse(value) : nowMs + seconds * 1000;
  return Number.isNaN(instant) ? undefined : clampInstant(instant, nowMs);
}

/** Reads a header that holds an instant in epoch seconds, decimals allowed; the same bounds as {@link retryAfterMs}. */
export function epochSecondsHeader(response: HttpResponse, name: string, nowMs: number): number | undefined {
  const value = response.headers[name];
  const seconds = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isNaN(seconds) ? undefined : clampInstant(seconds * 1000, nowMs);
}

/** Brings an instant into [now, now + {@link LONGEST_WAIT_MS}]. */
export function clampInstant(instantMs: number, nowMs: number): number {
  return Math.min(Math.max(instantMs, nowMs), nowMs + LONGEST_WAIT_MS);
}
