import { createHmac } from 'node:crypto';

const KEY = /^([0-9a-f]{24}):([0-9a-f]{64})$/i;
/** The longest that Ghost takes. */
const LIFE_SECONDS = 300;

export const isAdminApiKey = (key: string): boolean => KEY.test(key);

/**
 * A token of five minutes for an Admin API key `{id}:{secret}`; the key itself is never sent. Undefined when it is none.
 * Source: Ghost docs, admin-api, token authentication.
 */
export function adminToken(key: string, nowMs: number): string | undefined {
  const [, kid, secret] = KEY.exec(key) ?? [];
  if (kid === undefined || secret === undefined) return undefined;
  const issuedAt = Math.floor(nowMs / 1000);
  const signed = [{ alg: 'HS256', typ: 'JWT', kid }, { iat: issuedAt, exp: issuedAt + LIFE_SECONDS, aud: '/admin/' }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`;
}
