const DEFAULT_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 30;

/** Milliseconds to wait for an outcome, from `Prefer: wait=N` (RFC 7240 section 4.3); N in seconds, 0 to 30, default 10. */
export function waitMs(prefer: string | undefined): number {
  const match = /(?:^|[,;])\s*wait\s*=\s*(\d{1,4})\b/i.exec(prefer ?? '');
  const seconds = match?.[1] === undefined ? DEFAULT_WAIT_SECONDS : Number(match[1]);
  return Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000;
}
