import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { basicOf, bearerOf, formOf, json, OAuthServer, type IssuedTokens, type OAuthGrant } from '../../kit/simulation/index.ts';
import { apiError, REFUSALS } from './answers.ts';

const DAY_MS = 24 * 3_600_000;
const PUBLIC_SCOPES = ['user_accounts:read', 'boards:read', 'boards:write', 'pins:read', 'pins:write'];
const SECRET_SCOPES = ['boards:read_secret', 'boards:write_secret', 'pins:read_secret', 'pins:write_secret'];
const ACCESS_PREFIX = 'pina_';
const REFRESH_PREFIX = 'pinr.';
const SECS = 1000;

/** Pinterest's authorization server. The life of a code is not documented. */
export class Tokens {
  readonly server: OAuthServer;
  readonly #host: SimulatorHost;

  constructor(host: SimulatorHost) {
    this.#host = host;
    this.server = new OAuthServer(host, {
      title: 'Sandbox Pinterest',
      scopes: new Set([...PUBLIC_SCOPES, ...SECRET_SCOPES]),
      scopeSeparator: /[\s,]+/,
      codeLifeMs: 10 * 60_000,
      accessLifeMs: 30 * DAY_MS,
      refresh: { lifeMs: 60 * DAY_MS, rotates: true },
    });
  }

  /** `POST /v5/oauth/token`: the app in Basic authentication, all else as a form. */
  token(request: SimulatedRequest): SimulatedResponse {
    const app = basicOf(request);
    if (app === undefined || !this.server.isApp(app.clientId, app.clientSecret)) return REFUSALS.authentication_failed();
    const form = formOf(request);
    const field = (name: string): string => form.get(name) ?? '';
    const grantType = field('grant_type');
    if (grantType === 'client_credentials') return this.#ownToken(field('scope'));
    const invalidGrant = apiError(401, 283, 'The authorization grant is invalid');
    if (grantType === 'refresh_token') {
      const text = field('refresh_token');
      const issued = text.startsWith(REFRESH_PREFIX) ? this.server.refresh(text.slice(REFRESH_PREFIX.length), app.clientId) : undefined;
      return issued === undefined ? invalidGrant : this.#answer('refresh_token', issued);
    }
    if (grantType !== 'authorization_code') return apiError(400, 1, `'${grantType}' is not one of ['authorization_code', 'refresh_token', 'client_credentials']`);
    const grant = this.server.redeem({ code: field('code'), clientId: app.clientId, redirectUri: field('redirect_uri') });
    if (typeof grant === 'string') return invalidGrant;
    // An app of before September 2025 gets a refresh token that goes on only when it asks for one.
    const isContinuous = field('continuous_refresh') === 'true' || !app.clientId.startsWith('legacy');
    return this.#answer('authorization_code', this.server.issue(grant, { withRefresh: isContinuous }));
  }

  /** The grant behind the request's token. */
  grantOf(request: SimulatedRequest): OAuthGrant | undefined {
    const token = bearerOf(request);
    const grant = token?.startsWith(ACCESS_PREFIX) === true ? this.server.grantOf(token.slice(ACCESS_PREFIX.length)) : undefined;
    return grant === 'expired' ? undefined : grant;
  }

  #answer(responseType: string, { accessToken, refreshToken, expiresInSeconds, refreshExpiresInSeconds, grant }: IssuedTokens): SimulatedResponse {
    const refreshSecs = refreshExpiresInSeconds ?? 0;
    const refresh = {
      refresh_token: `${REFRESH_PREFIX}${refreshToken ?? ''}`,
      refresh_token_expires_in: refreshSecs,
      refresh_token_expires_at: Math.floor(this.#host.now() / SECS) + refreshSecs,
    };
    return json(200, {
      access_token: `${ACCESS_PREFIX}${accessToken}`,
      ...(refreshToken === undefined ? {} : refresh),
      response_type: responseType,
      token_type: 'bearer',
      expires_in: expiresInSeconds,
      scope: grant.scopes.join(','),
    });
  }

  /** A token for the account that the app belongs to, of which nothing is simulated. */
  #ownToken(scope: string): SimulatedResponse {
    if (scope === '') return apiError(400, 1, "Parameter 'scope' is required.");
    return json(200, { access_token: `${ACCESS_PREFIX}${this.#host.random(48)}`, response_type: 'client_credentials', token_type: 'bearer', expires_in: (30 * DAY_MS) / SECS, scope });
  }
}
