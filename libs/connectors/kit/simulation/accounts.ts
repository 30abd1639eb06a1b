import { createHash } from 'node:crypto';

/** A decimal id that belongs to a name for ever: the same name is always the same account. */
export function idOfName(name: string, digits = 17): string {
  const hex = createHash('sha256').update(name.toLowerCase()).digest('hex');
  const number = (BigInt(`0x${hex.slice(0, 16)}`) % 9n * 10n ** BigInt(digits - 1)) + (BigInt(`0x${hex.slice(16, 40)}`) % 10n ** BigInt(digits - 1)) + 10n ** BigInt(digits - 1);
  return number.toString().slice(0, digits);
}

/** Letters and digits that belong to a name for ever. */
export function tokenOfName(name: string, length: number): string {
  return createHash('sha512').update(name.toLowerCase()).digest('base64url').replaceAll(/[-_]/g, 'a').slice(0, length);
}
