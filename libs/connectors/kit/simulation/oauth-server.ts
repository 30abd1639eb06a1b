import { createHash } from 'node:crypto';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost, Table } from '../simulator.ts';
import { formOf } from './answers.ts';
import { consentPage, escapeHtml, page } from './pages.ts';

/** What one authorization server does its own way. Lives in milliseconds; null is for ever. */
export interface OAuthServerOptions {
  /** Heading of its pages, e.g. `Sandbox LinkedIn`. */
  readonly title: string;
  readonly scopes: ReadonlySet<string>;
  /** Between scopes in the authorization request; default white space. */
  readonly scopeSeparator?: RegExp;
  /** Default `client_id`. */
  readonly clientIdName?: string;
  readonly codeLifeMs: number;
  readonly accessLifeMs: number | null;
  /** Absent: it gives no refresh tokens. */
  readonly refresh?: { readonly lifeMs: number | null; readonly rotates: boolean };
  /** How the challenge is written where PKCE is required or taken; default none. */
  readonly pkce?: 'required' | 'optional';
  readonly challengeEncoding?: 'base64url' | 'hex';
  /** Names that accounts can have; default `\w{1,30}` with dots. */
  readonly accountPattern?: RegExp;
  /** Query of the redirect after a denial; default `error=access_denied`. */
  readonly denial?: Readonly<Record<string, string>>;
  /** Appended to every redirect, e.g. Meta's `#_`. */
  readonly redirectHash?: string;
  /** What else must hold for an authorization request; a sentence when it does not. */
  readonly check?: (query: URLSearchParams) => string | undefined;
}

interface App {
  readonly secretDigest: string;
}

interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly method: string;
  readonly scopes: readonly string[];
  readonly account: string;
  /** Query of the authorization request, for what a platform reads of it later, e.g. `access_type`. */
  readonly asked: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

/** What a user granted to an app. */
export interface OAuthGrant {
  readonly id: string;
  readonly clientId: string;
  /** The name that was typed on the consent page. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly asked: Readonly<Record<string, string>>;
  readonly isRevoked: boolean;
}

/** A token of a grant. */
export interface OAuthToken {
  readonly grantId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly isUsed: boolean;
  /** For servers with several sorts of access tokens, e.g. `short`, `long`, `page`. */
  readonly sort: string;
}

/** Tokens as they are handed out, once. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number | null;
  readonly refreshToken?: string;
  readonly refreshExpiresInSeconds?: number | null;
  readonly grant: OAuthGrant;
}

/** Why a code was not taken. */
export type CodeProblem = 'unknown' | 'expired' | 'redirect_uri' | 'verifier';

export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

const DEFAULT_ACCOUNT = 'sandbox_user';
/** Its source is the pattern of an input as well, where a bare hyphen in a class is an error (HTML, the v flag). */
const DEFAULT_NAMES = /^(?:[A-Za-z0-9._]|-){1,30}$/;

/**
 * An authorization server of a simulated platform (RFC 6749, 7636): the consent page, apps, codes, grants and tokens. The platform words
 * its own answers around it. Any client id is a registered app; its secret is learned from the first call that brings one and must stay
 * the same; a secret that begins with `wrong` never fits.
 */
export class OAuthServer {
  readonly #host: SimulatorHost;
  readonly #options: OAuthServerOptions;
  readonly #apps: Table<App>;
  readonly #codes: Table<Code>;
  readonly #grants: Table<OAuthGrant>;
  readonly #access: Table<OAuthToken>;
  readonly #refresh: Table<OAuthToken>;

  constructor(host: SimulatorHost, options: OAuthServerOptions) {
    this.#host = host;
    this.#options = options;
    this.#apps = host.table('oauth_apps', 10_000);
    this.#codes = host.table('oauth_codes', 10_000);
    this.#grants = host.table('oauth_grants', 100_000);
    this.#access = host.table('oauth_access', 100_000);
    this.#refresh = host.table('oauth_refresh', 100_000);
  }

  /** `GET` shows the consent form, `POST` of the form sends the user back to the app. */
  authorize(request: SimulatedRequest): SimulatedResponse {
    const { query } = request;
    const problem = this.#problem(query);
    if (problem !== undefined) return page(400, this.#options.title, `<p>Invalid request: ${escapeHtml(problem)}</p>`);
    const pattern = this.#options.accountPattern ?? DEFAULT_NAMES;
    const account = formOf(request).get('account') ?? query.get('account') ?? DEFAULT_ACCOUNT;
    const clientId = query.get(this.#options.clientIdName ?? 'client_id') ?? '';
    const scopes = this.#scopesOf(query);
    if (request.method !== 'POST') return consentPage(this.#options.title, { clientId, scopes, account, accountPattern: pattern.source.replaceAll(/^\^|\$$/g, '') });
    if (formOf(request).get('decision') !== 'approve') return this.#back(query, this.#options.denial ?? { error: 'access_denied' });
    if (!pattern.test(account)) return page(400, this.#options.title, '<p>There is no account of that name.</p>');
    const code = this.#host.random(48);
    this.#codes.set(digest(code), {
      clientId,
      redirectUri: query.get('redirect_uri') ?? '',
      challenge: query.get('code_challenge'),
      method: query.get('code_challenge_method') ?? 'plain',
      scopes,
      account,
      asked: Object.fromEntries(query),
      expiresAtMs: this.#host.now() + this.#options.codeLifeMs,
    });
    return this.#back(query, { code });
  }

  /** Whether the secret is the app's. */
  isApp(clientId: string, clientSecret: string): boolean {
    if (clientId === '' || clientSecret === '' || clientSecret.startsWith('wrong')) return false;
    const known = this.#apps.get(clientId);
    if (known === undefined) this.#apps.set(clientId, { secretDigest: digest(clientSecret) });
    return known === undefined || known.secretDigest === digest(clientSecret);
  }

  /** Takes a code, which is spent by being shown, and makes its grant. */
  redeem(input: { readonly code: string; readonly clientId: string; readonly redirectUri: string; readonly verifier?: string | null }): OAuthGrant | CodeProblem {
    const key = digest(input.code);
    const code = this.#codes.get(key);
    this.#codes.delete(key);
    if (code === undefined || code.clientId !== input.clientId) return 'unknown';
    if (code.expiresAtMs <= this.#host.now()) return 'expired';
    if (code.redirectUri !== input.redirectUri) return 'redirect_uri';
    if (!this.#isProven(code, input.verifier ?? '')) return 'verifier';
    const grant: OAuthGrant = { id: this.#host.random(12), clientId: code.clientId, account: code.account, scopes: code.scopes, asked: code.asked, isRevoked: false };
    this.#grants.set(grant.id, grant);
    return grant;
  }

  /** New tokens of a grant. `withRefresh: false` gives an access token alone. */
  issue(grant: OAuthGrant, more: { readonly sort?: string; readonly lifeMs?: number | null; readonly withRefresh?: boolean } = {}): IssuedTokens {
    const { refresh } = this.#options;
    const lifeMs = more.lifeMs === undefined ? this.#options.accessLifeMs : more.lifeMs;
    const accessToken = this.#store(this.#access, grant, lifeMs, more.sort ?? 'access');
    const issued = { accessToken, expiresInSeconds: lifeMs === null ? null : Math.floor(lifeMs / 1000), grant };
    if (refresh === undefined || more.withRefresh === false) return issued;
    const refreshToken = this.#store(this.#refresh, grant, refresh.lifeMs, 'refresh');
    return { ...issued, refreshToken, refreshExpiresInSeconds: refresh.lifeMs === null ? null : Math.floor(refresh.lifeMs / 1000) };
  }

  /**
   * New tokens for a refresh token, or undefined when it is no good. Where tokens rotate, the second use of one ends the grant: somebody
   * else holds a copy.
   */
  refresh(refreshToken: string, clientId: string): IssuedTokens | undefined {
    const key = digest(refreshToken);
    const token = this.#refresh.get(key);
    const grant = token === undefined ? undefined : this.#grants.get(token.grantId);
    if (token === undefined || grant === undefined || grant.isRevoked || grant.clientId !== clientId || this.#isOver(token)) return undefined;
    if (this.#options.refresh?.rotates !== true) {
      const left = token.expiresAtMs === null ? null : Math.floor((token.expiresAtMs - this.#host.now()) / 1000);
      return { ...this.issue(grant, { withRefresh: false }), refreshToken, refreshExpiresInSeconds: left };
    }
    if (token.isUsed) {
      this.#grants.set(grant.id, { ...grant, isRevoked: true });
      return undefined;
    }
    this.#refresh.set(key, { ...token, isUsed: true });
    return this.issue(grant);
  }

  /** The grant behind an access token, `expired`, or undefined for a token that is unknown or revoked. */
  grantOf(accessToken: string | undefined): (OAuthGrant & { readonly token: OAuthToken }) | 'expired' | undefined {
    const token = accessToken === undefined ? undefined : this.#access.get(digest(accessToken));
    const grant = token === undefined ? undefined : this.#grants.get(token.grantId);
    if (token === undefined || grant === undefined || grant.isRevoked) return undefined;
    return this.#isOver(token) ? 'expired' : { ...grant, token };
  }

  /** Ends the grant of an access or refresh token. False for a token that nobody knows. */
  revoke(text: string): boolean {
    const key = digest(text);
    const grant = this.#grants.get((this.#refresh.get(key) ?? this.#access.get(key))?.grantId ?? '');
    if (grant !== undefined) this.#grants.set(grant.id, { ...grant, isRevoked: true });
    return grant !== undefined;
  }

  #store(table: Table<OAuthToken>, grant: OAuthGrant, lifeMs: number | null, sort: string): string {
    const text = this.#host.random(48);
    const nowMs = this.#host.now();
    table.set(digest(text), { grantId: grant.id, issuedAtMs: nowMs, expiresAtMs: lifeMs === null ? null : nowMs + lifeMs, isUsed: false, sort });
    return text;
  }

  #isOver(token: OAuthToken): boolean {
    return token.expiresAtMs !== null && token.expiresAtMs <= this.#host.now();
  }

  #isProven(code: Code, verifier: string): boolean {
    if (code.challenge === null) return this.#options.pkce !== 'required';
    if (code.method !== 'S256') return code.challenge === verifier;
    return code.challenge === createHash('sha256').update(verifier).digest(this.#options.challengeEncoding ?? 'base64url');
  }

  #scopesOf(query: URLSearchParams): string[] {
    return (query.get('scope') ?? '').split(this.#options.scopeSeparator ?? /\s+/).filter((scope) => scope !== '');
  }

  #problem(query: URLSearchParams): string | undefined {
    const { clientIdName = 'client_id', scopes: known, pkce, check } = this.#options;
    const scopes = this.#scopesOf(query);
    const unknown = scopes.find((scope) => !known.has(scope));
    const redirectUri = query.get('redirect_uri') ?? '';
    if ((query.get(clientIdName) ?? '') === '') return `${clientIdName} is missing.`;
    if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol)) return 'redirect_uri must be an absolute URL.';
    if (query.get('response_type') !== 'code') return 'response_type must be code.';
    if (unknown !== undefined || scopes.length === 0) return `The scope ${unknown ?? ''} is unknown.`;
    if (pkce === 'required' && (query.get('code_challenge') ?? '') === '') return 'code_challenge is missing.';
    return check?.(query);
  }

  #back(query: URLSearchParams, result: Readonly<Record<string, string>>): SimulatedResponse {
    const url = new URL(query.get('redirect_uri') ?? '');
    const state = query.get('state');
    for (const [name, value] of Object.entries({ ...result, ...(state === null ? {} : { state }) })) url.searchParams.set(name, value);
    if (this.#options.redirectHash !== undefined) url.hash = this.#options.redirectHash;
    return { status: 302, headers: { location: url.href, 'referrer-policy': 'no-referrer' } };
  }
}
