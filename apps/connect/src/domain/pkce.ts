import { createHash, randomBytes } from 'node:crypto';

/** A code verifier of 43 characters from 256 random bits (RFC 7636 section 4.1). */
export function newCodeVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}

/** The same digest in hexadecimal, as TikTok wants it. */
export function hexCodeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('hex');
}

/** 256 random bits for a `state` or a selection token. Nothing is in it; it only finds its row. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Only the hash is stored: who reads the table cannot finish anyone's connection. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
