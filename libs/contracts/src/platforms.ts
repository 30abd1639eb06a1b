import { z } from 'zod';

/** Platforms whose accounts are connected through an OAuth 2.0 authorization code flow. */
export const OAUTH_PLATFORMS = [
  'twitter',
  'instagram',
  'facebook',
  'threads',
  'linkedin',
  'youtube',
  'tiktok',
  'pinterest',
  'patreon',
  'twitch',
] as const;

/** Platforms whose credential the user supplies (app password, webhook URL, API key). */
export const CREDENTIAL_PLATFORMS = ['bluesky', 'mastodon', 'discord', 'ghost', 'beehiiv'] as const;

/** Every platform that Plaza has a word for. */
export const PLATFORMS = [...OAUTH_PLATFORMS, ...CREDENTIAL_PLATFORMS] as const;

export type OAuthPlatform = (typeof OAUTH_PLATFORMS)[number];
export type CredentialPlatform = (typeof CREDENTIAL_PLATFORMS)[number];
export type Platform = (typeof PLATFORMS)[number];

/** Platform words that PostPeer's closed enumeration knows; clients with `Plaza-Dialect: postpeer` see no others. */
export const POSTPEER_PLATFORMS: readonly Platform[] = [
  'twitter',
  'instagram',
  'youtube',
  'tiktok',
  'pinterest',
  'linkedin',
  'bluesky',
  'facebook',
  'threads',
];

/** A platform's name in answers and stored data. */
export const platformSchema = z.enum(PLATFORMS).meta({ id: 'Platform', description: 'A social platform.' });

/** A platform's name in requests: `x` is accepted for `twitter`. */
export const platformInputSchema = z
  .enum([...PLATFORMS, 'x'])
  .transform((name): Platform => (name === 'x' ? 'twitter' : name))
  .meta({ id: 'PlatformInput', description: 'A social platform; `x` is accepted for `twitter`.' });

/** How the account was authorised, in the words of `GET /api/v1/accounts`. */
export const ACCOUNT_KINDS = ['byok', 'oauth'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** `byok` where the user supplied the credential itself, `oauth` where they went through an OAuth 2.0 flow. */
export function accountKind(platform: Platform): AccountKind {
  return (CREDENTIAL_PLATFORMS as readonly Platform[]).includes(platform) ? 'byok' : 'oauth';
}

/** Whether calls reach the real platforms (`live`) or the sandbox (`test`). */
export const MODES = ['live', 'test'] as const;
export type Mode = (typeof MODES)[number];
export const modeSchema = z.enum(MODES);
