import { bearerOf, formOf, json, OAuthServer, type IssuedTokens, type OAuthGrant } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { openIdOf } from './world.ts';

const DAY_MS = 24 * 3_600_000;
const SCOPES = ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list', 'video.upload', 'video.publish'];

const failed = (status: number, error: string, description: string): SimulatedResponse => json(status, { error, error_description: description, log_id: '20261122100000000000000000000002' });

/** Users may take single permissions out of what they allow. */
const UNTICKED: readonly (readonly [string, readonly string[]])[] = [
  ['drafts_', ['video.publish']],
  ['direct_', ['video.upload']],
  ['unlisted_', ['video.list']],
  ['nameless_', ['user.info.profile']],
  ['declined_', ['video.publish', 'video.upload']],
];

const grantedOf = ({ account, scopes }: Pick<OAuthGrant, 'account' | 'scopes'>): readonly string[] => {
  const [, unticked = []] = UNTICKED.find(([beginning]) => account.startsWith(beginning)) ?? [];
  return scopes.filter((scope) => !unticked.includes(scope));
};

/** Who calls, and what the user allowed. */
export interface Caller {
  readonly grantId: string;
  readonly clientId: string;
  readonly username: string;
  readonly openId: string;
  has(scope: string): boolean;
}

/** Web apps name a redirect with https, apps on a desktop one on the own machine, and prove their codes. */
function problemOf(query: URLSearchParams): string | undefined {
  const redirectUri = query.get('redirect_uri') ?? '';
  const { protocol, hostname, search, hash } = new URL(redirectUri);
  const isDesktop = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
  if (protocol !== 'https:' && !isDesktop) return 'redirect_uri must be of https.';
  if (search !== '' || hash !== '' || redirectUri.length >= 512) return 'redirect_uri has a query or a fragment, or is too long.';
  if (isDesktop && query.get('code_challenge') === null) return 'code_challenge is missing.';
  if (query.get('code_challenge') !== null && query.get('code_challenge_method') !== 'S256') return 'code_challenge_method must be S256.';
  return (query.get('state') ?? '') === '' ? 'state is missing.' : undefined;
}

/** Login Kit: `client_key`, scopes with commas, challenges in hexadecimal, errors that may come with HTTP 200. */
export class Tokens {
  readonly #server: OAuthServer;

  constructor(host: SimulatorHost) {
    this.#server = new OAuthServer(host, {
      title: 'Sandbox TikTok',
      scopes: new Set(SCOPES),
      scopeSeparator: /,/,
      clientIdName: 'client_key',
      codeLifeMs: 10 * 60_000,
      accessLifeMs: DAY_MS,
      refresh: { lifeMs: 365 * DAY_MS, rotates: true },
      pkce: 'optional',
      challengeEncoding: 'hex',
      accountPattern: /^[\w.]{2,24}$/,
      denial: { error: 'access_denied', error_description: 'User cancelled the authorization' },
      check: problemOf,
    });
  }

  /** The callback tells the scopes too. */
  authorize(request: SimulatedRequest): SimulatedResponse {
    const answer = this.#server.authorize(request);
    const location = answer.headers?.['location'];
    if (location === undefined || !new URL(location).searchParams.has('code')) return answer;
    const back = new URL(location);
    const account = formOf(request).get('account') ?? '';
    back.searchParams.set('scopes', grantedOf({ account, scopes: (request.query.get('scope') ?? '').split(',') }).join(','));
    return { ...answer, headers: { ...answer.headers, location: back.href } };
  }

  token(request: SimulatedRequest): SimulatedResponse {
    const form = formOf(request);
    const field = (name: string): string => form.get(name) ?? '';
    if (request.method !== 'POST' || field('client_key') === '') return failed(400, 'invalid_request', 'The request parameters are malformed.');
    if (!this.#server.isApp(field('client_key'), field('client_secret'))) return failed(401, 'invalid_client', 'Client key or secret is incorrect.');
    if (field('grant_type') === 'refresh_token') {
      const renewed = this.#server.refresh(field('refresh_token'), field('client_key'));
      return renewed === undefined ? failed(200, 'invalid_grant', 'Refresh token is invalid or expired.') : granted(renewed);
    }
    if (field('grant_type') !== 'authorization_code') return failed(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
    const grant = this.#server.redeem({ code: field('code'), clientId: field('client_key'), redirectUri: field('redirect_uri'), verifier: form.get('code_verifier') });
    if (grant === 'redirect_uri') return failed(400, 'invalid_request', 'Redirect_uri is not matched with the uri when requesting code.');
    if (typeof grant === 'string') return failed(200, 'invalid_grant', 'Authorization code is expired.');
    return granted(this.#server.issue(grant));
  }

  /** `POST /v2/oauth/revoke/`: an empty answer. */
  revoke(request: SimulatedRequest): SimulatedResponse {
    const form = formOf(request);
    if (!this.#server.isApp(form.get('client_key') ?? '', form.get('client_secret') ?? '')) return failed(401, 'invalid_client', 'Client key or secret is incorrect.');
    return this.#server.revoke(form.get('token') ?? '') ? { status: 200 } : failed(400, 'invalid_request', 'The token is not known.');
  }

  /** Undefined for a token that is over, revoked or unknown. */
  callerOf(request: SimulatedRequest): Caller | undefined {
    const grant = this.#server.grantOf(bearerOf(request));
    if (grant === undefined || grant === 'expired') return undefined;
    const scopes = grantedOf(grant);
    const { account: username, clientId } = grant;
    return { grantId: grant.id, clientId, username, openId: openIdOf(username, clientId), has: (scope) => scopes.includes(scope) };
  }
}

function granted({ accessToken, expiresInSeconds, refreshToken, refreshExpiresInSeconds, grant }: IssuedTokens): SimulatedResponse {
  return json(200, {
    ...{ access_token: accessToken, expires_in: expiresInSeconds, refresh_token: refreshToken, refresh_expires_in: refreshExpiresInSeconds },
    ...{ open_id: openIdOf(grant.account, grant.clientId), scope: grantedOf(grant).join(','), token_type: 'Bearer' },
  });
}
