import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { formOf, json, oauthError, OAuthServer, type IssuedTokens } from '../../kit/simulation/index.ts';

const SECOND_MS = 1000;
const AUTH = 'https://www.googleapis.com/auth';
const SCOPES = ['youtube', 'youtube.force-ssl', 'youtube.upload', 'youtube.readonly', 'yt-analytics.readonly', 'userinfo.profile'].map((name) => `${AUTH}/${name}`);

/** Scope by its last word. */
export const scope = (name: string): string => `${AUTH}/${name}`;

/** `accounts.google.com/o/oauth2/v2/auth` and `oauth2.googleapis.com/{token,revoke}`. */
export function googleCalls(host: SimulatorHost) {
  const server = new OAuthServer(host, {
    title: 'Sandbox Google',
    scopes: new Set(SCOPES),
    codeLifeMs: 10 * 60 * SECOND_MS,
    accessLifeMs: 3599 * SECOND_MS,
    refresh: { lifeMs: null, rotates: false },
    pkce: 'optional',
    check: (query) => (['online', 'offline', null].includes(query.get('access_type')) ? undefined : 'access_type must be online or offline.'),
  });
  const consents = host.table<boolean>('consents', 100_000);

  const granted = ({ accessToken, expiresInSeconds, refreshToken, grant }: IssuedTokens): SimulatedResponse =>
    json(200, { access_token: accessToken, expires_in: expiresInSeconds, ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }), scope: grant.scopes.join(' '), token_type: 'Bearer' });

  const exchange = (form: URLSearchParams, clientId: string): SimulatedResponse => {
    const grant = server.redeem({ code: form.get('code') ?? '', clientId, redirectUri: form.get('redirect_uri') ?? '', verifier: form.get('code_verifier') });
    if (grant === 'redirect_uri') return oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
    if (typeof grant === 'string') return oauthError(400, 'invalid_grant', 'Malformed auth code.');
    // A refresh token comes for offline access only, and without `prompt=consent` on the first consent only.
    const key = `${clientId} ${grant.account}`;
    const isOffline = grant.asked['access_type'] === 'offline';
    const withRefresh = isOffline && (grant.asked['prompt'] === 'consent' || consents.get(key) === undefined);
    if (isOffline) consents.set(key, true);
    const isUnticked = grant.account.startsWith('unticked_');
    return granted(server.issue(isUnticked ? { ...grant, scopes: grant.scopes.filter((name) => name !== scope('youtube.upload') && name !== scope('youtube')) } : grant, { withRefresh }));
  };

  const token = (request: SimulatedRequest): SimulatedResponse => {
    const form = formOf(request);
    const clientId = form.get('client_id') ?? '';
    if (!server.isApp(clientId, form.get('client_secret') ?? '')) return oauthError(401, 'invalid_client', 'The OAuth client was not found.');
    const type = form.get('grant_type');
    if (type === 'authorization_code') return exchange(form, clientId);
    if (type !== 'refresh_token') return oauthError(400, 'unsupported_grant_type', 'Invalid grant_type');
    const issued = server.refresh(form.get('refresh_token') ?? '', clientId);
    if (issued === undefined) return oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
    const { refreshToken: _kept, ...renewed } = issued;
    return granted(renewed);
  };

  const handle = (request: SimulatedRequest): SimulatedResponse => {
    if (request.host === 'accounts') return request.path === '/o/oauth2/v2/auth' ? server.authorize(request) : { status: 404 };
    if (request.path === '/revoke') return server.revoke(formOf(request).get('token') ?? '') ? json(200, {}) : oauthError(400, 'invalid_token', 'Token expired or revoked');
    return request.path === '/token' ? token(request) : { status: 404 };
  };
  return { server, handle };
}
