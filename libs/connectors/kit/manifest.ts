import type { AccountFacts, Capability, Feature, MediaType, Platform, ProtectionClass } from '@plaza/contracts';
import type { z } from 'zod';
import type { Content, MediaFacts, Violation } from './content.ts';

/** One way of counting a text, with its limit. */
export interface TextLimit {
  /** What is counted, for people: `weighted characters`, `graphemes`, `bytes`, `characters`, `hashtags`. */
  readonly unit: string;
  readonly max: number;
  /** The limit of this very post, where its options, media or account change it (X: a long post; Mastodon: the server's own limit); `max` is the usual one. */
  readonly maxWith?: (content: Content, media: readonly MediaFacts[], account: AccountFacts | null) => number;
  count(text: string): number;
}

/** What one kind of media must keep to. Inclusive; sizes in bytes, pixels, milliseconds; aspect is width divided by height. */
export interface MediaLimit {
  readonly mimeTypes: readonly string[];
  readonly maxBytes: number;
  readonly maxCount: number;
  readonly minWidth?: number;
  readonly maxWidth?: number;
  readonly minHeight?: number;
  readonly maxHeight?: number;
  /** Width times height. */
  readonly maxPixels?: number;
  readonly minAspect?: number;
  readonly maxAspect?: number;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  /** In the words of {@link MediaFacts}; what is not known is not refused. */
  readonly videoCodecs?: readonly string[];
  readonly audioCodecs?: readonly string[];
  /** Frames a second. */
  readonly minFrameRate?: number;
  readonly maxFrameRate?: number;
}

/** A platform's limits, published at `GET /v1/platforms` and checked before anything is scheduled. */
export interface Limits {
  readonly text: readonly TextLimit[];
  /** The text may be empty when there is media. */
  readonly textRequired: 'always' | 'without_media' | 'never';
  readonly mediaRequired: boolean;
  /** Highest number of media items of all types together. */
  readonly maxMedia: number;
  /** Media types that may not stand beside any other type. */
  readonly exclusive: readonly MediaType[];
  readonly media: Readonly<Partial<Record<MediaType, MediaLimit>>>;
}

/** A fact's origin: which page or file, and when it was read. */
export interface Source {
  readonly fact: string;
  readonly source: string;
  /** ISO date. */
  readonly read: string;
}

interface RenewalFacts {
  /** Renew when this much of the access token's life is left. Milliseconds; absent where tokens do not expire or cannot be renewed. */
  readonly refreshAheadMs?: number;
  /** Tokens younger than this cannot be refreshed (Instagram: a day). Milliseconds. */
  readonly refreshMinAgeMs?: number;
  /** Whether each refresh replaces the refresh token and a second use of the old one ends the grant. */
  readonly rotatesRefreshToken: boolean;
  /**
   * Only some apps are given refresh tokens, and then told their end with them (LinkedIn: those of approved partners). Without one the
   * connection ends with its access token.
   */
  readonly refreshTokens?: 'of_some_apps';
}

export interface OAuthFacts extends RenewalFacts {
  /** Scopes to ask for and to tick in the developer console, per capability; all of them are asked for unless the caller names some. */
  readonly scopes: Readonly<Partial<Record<Capability, readonly string[]>> & { readonly publish: readonly string[] }>;
  /** Further ways to log in, by the word that `GET /v1/connect/{platform}?login=` takes, each with an app of another kind. */
  readonly logins?: Readonly<Record<string, { readonly displayName: string; readonly scopes: OAuthFacts['scopes']; readonly setup: readonly string[] }>>;
  /** `S256_hex`: the SHA-256 in hexadecimal instead of base64url (TikTok). */
  readonly pkce: 'S256' | 'S256_hex' | 'none';
  /** Whether the authorization server sends `iss` (RFC 9207). */
  readonly issuer?: string;
  /** Whether an app's credentials can be tried without a user. */
  readonly canVerifyApp: boolean;
  /** What to do in the platform's developer console, step by step, in Markdown; `{callbackUrl}` and `{scopes}` are filled in. */
  readonly setup: readonly string[];
}

export interface CredentialFacts extends RenewalFacts {
  /** The fields' names with a sentence on where the user finds each. */
  readonly fieldHelp: Readonly<Record<string, string>>;
}

/** Something that a platform lets be used up over time: posts a day, quota units. What would exceed it waits instead of failing. */
export interface Budget {
  /** `posts`, `quota units`; each budget of a platform has its own, under which it is kept. */
  readonly unit: string;
  /** Whose it is. */
  readonly of: 'account' | 'app';
  readonly max: number;
  /** The last so many milliseconds, or the calendar day of a time zone (IANA). */
  readonly window: { readonly kind: 'rolling'; readonly ms: number } | { readonly kind: 'day'; readonly timeZone: string };
  /** What one visible call takes with all that belongs to it; `part` is 0 for the first, `media` is how many media items it has, none by default. */
  readonly cost: (part: number, content: Content, media?: number) => number;
}

/** How an unknown outcome is resolved. */
export interface Protection {
  readonly class: ProtectionClass;
  /** Longer than the platform's latest late commit; reconciling starts no earlier after the attempt's deadline. Milliseconds. */
  readonly settleMs: number;
  /** Class `B`: how long the platform remembers a key. Milliseconds. */
  readonly keyLifeMs?: number;
  /** What the class does not hold for: a sentence for people. `lookup` must then say nothing that it cannot prove. */
  readonly exception?: string;
}

/** Facts about a platform, each with its source. Pure data but for the counting functions. */
export interface Manifest {
  readonly platform: Platform;
  readonly displayName: string;
  readonly status: 'prod' | 'beta' | 'dev';
  /** Base URLs by the names that the connector's code uses, without a trailing slash. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Names of those hosts that an account may bring itself; its grant's `extra` then holds the base URL under the same name. */
  readonly ownHosts?: readonly string[];
  readonly auth: { readonly oauth?: OAuthFacts; readonly credentials?: CredentialFacts };
  /** What is there, and why the rest is not: a sentence for people. */
  readonly features: Readonly<Record<Feature, true | string>>;
  /** What a feature that is there does not reach, or what it is on this platform: a sentence for people. */
  readonly notes?: Readonly<Partial<Record<Feature, string>>>;
  readonly protection: Protection;
  /** Hard deadline of the call that makes something visible. Milliseconds. */
  readonly submitDeadlineMs: number;
  readonly limits: Limits;
  /** Those of this very account, where its server has its own; `limits` are the usual ones. */
  readonly limitsOf?: (account: AccountFacts) => Limits;
  readonly budgets?: readonly Budget[];
  /** Shows media from the addresses that a post names, for as long as the post is there: the platform keeps no copies. */
  readonly linksMedia?: true;
  /** Guards `platformSpecificData`; a strict object. */
  readonly options: z.ZodObject;
  /** What the content needs beyond publishing, and where it says so: an account that was connected without is told before anything is scheduled. */
  readonly needs?: (content: Content) => readonly { readonly capability: Capability; readonly path: string }[];
  /** Rules that plain limits cannot say, e.g. a poll excludes media, or a long post needs an entitlement. */
  readonly check?: (content: Content, media: readonly MediaFacts[], account: AccountFacts | null) => readonly Violation[];
  readonly sources: readonly Source[];
}
