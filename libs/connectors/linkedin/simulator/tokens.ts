import { bearerOf, formOf, json, oauthError, OAuthServer, type IssuedTokens, type OAuthGrant } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { REFUSALS } from './answers.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MEMBER_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'w_member_social']);
const PARTNER_SCOPES = ['rw_organization_admin', 'r_organization_admin', 'w_organization_social', 'r_organization_social', 'r_member_postAnalytics', 'r_member_social', 'r_basicprofile'];

/** The authorization server. Apps whose id begins with `selfserve` have the products for members only, and get no refresh tokens. */
export class Tokens {
  readonly #server: OAuthServer;

  constructor(host: SimulatorHost) {
    this.#server = new OAuthServer(host, {
      title: 'Sandbox LinkedIn',
      scopes: new Set([...MEMBER_SCOPES, ...PARTNER_SCOPES]),
      codeLifeMs: 30 * MINUTE_MS,
      accessLifeMs: 60 * DAY_MS,
      refresh: { lifeMs: 365 * DAY_MS, rotates: false },
      denial: { error: 'user_cancelled_authorize', error_description: 'The user cancelled the authorization' },
    });
  }

  authorize(request: SimulatedRequest): SimulatedResponse {
    const { query } = request;
    const refused = (query.get('scope') ?? '').split(/\s+/).find((scope) => !MEMBER_SCOPES.has(scope));
    const isSelfServe = (query.get('client_id') ?? '').startsWith('selfserve');
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!isSelfServe || refused === undefined || !URL.canParse(redirectUri)) return this.#server.authorize(request);
    const back = new URL(redirectUri);
    back.searchParams.set('error', 'unauthorized_scope_error');
    back.searchParams.set('error_description', `Scope "${refused}" is not authorized for your application`);
    back.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: back.href } };
  }

  token(request: SimulatedRequest): SimulatedResponse {
    const form = formOf(request);
    const field = (name: string): string => form.get(name) ?? '';
    const missing = ['grant_type', 'client_id', 'client_secret'].find((name) => field(name) === '');
    if (missing !== undefined) return oauthError(400, 'invalid_request', `A required parameter "${missing}" is missing`);
    if (!this.#server.isApp(field('client_id'), field('client_secret'))) return oauthError(401, 'invalid_client', 'Client authentication failed');
    if (field('grant_type') === 'refresh_token') {
      const renewed = this.#server.refresh(field('refresh_token'), field('client_id'));
      return renewed === undefined ? oauthError(400, 'invalid_request', 'The provided authorization grant or refresh token is invalid, expired or revoked') : granted(renewed);
    }
    const grant = this.#server.redeem({ code: field('code'), clientId: field('client_id'), redirectUri: field('redirect_uri') });
    if (grant === 'unknown') return oauthError(401, 'invalid_request', 'Unable to retrieve access token: authorization code not found');
    if (typeof grant === 'string') {
      return oauthError(400, 'invalid_redirect_uri', 'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists');
    }
    const isPartner = grant.scopes.some((scope) => PARTNER_SCOPES.includes(scope)) && !grant.account.startsWith('norefresh_');
    return granted(this.#server.issue(grant, { withRefresh: isPartner }));
  }

  /** `POST /oauth/v2/revoke`. */
  revoke(request: SimulatedRequest): SimulatedResponse {
    const form = formOf(request);
    if (!this.#server.isApp(form.get('client_id') ?? '', form.get('client_secret') ?? '')) return oauthError(401, 'invalid_client', 'Client authentication failed');
    this.#server.revoke(form.get('token') ?? '');
    return { status: 200 };
  }

  /** The grant of a call, or the refusal of its token. */
  grantOf(request: SimulatedRequest): OAuthGrant | SimulatedResponse {
    const bearer = bearerOf(request);
    if (bearer === undefined) return REFUSALS.token_empty();
    const grant = this.#server.grantOf(bearer);
    if (grant === 'expired') return REFUSALS.token_expired();
    return grant ?? REFUSALS.token_revoked();
  }
}

function granted({ accessToken, expiresInSeconds, refreshToken, refreshExpiresInSeconds, grant }: IssuedTokens): SimulatedResponse {
  const refresh = refreshToken === undefined ? {} : { refresh_token: refreshToken, refresh_token_expires_in: refreshExpiresInSeconds };
  return json(200, { access_token: accessToken, expires_in: expiresInSeconds, ...refresh, scope: grant.scopes.join(','), token_type: 'Bearer' });
}
