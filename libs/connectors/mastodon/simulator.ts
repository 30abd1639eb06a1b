import { bearerOf, json, jsonOf, formOf, postPage, page, waitHeaders, OAuthServer } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { error, notFound, REFUSALS, tooMany, unauthorized } from './simulator/answers.ts';
import { mediaCalls } from './simulator/media.ts';
import { oauthCalls } from './simulator/oauth.ts';
import { statusCalls } from './simulator/statuses.ts';
import { applicationShape, DOMAIN, instanceShape, profileShape, SCOPES, STOCK_LIMITS, type Actor, type ServerLimits, type World } from './simulator/world.ts';

export interface MastodonSimulatorOptions {
  /** The server's limit of a status; 500 on a stock server. */
  readonly maxCharacters?: number;
  /** What else it limits otherwise than a stock server. */
  readonly limits?: { readonly statuses?: Partial<ServerLimits['statuses']>; readonly media?: Partial<ServerLimits['media']> };
  /** What the server says that it is; Mastodon when absent. */
  readonly version?: string;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  /** One of these has to be granted; none for calls of anybody. */
  readonly scopes: readonly string[];
  run(request: SimulatedRequest, actor: Actor, id: string): SimulatedResponse;
}

const NOBODY: Actor = { name: '', scopes: [], application: '' };
const LONGEST_WINDOW_SECONDS = 300;

/**
 * A server of Mastodon as its documentation describes it; host `instance`. Any name of letters, digits and underscores is an account; its
 * consent is asked for on the page. A pasted token is `pasted_` and a name; one that begins with `pasted_readonly` may only read, one that
 * begins with `pasted_disabled` belongs to a login that is disabled. Bytes that hold `broken` cannot be processed.
 */
export function simulateMastodon(options: MastodonSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const { statuses: ofStatuses, media: ofMedia } = options.limits ?? {};
    const limits = { statuses: { ...STOCK_LIMITS.statuses, ...ofStatuses }, media: { ...STOCK_LIMITS.media, ...ofMedia } };
    const world: World = { host, maxCharacters: options.maxCharacters ?? 500, version: options.version ?? '4.7.0', limits };
    const server = new OAuthServer(host, {
      title: `Authorize at ${DOMAIN}`,
      scopes: SCOPES,
      codeLifeMs: 600_000,
      accessLifeMs: null,
      pkce: 'optional',
      accountPattern: /^\w{1,30}$/,
      denial: { error: 'access_denied', error_description: 'The resource owner or authorization server denied the request.' },
    });
    const statuses = statusCalls(world);
    const routes = apiRoutes(world, server, statuses);
    return {
      platform: 'mastodon',
      hosts: ['instance'],
      describe: (request) => describe(routes, server, request),
      handle: async (request) => {
        const answer = await handle(routes, server, statuses, request);
        return { ...answer, headers: { ...limitHeaders(host), ...answer.headers } };
      },
      ...shapes(host),
    };
  };
}

export const mastodonSimulator: SimulatorFactory = simulateMastodon();

function apiRoutes(world: World, server: OAuthServer, statuses: ReturnType<typeof statusCalls>): Route[] {
  const media = mediaCalls(world);
  const oauth = oauthCalls(world, server);
  const reading = ['read', 'read:statuses'];
  const writing = ['write', 'write:statuses'];
  const uploading = ['write', 'write:media'];
  const route = (method: string, path: RegExp, operation: string, scopes: readonly string[], run: Route['run']): Route => ({ method, path, operation, scopes, run });
  return [
    route('POST', /^\/oauth\/token$/, 'token', [], oauth.token),
    route('POST', /^\/oauth\/revoke$/, 'other', [], oauth.revoke),
    route('POST', /^\/api\/v1\/apps$/, 'other', [], oauth.register),
    route('GET', /^\/api\/v[12]\/instance$/, 'other', [], () => json(200, instanceShape(world))),
    route('GET', /^\/api\/v1\/apps\/verify_credentials$/, 'other', [...SCOPES], (_request, actor) => json(200, applicationShape(actor))),
    route('GET', /^\/api\/v1\/accounts\/verify_credentials$/, 'profile', ['read', 'profile', 'read:accounts'], (_request, actor) => json(200, profileShape(world, actor.name))),
    route('GET', /^\/api\/v1\/accounts\/(\d+)\/statuses$/, 'lookup', reading, (request, actor, id) => statuses.list(id, actor, request.query)),
    route('POST', /^\/api\/v1\/statuses$/, 'publish', writing, (request, actor) => statuses.create(request, actor)),
    route('GET', /^\/api\/v1\/statuses$/, 'analytics', reading, (request) => statuses.many(request.query.getAll('id[]'))),
    route('GET', /^\/api\/v1\/statuses\/(\d+)$/, 'analytics', reading, (_request, _actor, id) => statuses.one(id)),
    route('GET', /^\/api\/v1\/statuses\/(\d+)\/source$/, 'lookup', reading, (_request, actor, id) => statuses.source(id, actor)),
    route('DELETE', /^\/api\/v1\/statuses\/(\d+)$/, 'delete', writing, (_request, actor, id) => statuses.remove(id, actor)),
    route('POST', /^\/api\/v2\/media$/, 'upload', uploading, (request, actor) => media.upload(request, actor)),
    route('GET', /^\/api\/v1\/media\/(\d+)$/, 'status', uploading, (_request, actor, id) => media.read(id, actor)),
  ];
}

const routeOf = (routes: readonly Route[], request: SimulatedRequest): Route | undefined => routes.find((route) => route.method === request.method && route.path.test(request.path));

/** Whose the token is. */
function actorOf(server: OAuthServer, request: SimulatedRequest): Actor | undefined {
  const token = bearerOf(request);
  const [, pasted] = /^pasted_(\w{1,30})$/.exec(token ?? '') ?? [];
  if (pasted !== undefined) return { name: pasted, scopes: pasted.startsWith('readonly') ? ['read'] : ['read', 'write'], application: 'Pasted' };
  const grant = server.grantOf(token);
  return grant === undefined || grant === 'expired' ? undefined : { name: grant.account, scopes: grant.scopes, application: grant.clientId };
}

function describe(routes: readonly Route[], server: OAuthServer, request: SimulatedRequest): CallDescription {
  if (request.path === '/oauth/authorize') return { operation: 'authorize' };
  const operation = routeOf(routes, request)?.operation ?? 'other';
  const accountId = actorOf(server, request)?.name;
  const body = operation === 'publish' ? (jsonOf(request) ?? Object.fromEntries(formOf(request))) : undefined;
  const text = typeof body === 'object' && body !== null && 'status' in body ? String(body.status) : undefined;
  return { operation, ...(accountId === undefined ? {} : { accountId }), ...(text === undefined ? {} : { text }) };
}

async function handle(routes: readonly Route[], server: OAuthServer, statuses: ReturnType<typeof statusCalls>, request: SimulatedRequest): Promise<SimulatedResponse> {
  if (request.path === '/oauth/authorize') return server.authorize(request);
  const route = routeOf(routes, request);
  const [, postId] = /^\/@\w+\/(\d+)$/.exec(request.path) ?? [];
  if (route === undefined) return postId === undefined ? notFound() : webPage(statuses, postId);
  const [, id = ''] = route.path.exec(request.path) ?? [];
  if (route.scopes.length === 0) return route.run(request, NOBODY, id);
  const actor = actorOf(server, request);
  if (actor === undefined) return unauthorized();
  if (actor.name.startsWith('disabled')) return error(403, 'Your login is currently disabled');
  if (!route.scopes.some((scope) => actor.scopes.includes(scope))) return error(403, 'This action is outside the authorized scopes');
  return route.run(request, actor, id);
}

function webPage(statuses: ReturnType<typeof statusCalls>, id: string): SimulatedResponse {
  const found = statuses.textOf(id);
  return found === undefined ? page(404, 'The page you are looking for isn’t here.', '') : postPage(`@${found.name}@${DOMAIN}`, found.text);
}

/** On every answer, as an instant (docs: api/rate-limits). */
function limitHeaders(host: SimulatorHost): Readonly<Record<string, string>> {
  return { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '299', 'x-ratelimit-reset': new Date(host.now() + LONGEST_WINDOW_SECONDS * 1000).toISOString() };
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) => {
      const reset = new Date(host.now() + seconds * 1000).toISOString();
      const own = form === 'platform' ? { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } : {};
      return tooMany({ ...own, ...waitHeaders(form, seconds, host.now()) });
    },
    serverError: (status) =>
      status === 503
        ? error(503, 'There was a temporary problem serving your request, please try again')
        : { status, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>We’re sorry, but something went wrong on our end.</h1></body></html>' },
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: (message) => error(422, `Validation failed: ${message}`),
  };
}
