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

/** How an account was connected: through an authorization server, or with a credential that the user supplied. */
export const AUTH_METHODS = ['oauth', 'credentials'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** The same in the words of `GET /api/v1/accounts`. */
export const ACCOUNT_KINDS = ['byok', 'oauth'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** `byok` where the user supplied the credential itself, `oauth` where they went through an OAuth 2.0 flow. */
export function accountKind(method: AuthMethod): AccountKind {
  return method === 'credentials' ? 'byok' : 'oauth';
}

/** The usual way to connect a platform, where it has two. */
export function usualMethod(platform: Platform): AuthMethod {
  return (CREDENTIAL_PLATFORMS as readonly Platform[]).includes(platform) ? 'credentials' : 'oauth';
}

/** What a connection may be asked to allow beyond publishing; each has its scopes. */
export const CAPABILITIES = ['publish', 'analytics', 'delete', 'comments', 'organizations'] as const;
export type Capability = (typeof CAPABILITIES)[number];
export const capabilitySchema = z.enum(CAPABILITIES);

/** What an account may do, as it stood when it was connected. */
export const accountFactsSchema = z.object({
  login: z.string().nullable().meta({ description: 'Which of several ways to log in it was.' }),
  scopes: z.array(z.string()).meta({ description: 'What was granted, in the platform\'s words; empty where credentials were supplied.' }),
  metadata: z.record(z.string(), z.unknown()),
});
export type AccountFacts = z.infer<typeof accountFactsSchema>;

/** What a platform may have, closed: what can be posted, and what can be done with an account or a post. */
export const FEATURES = [
  'text',
  'image',
  'images',
  'video',
  'gif',
  'document',
  'thread',
  'story',
  'short_video',
  'link_card',
  'poll',
  'first_comment',
  'alt_text',
  'content_warning',
  'visibility',
  'cover',
  'platform_draft',
  'selection',
  'refresh',
  'revoke',
  'lookup',
  'delete',
  'analytics',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Whether calls reach the real platforms (`live`) or the sandbox (`test`). */
export const MODES = ['live', 'test'] as const;
export type Mode = (typeof MODES)[number];
export const modeSchema = z.enum(MODES);
