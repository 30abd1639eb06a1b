import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory } from '../kit/simulator.ts';
import { bearerOf, idOfName, json, jsonOf, page, waitHeaders, type OAuthGrant } from '../kit/simulation/index.ts';
import { helixError, REFUSALS } from './simulator/answers.ts';
import { chatCalls, textOf } from './simulator/chat.ts';
import { oauthCalls } from './simulator/tokens.ts';

/**
 * Twitch as its documentation describes it: `id` is id.twitch.tv, `api` is api.twitch.tv/helix, `web` www.twitch.tv. Any client id is a
 * registered app, any name an account. Accounts whose name begins with `muted` may not chat.
 */
export const twitchSimulator: SimulatorFactory = (host) => {
  const oauth = oauthCalls(host);
  const chat = chatCalls(host);
  const helix = (request: SimulatedRequest): SimulatedResponse => {
    const grant = oauth.server.grantOf(bearerOf(request));
    if (grant === undefined || grant === 'expired') return helixError(401, 'Unauthorized', 'Invalid OAuth token');
    if (request.headers['client-id'] !== grant.clientId) return helixError(401, 'Unauthorized', 'Client ID and OAuth token do not match');
    if (request.method === 'GET' && request.path === '/users') return json(200, { data: [userOf(grant)] });
    return chat.handle(grant, request);
  };
  return {
    platform: 'twitch',
    hosts: ['id', 'api', 'web'],
    describe: (request) => describe(request, oauth.server.grantOf(bearerOf(request))),
    handle: async (request) => {
      if (request.host === 'id') return oauth.handle(request);
      if (request.host === 'web') return page(200, `Channel ${request.path.slice(1)}`, '<p>Offline</p>');
      return helix(request);
    },
    rateLimited: (form, seconds) => {
      const reset = form === 'platform' ? { 'ratelimit-reset': String(Math.ceil(host.now() / 1000) + seconds), 'ratelimit-remaining': '0' } : {};
      const answer = helixError(429, 'Too Many Requests', 'Too many requests');
      return { ...answer, headers: { ...answer.headers, ...waitHeaders(form, seconds, host.now()), ...reset } };
    },
    serverError: (status) => helixError(status, 'Internal Server Error', ''),
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: (message) => helixError(400, 'Bad Request', message),
  };
};

function userOf({ account }: OAuthGrant): object {
  return { id: idOfName(account, 9), login: account.toLowerCase(), display_name: account, type: '', broadcaster_type: 'affiliate', description: '', profile_image_url: '', offline_image_url: '', created_at: '2016-12-14T20:32:28Z' };
}

function describe(request: SimulatedRequest, grant: OAuthGrant | 'expired' | undefined): CallDescription {
  const accountId = grant === undefined || grant === 'expired' ? {} : { accountId: idOfName(grant.account, 9) };
  if (request.host === 'id') return { operation: ({ '/oauth2/authorize': 'authorize', '/oauth2/validate': 'status' } as Record<string, string>)[request.path] ?? 'token' };
  if (request.host === 'web') return { operation: 'other' };
  if (request.path === '/users') return { operation: 'profile', ...accountId };
  const text = textOf(jsonOf(request));
  return { operation: request.method === 'GET' ? 'other' : 'publish', ...(text === undefined ? {} : { text }), ...accountId };
}
