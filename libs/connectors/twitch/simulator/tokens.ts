import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { formOf, idOfName, json, OAuthServer, type IssuedTokens } from '../../kit/simulation/index.ts';

const HOUR_MS = 3_600_000;
const SCOPES = [
  'user:write:chat',
  'user:read:chat',
  'moderator:manage:announcements',
  'channel:manage:broadcast',
  'moderator:manage:chat_messages',
  'channel:manage:schedule',
  'clips:edit',
];

/** The OAuth host words its errors without a code. */
const refuse = (status: number, message: string): SimulatedResponse => json(status, { status, message });

function granted({ accessToken, expiresInSeconds, refreshToken, grant }: IssuedTokens): SimulatedResponse {
  return json(200, { access_token: accessToken, expires_in: expiresInSeconds, ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }), scope: grant.scopes, token_type: 'bearer' });
}

/** `id.twitch.tv/oauth2/`: authorize, token, validate, revoke. */
export function oauthCalls(host: SimulatorHost) {
  const server = new OAuthServer(host, {
    title: 'Sandbox Twitch',
    scopes: new Set(SCOPES),
    codeLifeMs: 10 * 60_000,
    accessLifeMs: 4 * HOUR_MS,
    refresh: { lifeMs: null, rotates: false },
    accountPattern: /^\w{1,25}$/,
    denial: { error: 'access_denied', error_description: 'The user denied you access' },
  });
  const token = (request: SimulatedRequest): SimulatedResponse => {
    const form = formOf(request);
    const field = (name: string): string => form.get(name) ?? '';
    const clientId = field('client_id');
    if (clientId === '') return refuse(400, 'missing client id');
    if (!server.isApp(clientId, field('client_secret'))) return refuse(403, 'invalid client secret');
    if (field('grant_type') === 'client_credentials') return json(200, { access_token: host.random(20), expires_in: 5_000_000, token_type: 'bearer' });
    if (field('grant_type') === 'refresh_token') {
      const issued = server.refresh(field('refresh_token'), clientId);
      return issued === undefined ? json(400, { error: 'Bad Request', status: 400, message: 'Invalid refresh token' }) : granted(issued);
    }
    const grant = server.redeem({ code: field('code'), clientId, redirectUri: field('redirect_uri') });
    return typeof grant === 'string' ? refuse(400, 'Invalid authorization code') : granted(server.issue(grant));
  };
  const validate = (request: SimulatedRequest): SimulatedResponse => {
    const text = /^OAuth (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    const grant = server.grantOf(text);
    if (grant === undefined || grant === 'expired') return refuse(401, 'invalid access token');
    const expiresIn = grant.token.expiresAtMs === null ? 0 : Math.floor((grant.token.expiresAtMs - host.now()) / 1000);
    return json(200, { client_id: grant.clientId, login: grant.account.toLowerCase(), scopes: grant.scopes, user_id: idOfName(grant.account, 9), expires_in: expiresIn });
  };
  const handle = (request: SimulatedRequest): SimulatedResponse => {
    if (request.path === '/oauth2/authorize') return server.authorize(request);
    if (request.path === '/oauth2/validate') return validate(request);
    if (request.path === '/oauth2/revoke') return server.revoke(formOf(request).get('token') ?? '') ? { status: 200 } : refuse(400, 'Invalid token');
    return request.path === '/oauth2/token' ? token(request) : refuse(404, 'not found');
  };
  return { server, handle };
}
