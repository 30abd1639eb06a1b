import type { AuthFailureReason } from '@plaza/contracts';
import type { z } from 'zod';
import type { CallContext } from './context.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/** A value that prints as `[secret]` everywhere and is read on purpose only. */
export interface SecretText {
  reveal(): string;
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

/** What a token endpoint grants (RFC 6749 section 5.1), with the life of a refresh token that some platforms tell besides. Lives in seconds. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in?: number | undefined;
  readonly refresh_token?: string | undefined;
  readonly refresh_token_expires_in?: number | undefined;
  /** Separated by spaces; some platforms write commas, or a list. */
  readonly scope?: string | readonly string[] | undefined;
}

/** The tokens of an answer that came now. */
export function grantOf(answer: TokenAnswer, nowMs: number): TokenGrant {
  const { access_token: accessToken, expires_in: lifeSecs, refresh_token: refreshToken, refresh_token_expires_in: refreshLifeSecs, scope } = answer;
  const scopes = typeof scope === 'string' ? scope.split(/[\s,]+/).filter((name) => name !== '') : scope;
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(lifeSecs === undefined ? {} : { accessExpiresAtMs: nowMs + lifeSecs * 1000 }),
    ...(refreshLifeSecs === undefined ? {} : { refreshExpiresAtMs: nowMs + refreshLifeSecs * 1000 }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

/** Why an account could not be connected. `denied`: the user or platform said no; `app`: the app's credentials are wrong. */
export interface ConnectFailure {
  readonly kind: 'denied' | 'app' | 'credential' | 'unsupported_account' | 'platform';
  readonly message: string;
}

export type ConnectResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ConnectFailure };

export function connectFailed(kind: ConnectFailure['kind'], message: string): ConnectResult<never> {
  return { ok: false, failure: { kind, message } };
}

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

/** What a platform says of a token. `refused` is its documented word that the token is none; anything else that is no yes is `unclear`. */
export type Validity = 'valid' | 'refused' | 'unclear';

/** For platforms that want a token to be validated now and then, whether it is used or not. */
export interface Validator {
  /** How long after its grant or its last validation. Milliseconds. */
  readonly everyMs: number;
  validate(context: CallContext, credential: AccountCredential): Promise<Validity>;
}

/** For platforms where posts have to keep to facts of the account that change while it stays connected: its server's limits, its rank. */
export interface AccountReader {
  /** How long after its connection or its last reading. Milliseconds. */
  readonly everyMs: number;
  /** A refusal ends nothing: the token has its own ways to end. */
  read(context: CallContext, credential: AccountCredential): Promise<ConnectResult<AccountNews>>;
}

/** An account as it is described now; what is absent could not be read, and stays as it was. */
export type AccountNews = Pick<PlatformProfile, 'platformUserId'> & Partial<PlatformProfile>;

/** Once a day: what a server allows changes seldom, and no account is to be connected again for it. */
export function readDaily(read: AccountReader['read']): AccountReader {
  return { everyMs: 24 * 3_600_000, read };
}

/** An account that a user's consent reaches. */
export interface OfferedAccount {
  readonly type: 'account' | 'person' | 'organization' | 'page' | 'channel';
  readonly profile: PlatformProfile;
  /** Its own tokens, where they are others than the user's: those of a Facebook page. */
  readonly grant?: TokenGrant;
}

/** Connecting through an authorization server. */
export interface OAuthConnect {
  /** The page to send the user to. `codeChallenge` is given as the manifest's `pkce` says. */
  authorizeUrl(input: {
    readonly hosts: Readonly<Record<string, string>>;
    readonly clientId: string;
    readonly redirectUri: string;
    readonly scopes: readonly string[];
    readonly state: string;
    readonly codeChallenge?: string;
    /** One of the manifest's further logins. */
    readonly login?: string;
  }): string;
  /** Exchanges the code, up to the token that lives longest. */
  exchange(
    context: CallContext,
    input: { readonly client: OAuthClient; readonly code: string; readonly redirectUri: string; readonly codeVerifier?: string; readonly login?: string },
  ): Promise<ConnectResult<TokenGrant>>;
  /** The accounts that the consent reaches, one at least; of several the user chooses. */
  accounts(context: CallContext, input: { readonly client: OAuthClient; readonly credential: AccountCredential }): Promise<ConnectResult<readonly OfferedAccount[]>>;
  /** Present where every server of the platform is an authorization server of its own. */
  readonly instances?: Instances;
  readonly refresher?: Refresher;
  readonly validator?: Validator;
  /** Ends the grant at the platform, where it has a way to. Resolves to whether the platform confirmed. */
  readonly revoke?: (context: CallContext, input: { readonly client: OAuthClient; readonly credential: AccountCredential }) => Promise<boolean>;
  /** Tries an app's id and secret without a user, where the platform allows it. `inconclusive`: the platform gave no clear word. */
  readonly verifyApp?: (context: CallContext, client: OAuthClient) => Promise<{ readonly verdict: 'valid' | 'invalid' | 'inconclusive'; readonly message: string }>;
}

/** A platform of many servers. Plaza registers its app at each by itself, once. */
export interface Instances {
  /** What a user calls a server (`mastodon.social`) as base URLs by the manifest's host names; undefined when it names none. */
  hosts(name: string): Readonly<Record<string, string>> | undefined;
  register(context: CallContext, app: { readonly name: string; readonly website: string; readonly redirectUri: string; readonly scopes: readonly string[] }): Promise<ConnectResult<OAuthClient>>;
}

/** Connecting with a credential that the user supplies. */
export interface CredentialConnect {
  /** What the user hands in; a strict object. */
  readonly fields: z.ZodObject;
  /** Names of the fields that are secret; the others may be shown again. */
  readonly secretFields: readonly string[];
  /** Base URLs that the fields name, by the manifest's host names. */
  readonly hosts?: (fields: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Tries the credential at the platform. */
  connect(context: CallContext, fields: Readonly<Record<string, string>>): Promise<ConnectResult<{ readonly grant: TokenGrant; readonly profile: PlatformProfile }>>;
  readonly refresher?: Refresher;
  readonly revoke?: (context: CallContext, input: { readonly credential: AccountCredential }) => Promise<boolean>;
}
