import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { bearerOf, idOfName, json, jsonOf, page, waitHeaders, type OAuthGrant } from '../kit/simulation/index.ts';
import { helixError, invalid, REFUSALS } from './simulator/answers.ts';
import { channelCalls } from './simulator/channel.ts';
import { chatCalls } from './simulator/chat.ts';
import { scheduleCalls } from './simulator/schedule.ts';
import { oauthCalls } from './simulator/tokens.ts';
import { broadcasterType, type Actor, type Calls } from './simulator/world.ts';

/** Points of a minute; a call takes one (dev.twitch.tv/docs/api/guide#twitch-rate-limits). */
const POINTS = 800;
const REFILL_MS = 60_000;

const actorOf = ({ account }: OAuthGrant): Actor => ({ id: idOfName(account, 9), name: account });
const known = (grant: OAuthGrant | 'expired' | undefined): OAuthGrant | undefined => (grant === 'expired' ? undefined : grant);

/**
 * Twitch as its documentation describes it: `id` is id.twitch.tv, `api` is api.twitch.tv/helix, `web` www.twitch.tv. Any client id is a
 * registered app, any name an account. Accounts whose name begins with `muted` may not chat; those that begin with `plain` are neither
 * partners nor affiliates, all others are affiliates. AutoMod refuses the tag `noob`.
 */
export const twitchSimulator: SimulatorFactory = (host) => {
  const oauth = oauthCalls(host);
  const bucket = pointsOf(host);
  const calls: Calls = {
    'GET /users': { scope: null, operation: 'profile', run: (actor) => json(200, { data: [userOf(actor)] }) },
    ...chatCalls(host),
    ...channelCalls(host),
    ...scheduleCalls(host),
  };
  const tooMany = (headers: Readonly<Record<string, string>>): SimulatedResponse => {
    const answer = helixError(429, 'Too Many Requests', 'Too many requests');
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
  const run = (grant: OAuthGrant | undefined, request: SimulatedRequest, hasPoints: boolean): SimulatedResponse => {
    if (grant === undefined) return helixError(401, 'Unauthorized', 'Invalid OAuth token');
    if (request.headers['client-id'] !== grant.clientId) return helixError(401, 'Unauthorized', 'Client ID and OAuth token do not match');
    if (!hasPoints) return tooMany({});
    const call = calls[`${request.method} ${request.path}`];
    if (call === undefined) return helixError(404, 'Not Found', '');
    if (call.scope !== null && !grant.scopes.includes(call.scope)) return helixError(401, 'Unauthorized', `Missing scope: ${call.scope}`);
    return call.run(actorOf(grant), request);
  };
  const helix = (request: SimulatedRequest): SimulatedResponse => {
    const grant = known(oauth.server.grantOf(bearerOf(request)));
    const { hasPoints, headers } = bucket.take(grant === undefined ? '' : `${grant.clientId}:${grant.account}`);
    const answer = run(grant, request, hasPoints);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  };
  return {
    platform: 'twitch',
    hosts: ['id', 'api', 'web'],
    describe: (request) => describe(calls, request, known(oauth.server.grantOf(bearerOf(request)))),
    handle: async (request) => {
      if (request.host === 'id') return oauth.handle(request);
      if (request.host === 'web') return page(200, `Channel ${request.path.slice(1)}`, '<p>Offline</p>');
      return helix(request);
    },
    rateLimited: (form, seconds) => {
      const reset = form === 'platform' ? { 'ratelimit-reset': String(Math.ceil(host.now() / 1000) + seconds), 'ratelimit-remaining': '0' } : {};
      return tooMany({ ...waitHeaders(form, seconds, host.now()), ...reset });
    },
    serverError: (status) => helixError(status, 'Internal Server Error', ''),
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: invalid,
  };
};

/** The bucket of an app and a user, full again each minute, with the headers that stand on every answer. */
function pointsOf(host: SimulatorHost) {
  const buckets = host.table<{ readonly left: number; readonly fullAtMs: number }>('points', 100_000);
  return {
    take: (key: string): { readonly hasPoints: boolean; readonly headers: Readonly<Record<string, string>> } => {
      const kept = buckets.get(key);
      const { left, fullAtMs } = kept !== undefined && kept.fullAtMs > host.now() ? kept : { left: POINTS, fullAtMs: host.now() + REFILL_MS };
      const rest = Math.max(0, left - 1);
      buckets.set(key, { left: rest, fullAtMs });
      const headers = { 'ratelimit-limit': String(POINTS), 'ratelimit-remaining': String(rest), 'ratelimit-reset': String(Math.ceil(fullAtMs / 1000)) };
      return { hasPoints: left > 0, headers };
    },
  };
}

function userOf({ id, name }: Actor): object {
  return {
    ...{ id, login: name.toLowerCase(), display_name: name, type: '', broadcaster_type: broadcasterType(name), description: '' },
    ...{ profile_image_url: '', offline_image_url: '', created_at: '2016-12-14T20:32:28Z' },
  };
}

/** The text that a call makes visible. */
function textOf(request: SimulatedRequest): string | undefined {
  const body = jsonOf(request);
  if (typeof body !== 'object' || body === null) return undefined;
  const text = 'message' in body ? body.message : 'title' in body ? body.title : undefined;
  return typeof text === 'string' ? text : undefined;
}

function describe(calls: Calls, request: SimulatedRequest, grant: OAuthGrant | undefined): CallDescription {
  const accountId = grant === undefined ? {} : { accountId: actorOf(grant).id };
  if (request.host === 'id') return { operation: ({ '/oauth2/authorize': 'authorize', '/oauth2/validate': 'status' } as Record<string, string>)[request.path] ?? 'token' };
  if (request.host === 'web') return { operation: 'other' };
  const text = textOf(request);
  return { operation: calls[`${request.method} ${request.path}`]?.operation ?? 'other', ...(text === undefined ? {} : { text }), ...accountId };
}
