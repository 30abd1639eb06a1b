/**
 * What a user calls a server (`mastodon.social`, `https://mastodon.social/`, `@alice@mastodon.social`) as its base URL; undefined when it
 * is none. Tokens go there, so that it is always HTTPS.
 */
export function serverUrl(name: string): string | undefined {
  const bare = name.trim().replace(/^https:\/\//i, '').replace(/^@?[\w.-]+@/, '').replace(/\/$/, '');
  const url = `https://${bare}`;
  if (!/^[\p{L}\p{N}.-]+\.[\p{L}\p{N}-]+(:\d{1,5})?$/u.test(bare) || !URL.canParse(url)) return undefined;
  return new URL(url).origin;
}

/** Servers besides Mastodon that keep idempotency keys: pleroma/pleroma and akkoma, `Pleroma.Web.Plugs.IdempotencyPlug`. */
const KEEPS_KEYS = /\(compatible; (Pleroma|Akkoma)\b/i;

/**
 * Whether a server of this version takes a status with the same `Idempotency-Key` once. Mastodon and its forks write a bare version; others
 * that speak its API write behind it in brackets what they really are, and many of them ignore the key.
 */
export function keepsIdempotencyKeys(version: string): boolean {
  return /^[2-9]\.\d+\.\d+[\w.+-]*$/.test(version.trim()) || KEEPS_KEYS.test(version);
}
