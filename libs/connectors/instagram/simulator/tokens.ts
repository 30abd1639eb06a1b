import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { fieldsOf, graphError, json, loginError, tokenOf } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import { isAppSecret, type Token, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const LONG_LIFE_MS = 60 * 24 * HOUR_MS;
const REFRESHABLE_AFTER_MS = 24 * HOUR_MS;

/** Accounts whose name ends like this get the documented answer with `data`; all others the flat one with a bare number. */
export const DOCUMENTED_SHAPE = '_docs';

function issue(host: SimulatorHost, world: World, grant: Pick<Token, 'clientId' | 'userId' | 'scopes'>, kind: Token['kind']): string {
  const token = `IGAA${host.random(60)}`;
  const { clientId, userId, scopes } = grant;
  const expiresAtMs = host.now() + (kind === 'short' ? HOUR_MS : LONG_LIFE_MS);
  world.tokens.set(token, { clientId, userId, scopes, kind, issuedAtMs: host.now(), expiresAtMs });
  return token;
}

/** `POST api.instagram.com/oauth/access_token`: the code gives a token of an hour. */
export function exchangeCode(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const fields = fieldsOf(request);
  const clientId = fields.get('client_id') ?? '';
  if (fields.get('grant_type') !== 'authorization_code') return loginError('Invalid grant_type');
  if (!isAppSecret(world, clientId, fields.get('client_secret') ?? '')) return loginError('Error validating client secret.');
  const key = fields.get('code') ?? '';
  const code = world.codes.get(key);
  if (code === undefined || code.clientId !== clientId) return loginError('Matching code was not found or was already used');
  if (code.expiresAtMs <= host.now()) return loginError('This authorization code has expired');
  if (code.redirectUri !== fields.get('redirect_uri')) {
    return loginError(
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
    );
  }
  world.codes.delete(key);
  const token = issue(host, world, code, 'short');
  const isDocumentedShape = world.users.get(code.userId)?.username.endsWith(DOCUMENTED_SHAPE) === true;
  if (isDocumentedShape) return json({ data: [{ access_token: token, user_id: code.userId, permissions: code.scopes.join(',') }] });
  // The id is a bare number here, larger than JavaScript's are exact: JSON.stringify could not write it.
  const body = `{"access_token":${JSON.stringify(token)},"user_id":${code.userId},"permissions":${JSON.stringify(code.scopes)}}`;
  return { ...json({}), body };
}

/** The token in force that a request brings, or the refusal. */
export function authenticate(host: SimulatorHost, world: World, request: SimulatedRequest): Token | SimulatedResponse {
  const text = tokenOf(request);
  if (text === undefined) return REFUSALS.token_missing();
  const token = world.tokens.get(text);
  if (token === undefined) return REFUSALS.token_invalid();
  return token.expiresAtMs <= host.now() ? REFUSALS.token_expired() : token;
}

const longAnswer = (token: string, scopes: readonly string[]): SimulatedResponse =>
  json({ access_token: token, token_type: 'bearer', expires_in: LONG_LIFE_MS / 1000, permissions: scopes.join(',') });

/** `GET graph.instagram.com/access_token`: a token of 60 days for one of an hour. */
export function exchangeLong(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const token = authenticate(host, world, request);
  if ('status' in token) return token;
  if (request.query.get('grant_type') !== 'ig_exchange_token') return graphError(400, 100, undefined, 'Invalid parameter: grant_type');
  if (!isAppSecret(world, token.clientId, request.query.get('client_secret') ?? ''))
    return graphError(400, 1, undefined, 'Error validating client secret.');
  if (token.kind !== 'short') return graphError(400, 100, undefined, 'Session key invalid: the token is long-lived already.');
  return longAnswer(issue(host, world, token, 'long'), token.scopes);
}

/** `GET graph.instagram.com/refresh_access_token`. The words of the age rule's refusal are not documented. */
export function refresh(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  const token = authenticate(host, world, request);
  if ('status' in token) return token;
  if (request.query.get('grant_type') !== 'ig_refresh_token') return graphError(400, 100, undefined, 'Invalid parameter: grant_type');
  if (token.kind !== 'long') return graphError(400, 100, undefined, 'Only long-lived tokens can be refreshed.');
  if (!token.scopes.includes('instagram_business_basic')) return REFUSALS.permission_missing();
  if (host.now() - token.issuedAtMs < REFRESHABLE_AFTER_MS)
    return graphError(400, 100, undefined, 'The access token must be at least 24 hours old to be refreshed.');
  return longAnswer(issue(host, world, token, 'long'), token.scopes);
}
