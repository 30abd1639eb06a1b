import type { AuthFailureReason, CredentialPlatform, OAuthPlatform, Platform } from '@plaza/contracts';
import type { z } from 'zod';
import type { Http, HttpRequest, HttpResponse } from './http.ts';
import type { Manifest } from './manifest.ts';
import type { Content, MediaFile } from './content.ts';
import type { Refused, Unknown, Unsent } from './outcome.ts';

/** A value that prints as `[secret]` everywhere and is read on purpose only. */
export interface SecretText {
  reveal(): string;
}

/** What every call of a connector may use. Nothing else: no clock, no network, no environment of its own. */
export interface CallContext {
  readonly http: Http;
  /** Base URL per host name of the manifest, without a trailing slash: the real platform's, or the sandbox's. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The same as a user's browser sees them: where the sandbox runs apart, its addresses are others inside and outside. */
  readonly publicHosts?: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** The account as the platform describes it. */
export interface PlatformProfile {
  /** The platform's own id of the account; the same account connected again has the same one. */
  readonly platformUserId: string;
  /** Public handle, with `@` where the platform writes it so; null where there is none. */
  readonly username: string | null;
  readonly displayName: string | null;
  readonly profileUrl: string | null;
  readonly imageUrl: string | null;
  /** Public facts that publishing needs or users like to see, e.g. `subscriptionType`, `guildId`. Never a secret. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Tokens as an authorization server granted them. Absent expiries are unknown or never. */
export interface TokenGrant {
  readonly accessToken: string;
  /** Absent when the answer brought none: the old one stays in force (RFC 6749 section 6). */
  readonly refreshToken?: string;
  readonly accessExpiresAtMs?: number;
  readonly refreshExpiresAtMs?: number;
  readonly scopes?: readonly string[];
  /** Anything else the connector needs later with the token, e.g. the PDS host. Stored encrypted with it; absent in a refresh keeps what is stored. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Why an account could not be connected. `denied`: the user or platform said no; `app`: the app's credentials are wrong. */
export interface ConnectFailure {
  readonly kind: 'denied' | 'app' | 'credential' | 'unsupported_account' | 'platform';
  readonly message: string;
}

export type ConnectResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ConnectFailure };

/** What reading a refresh answer can give. Only the platform's documented codes mean `reconnect`; anything else is `transient`. */
export type RefreshReading =
  | { readonly kind: 'granted'; readonly grant: TokenGrant }
  | { readonly kind: 'reconnect'; readonly reason: AuthFailureReason; readonly message: string }
  | { readonly kind: 'app'; readonly message: string }
  | { readonly kind: 'transient'; readonly message: string; readonly untilMs?: number };

/** The tokens or fields in force for an account, as the connector gets them for a call. */
export interface AccountCredential {
  readonly accessToken: SecretText;
  readonly refreshToken?: SecretText;
  readonly extra: Readonly<Record<string, string>>;
}

export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: SecretText;
}

/** What a refresh starts from. `client` is null where the platform has no apps. */
export interface RefreshInput {
  readonly client: OAuthClient | null;
  readonly credential: AccountCredential;
}

/** Two halves, so that the caller can store the raw answer before anything reads it: a rotated token must survive a crash. */
export interface Refresher {
  request(context: CallContext, input: RefreshInput): HttpRequest;
  read(response: HttpResponse, nowMs: number): RefreshReading;
  /**
   * Another way to new tokens that needs no user, e.g. logging in again with a stored app password. Tried once when `read` said
   * `reconnect`; what it reads then counts instead. `request` gives undefined when this credential has no such way.
   */
  readonly fallback?: {
    request(context: CallContext, input: RefreshInput): HttpRequest | undefined;
    read(response: HttpResponse, nowMs: number): RefreshReading;
  };
}

/** Connecting through an authorization server. */
export interface OAuthConnect {
  readonly kind: 'oauth';
  /** The page to send the user to. `codeChallenge` is S256, given when the manifest says `pkce: 'S256'`. */
  authorizeUrl(input: {
    readonly hosts: Readonly<Record<string, string>>;
    readonly clientId: string;
    readonly redirectUri: string;
    readonly scopes: readonly string[];
    readonly state: string;
    readonly codeChallenge?: string;
  }): string;
  /** Exchanges the code, up to the token that lives longest. */
  exchange(
    context: CallContext,
    input: { readonly client: OAuthClient; readonly code: string; readonly redirectUri: string; readonly codeVerifier?: string },
  ): Promise<ConnectResult<TokenGrant>>;
  profile(context: CallContext, credential: AccountCredential): Promise<ConnectResult<PlatformProfile>>;
  readonly refresher?: Refresher;
  /** Ends the grant at the platform, where it has a way to. Resolves to whether the platform confirmed. */
  readonly revoke?: (context: CallContext, input: { readonly client: OAuthClient; readonly credential: AccountCredential }) => Promise<boolean>;
  /** Tries an app's id and secret without a user, where the platform allows it. `inconclusive`: the platform gave no clear word. */
  readonly verifyApp?: (context: CallContext, client: OAuthClient) => Promise<{ readonly verdict: 'valid' | 'invalid' | 'inconclusive'; readonly message: string }>;
}

/** Connecting with a credential that the user supplies. */
export interface CredentialConnect {
  readonly kind: 'credentials';
  /** What the user hands in; a strict object. */
  readonly fields: z.ZodObject;
  /** Names of the fields that are secret; the others may be shown again. */
  readonly secretFields: readonly string[];
  connect(context: CallContext, fields: Readonly<Record<string, string>>): Promise<ConnectResult<{ readonly grant: TokenGrant; readonly profile: PlatformProfile }>>;
  readonly refresher?: Refresher;
  readonly revoke?: (context: CallContext, input: { readonly credential: AccountCredential }) => Promise<boolean>;
}

/** What comes after the first part of a publication, e.g. a further post of a thread. It has no media. */
export interface FollowingPart {
  readonly text: string;
}

/** One publication, or one part of it: what to publish, as whom, and what earlier steps of it left. */
export interface Publication {
  readonly account: { readonly platformUserId: string; readonly username: string | null; readonly metadata: Readonly<Record<string, unknown>> };
  readonly credential: AccountCredential;
  readonly content: Content;
  /** The media, probed; `bytes()` fetches them through the guarded client. */
  readonly media: readonly MediaFile[];
  /** The parts that are visible already, oldest first; empty for the first part, and wherever there is one part only. */
  readonly before: readonly Pick<Published, 'platformPostId' | 'platformPostUrl'>[];
  /** Stable over all attempts of this part, unique per part: the seed of client-chosen ids and idempotency keys. */
  readonly publicationId: string;
  /** When the target became due: for client-chosen ids and times that must not change between attempts. */
  readonly dueAtMs: number;
  /** What `prepare` checkpointed last of this part; empty at first. JSON, never a secret. */
  readonly checkpoint: Readonly<Record<string, unknown>>;
}

export interface Published {
  readonly kind: 'published';
  readonly platformPostId: string;
  readonly platformPostUrl: string | null;
  /** Something that was asked for beside the post did not happen, e.g. an alt text. */
  readonly warning?: string;
}

/** `ready`: submit may run; the checkpoint is committed with the intent. `wait`: the platform is still at work, ask again later; it is committed at once. */
export type Prepared =
  | { readonly kind: 'ready'; readonly checkpoint: Readonly<Record<string, unknown>> }
  | { readonly kind: 'wait'; readonly checkpoint: Readonly<Record<string, unknown>>; readonly retryInMs: number };

/** `submitted`: accepted, not yet visible; `status` is asked with the handle until it is. */
export type Submitted = Published | { readonly kind: 'submitted'; readonly handle: string; readonly retryInMs: number } | Refused | Unsent | Unknown;

export type StatusReading = Published | { readonly kind: 'processing'; readonly retryInMs: number } | Refused;

/** `absent`: the platform answered and the post is not there. `inconclusive`: nothing can be said now. */
export type LookupReading = Published | { readonly kind: 'absent' } | { readonly kind: 'inconclusive'; readonly message: string };

/** What an unknown attempt left for the look-up. */
export interface UnknownAttempt {
  /** When the intent was committed, just before the first byte; a look-up need not look further back than a little before. */
  readonly dispatchedAtMs: number;
}

export interface Publisher {
  /** Uploads and containers. Makes nothing visible; may be run again from its last checkpoint; `save` commits at once what was made at the platform and should not be made twice. */
  readonly prepare?: (
    context: CallContext,
    publication: Publication,
    save: (checkpoint: Readonly<Record<string, unknown>>) => Promise<void>,
  ) => Promise<Prepared | Refused>;
  /** What follows the first part, each with a preparation and a visible call of its own. Absent where a publication is one call. */
  readonly following?: (content: Content) => readonly FollowingPart[];
  /** Exactly one call that makes something visible (`visible: true`), nothing else before or after it that may fail. */
  submit(context: CallContext, publication: Publication): Promise<Submitted>;
  readonly status?: (context: CallContext, publication: Publication, handle: string) => Promise<StatusReading>;
  /** Looks for the post of an attempt whose outcome is unknown. Absent for class `E`. */
  readonly lookup?: (context: CallContext, publication: Publication, attempt: UnknownAttempt) => Promise<LookupReading>;
  /** Deletes what was published; deleting again what is gone counts as deleted. */
  readonly remove?: (context: CallContext, publication: Pick<Publication, 'account' | 'credential'>, platformPostId: string) => Promise<{ readonly kind: 'deleted' } | Refused>;
}

/** All that Plaza knows of a platform. What a platform cannot do is absent, not a method that throws. */
export type Connector =
  | { readonly platform: OAuthPlatform; readonly manifest: Manifest; readonly connect: OAuthConnect; readonly publish: Publisher }
  | { readonly platform: CredentialPlatform; readonly manifest: Manifest; readonly connect: CredentialConnect; readonly publish: Publisher };

/** Declares a connector; the catalogue collects them. */
export function defineConnector<C extends Connector>(connector: C): C {
  if (connector.platform !== (connector.manifest.platform satisfies Platform)) throw new Error(`manifest of ${connector.platform} names ${connector.manifest.platform}`);
  return connector;
}
