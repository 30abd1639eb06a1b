import type { MediaType, Platform, ProtectionClass } from '@plaza/contracts';
import type { z } from 'zod';
import type { Content, MediaFacts, Violation } from './content.ts';

/** One way of counting a text, with its limit. */
export interface TextLimit {
  /** What is counted, for people: `weighted characters`, `graphemes`, `bytes`, `characters`, `hashtags`. */
  readonly unit: string;
  readonly max: number;
  /** The limit under these options, where an option lifts it (X: a long post); `max` is the one without options. */
  readonly maxWith?: (options: Content['options']) => number;
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
  readonly minAspect?: number;
  readonly maxAspect?: number;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
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

export interface OAuthFacts {
  readonly kind: 'oauth';
  /** Scopes to ask for and to tick in the developer console, per capability. */
  readonly scopes: Readonly<Record<'publish', readonly string[]>>;
  readonly pkce: 'S256' | 'none';
  /** Whether the authorization server sends `iss` (RFC 9207). */
  readonly issuer?: string;
  /** Renew when this much of the access token's life is left. Milliseconds. */
  readonly refreshAheadMs: number;
  /** Tokens younger than this cannot be refreshed (Instagram: a day). Milliseconds. */
  readonly refreshMinAgeMs?: number;
  /** Whether each refresh replaces the refresh token and a second use of the old one ends the grant. */
  readonly rotatesRefreshToken: boolean;
  /** Whether an app's credentials can be tried without a user. */
  readonly canVerifyApp: boolean;
}

export interface CredentialFacts {
  readonly kind: 'credentials';
  /** The fields' names with a sentence on where the user finds each. */
  readonly fieldHelp: Readonly<Record<string, string>>;
  readonly refreshAheadMs?: number;
  readonly rotatesRefreshToken: boolean;
}

/** How an unknown outcome is resolved. */
export interface Protection {
  readonly class: ProtectionClass;
  /** Longer than the platform's latest late commit; reconciling starts no earlier after the attempt's deadline. Milliseconds. */
  readonly settleMs: number;
  /** Class `B`: how long the platform remembers a key. Milliseconds. */
  readonly keyLifeMs?: number;
}

/** Facts about a platform, each with its source. Pure data but for the counting functions. */
export interface Manifest {
  readonly platform: Platform;
  readonly displayName: string;
  readonly status: 'prod' | 'beta' | 'dev';
  /** Base URLs by the names that the connector's code uses, without a trailing slash. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly auth: OAuthFacts | CredentialFacts;
  readonly protection: Protection;
  /** Hard deadline of the call that makes something visible. Milliseconds. */
  readonly submitDeadlineMs: number;
  readonly limits: Limits;
  /** Guards `platformSpecificData`; a strict object. */
  readonly options: z.ZodObject;
  /** Rules that plain limits cannot say, e.g. a poll excludes media, or a long post needs an entitlement. */
  readonly check?: (content: Content, media: readonly MediaFacts[]) => readonly Violation[];
  readonly sources: readonly Source[];
}
