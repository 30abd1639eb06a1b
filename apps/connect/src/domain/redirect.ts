const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** What a project and its operator allow as redirect targets. */
export interface RedirectRules {
  /** Exact targets; empty when the project has no list. */
  readonly allowList: readonly string[];
  /** The operator refuses every target that is not on a list. */
  readonly isListRequired: boolean;
}

/**
 * Whether the browser may be sent to `target`: https, or http on loopback; no user info, no fragment; on the list when there is one
 * (RFC 9700 section 4.1 asks for exact matching).
 */
export function isRedirectAllowed(target: string, rules: RedirectRules): boolean {
  if (!URL.canParse(target)) return false;
  const url = new URL(target);
  const isLoopback = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) return false;
  if (url.username !== '' || url.password !== '' || target.includes('#')) return false;
  if (rules.allowList.length > 0) return rules.allowList.includes(target);
  return !rules.isListRequired;
}

/** The target with the outcome in its query; parameters that it had stay. */
export function withOutcome(target: string, outcome: Readonly<Record<string, string>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  return url.href;
}
