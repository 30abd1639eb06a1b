/** How late posts were published: from when they were due to when the platform had them. Milliseconds. */
export function latenessOf(accepted, ledger) {
  const atMs = new Map(ledger.map(({ text, atMs: at }) => [text, at]));
  const late = accepted.flatMap(({ text, dueAtMs }) => (atMs.has(text) ? [Math.max(0, atMs.get(text) - dueAtMs)] : [])).sort((a, b) => a - b);
  const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? Number.NaN;
  return { count: late.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: late.at(-1) ?? Number.NaN };
}
