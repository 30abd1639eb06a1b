import type { Settings } from '../config.ts';

/** The encryption of a connection to the database, for `pg`. */
export function databaseTls(ca: string | undefined): { readonly ssl?: { readonly ca: string } } {
  return ca === undefined ? {} : { ssl: { ca } };
}

/** The database as its administrator reaches it: the URL with the password that it may lack. */
export function administratorUrl({ DATABASE_URL, DATABASE_PASSWORD }: Pick<Settings, 'DATABASE_URL' | 'DATABASE_PASSWORD'>): string | undefined {
  if (DATABASE_URL === undefined || DATABASE_PASSWORD === undefined) return DATABASE_URL;
  const url = new URL(DATABASE_URL);
  if (url.password === '') url.password = encodeURIComponent(DATABASE_PASSWORD);
  return url.href;
}
