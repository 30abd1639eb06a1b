import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { invalidCode, invalidToken, json, oauthError, unauthorizedClient } from './answers.ts';
import { digest, type Code, type Grant, type World } from './world.ts';

const ACCESS_LIFE_MS = 7_200_000;

/** `POST /2/oauth2/token` and `/2/oauth2/revoke`. */
export function tokenCall(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const clientId = authenticate(world, request, form);
  if (clientId === undefined) return unauthorizedClient();
  if (request.path === '/2/oauth2/revoke') return revoke(world, clientId, form);
  const grantType = form.get('grant_type');
  if (grantType === 'authorization_code') return exchange(host, world, clientId, form);
  if (grantType === 'refresh_token') return refresh(host, world, clientId, form);
  return oauthError(400, 'unsupported_grant_type', 'Value passed for the grant type was invalid.');
}

/**
 * Any client id is a registered app. Its secret is learned from the first call that brings one and must stay the same; a secret that
 * begins with `wrong` never fits. Without a secret an app is a public client, until a secret has been learned.
 */
function authenticate(world: World, request: SimulatedRequest, form: URLSearchParams): string | undefined {
  const header = request.headers['authorization'];
  if (header === undefined) {
    const clientId = form.get('client_id') ?? '';
    return clientId === '' || world.apps.get(clientId) !== undefined ? undefined : clientId;
  }
  const [, encoded] = /^Basic ([\w+/=-]+)$/.exec(header) ?? [];
  const [clientId, secret] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
    .map(formDecoded);
  if (clientId === undefined || clientId === '' || secret === undefined || secret === '' || secret.startsWith('wrong')) return undefined;
  const known = world.apps.get(clientId);
  if (known === undefined) world.apps.set(clientId, { clientId, secretDigest: digest(secret) });
  return known === undefined || known.secretDigest === digest(secret) ? clientId : undefined;
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? '';
}

function exchange(host: SimulatorHost, world: World, clientId: string, form: URLSearchParams): SimulatedResponse {
  const missing = ['code', 'redirect_uri', 'code_verifier'].find((name) => (form.get(name) ?? '') === '');
  if (missing !== undefined) return oauthError(400, 'invalid_request', `Missing required parameter [${missing}].`);
  const code = world.codes.get(form.get('code') ?? '');
  // A code is spent by being shown, right or wrong.
  world.codes.delete(form.get('code') ?? '');
  if (code === undefined || code.expiresAtMs <= host.now() || code.clientId !== clientId) return invalidCode();
  if (code.redirectUri !== form.get('redirect_uri') || !provesChallenge(code, form.get('code_verifier') ?? '')) return invalidCode();
  const grant = { id: host.random(12), clientId, userId: code.userId, scopes: code.scopes, revoked: false };
  world.grants.set(grant.id, grant);
  return issue(host, world, grant);
}

function provesChallenge(code: Code, verifier: string): boolean {
  return code.challenge === (code.method === 'S256' ? digest(verifier) : verifier);
}

function refresh(host: SimulatorHost, world: World, clientId: string, form: URLSearchParams): SimulatedResponse {
  const key = digest(form.get('refresh_token') ?? '');
  const token = world.refreshTokens.get(key);
  const grant = token === undefined ? undefined : world.grants.get(token.grantId);
  if (token === undefined || grant === undefined || grant.revoked || grant.clientId !== clientId) return invalidToken();
  if (token.used) {
    // Somebody else holds a copy: the whole family ends.
    world.grants.set(grant.id, { ...grant, revoked: true });
    return invalidToken();
  }
  world.refreshTokens.set(key, { ...token, used: true });
  return issue(host, world, grant);
}

function issue(host: SimulatorHost, world: World, grant: Grant): SimulatedResponse {
  const accessToken = host.random(48);
  world.accessTokens.set(digest(accessToken), { grantId: grant.id, expiresAtMs: host.now() + ACCESS_LIFE_MS });
  const answer = {
    token_type: 'bearer',
    expires_in: ACCESS_LIFE_MS / 1000,
    access_token: accessToken,
    scope: grant.scopes.toReversed().join(' '),
  };
  if (!grant.scopes.includes('offline.access')) return json(200, answer);
  const refreshToken = host.random(48);
  world.refreshTokens.set(digest(refreshToken), { grantId: grant.id, used: false });
  return json(200, { ...answer, refresh_token: refreshToken });
}

/**
 * A refresh token ends the whole grant, an access token only itself. A token that nobody knows is as good as revoked (RFC 7009 section
 * 2.2).
 */
function revoke(world: World, clientId: string, form: URLSearchParams): SimulatedResponse {
  const key = digest(form.get('token') ?? '');
  const grant = world.grants.get(world.refreshTokens.get(key)?.grantId ?? '');
  if (grant !== undefined && grant.clientId === clientId) world.grants.set(grant.id, { ...grant, revoked: true });
  world.accessTokens.delete(key);
  return json(200, { revoked: true });
}

/** The live grant behind a bearer token. */
export function grantOf(host: SimulatorHost, world: World, request: SimulatedRequest): Grant | undefined {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  const token = bearer === undefined ? undefined : world.accessTokens.get(digest(bearer));
  if (token === undefined || token.expiresAtMs <= host.now()) return undefined;
  const grant = world.grants.get(token.grantId);
  return grant === undefined || grant.revoked ? undefined : grant;
}
