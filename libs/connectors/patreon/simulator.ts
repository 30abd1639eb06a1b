import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory } from '../kit/simulator.ts';
import { bearerOf, formOf, idOfName, json, oauthError, OAuthServer, page, waitHeaders, type IssuedTokens, type OAuthGrant } from '../kit/simulation/index.ts';

const DAY_MS = 24 * 3_600_000;
const SCOPES = ['identity', 'identity[email]', 'identity.memberships', 'campaigns', 'campaigns.posts', 'campaigns.members', 'w:campaigns.webhook'];

/** Errors of the API: a JSON:API document. */
const apiError = (status: number, name: string, detail: string, more: object = {}): SimulatedResponse =>
  json(status, { errors: [{ code: null, code_name: name, detail, id: '0', status: String(status), title: name, ...more }] });

const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  unauthorized: () => apiError(401, 'Unauthorized', 'The server could not verify that you are authorized to access the URL requested.'),
  forbidden: () => apiError(403, 'ViewForbidden', 'You do not have permission to view this.'),
  throttled: () => apiError(429, 'RequestThrottled', 'You have made too many attempts. Please try again later.', { retry_after_seconds: 9 }),
  edge_block: () => json(429, { errors: [{ detail: 'Too many bad requests. Time to cool down.', retry_after_seconds: 1800 }] }),
};

function granted({ accessToken, refreshToken, expiresInSeconds, grant }: IssuedTokens): SimulatedResponse {
  return json(200, { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds, scope: grant.scopes.join(' '), token_type: 'Bearer', version: '0.0.1' });
}

/**
 * Patreon as its documentation describes it, under the host `web`. Any client id is a registered app, any name an account with a
 * campaign; a name that begins with `fan` has none.
 */
export const patreonSimulator: SimulatorFactory = (host) => {
  const server = new OAuthServer(host, {
    title: 'Sandbox Patreon',
    scopes: new Set(SCOPES),
    codeLifeMs: 10 * 60_000,
    accessLifeMs: 31 * DAY_MS,
    refresh: { lifeMs: null, rotates: true },
  });
  const token = (request: SimulatedRequest): SimulatedResponse => {
    const form = formOf(request);
    const field = (name: string): string => form.get(name) ?? '';
    if (!server.isApp(field('client_id'), field('client_secret'))) return oauthError(401, 'invalid_client');
    if (field('grant_type') === 'refresh_token') {
      const issued = server.refresh(field('refresh_token'), field('client_id'));
      return issued === undefined ? oauthError(400, 'invalid_grant') : granted(issued);
    }
    const grant = server.redeem({ code: field('code'), clientId: field('client_id'), redirectUri: field('redirect_uri') });
    return typeof grant === 'string' ? oauthError(400, 'invalid_grant') : granted(server.issue(grant));
  };
  const api = (request: SimulatedRequest): SimulatedResponse => {
    if ((request.headers['user-agent'] ?? '') === '') return { status: 403, headers: { 'content-type': 'text/html' }, body: 'Forbidden' };
    const grant = server.grantOf(bearerOf(request));
    if (grant === undefined || grant === 'expired') return REFUSALS['unauthorized']?.() ?? json(401, {});
    if (request.path !== '/api/oauth2/v2/identity' || request.method !== 'GET') return apiError(404, 'NotFound', 'Not found');
    return json(200, identity(grant, request.query), { 'content-type': 'application/vnd.api+json' });
  };
  return {
    platform: 'patreon',
    hosts: ['web'],
    describe,
    handle: async (request) => {
      if (request.path === '/oauth2/authorize') return server.authorize(request);
      if (request.path === '/api/oauth2/token') return token(request);
      return request.path.startsWith('/api/') ? api(request) : page(200, 'Sandbox Patreon', '<p>A creator.</p>');
    },
    rateLimited: (form, seconds) => {
      if (form === 'platform') return apiError(429, 'RequestThrottled', 'You have made too many attempts. Please try again later.', { retry_after_seconds: seconds });
      const throttled = apiError(429, 'RequestThrottled', 'You have made too many attempts. Please try again later.');
      return { ...throttled, headers: { ...throttled.headers, ...waitHeaders(form, seconds, host.now()) } };
    },
    serverError: (status) => apiError(status, 'InternalServerError', 'Something went wrong.'),
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
  };
};

/** Only the attributes that were asked for, as JSON:API has it. */
function identity({ account }: OAuthGrant, query: URLSearchParams): object {
  const pick = (type: string, all: Record<string, unknown>): Record<string, unknown> => {
    const asked = new Set((query.get(`fields[${type}]`) ?? '').split(','));
    return Object.fromEntries(Object.entries(all).filter(([name]) => asked.has(name)));
  };
  const url = `https://www.patreon.com/${account}`;
  const user = { id: idOfName(account, 8), type: 'user', attributes: pick('user', { full_name: account, vanity: account, url, image_url: null, is_creator: !account.startsWith('fan') }) };
  if (account.startsWith('fan')) return { data: { ...user, relationships: { campaign: { data: null } } }, links: { self: url } };
  const id = idOfName(`campaign ${account}`, 7);
  const campaign = { id, type: 'campaign', attributes: pick('campaign', { name: `${account} creates`, vanity: account, url, patron_count: 3, image_small_url: null }) };
  const included = query.get('include') === 'campaign' ? { included: [campaign] } : {};
  return { data: { ...user, relationships: { campaign: { data: { id, type: 'campaign' } } } }, ...included, links: { self: url } };
}

function describe(request: SimulatedRequest): CallDescription {
  if (request.path === '/oauth2/authorize') return { operation: 'authorize' };
  if (request.path === '/api/oauth2/token') return { operation: 'token' };
  return { operation: request.path === '/api/oauth2/v2/identity' ? 'profile' : 'other' };
}
