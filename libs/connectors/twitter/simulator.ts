import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { invalidRequest, json, notPermitted, problem, REFUSALS, tooManyRequests, unauthorized } from './simulator/answers.ts';
import { authorize } from './simulator/authorize.ts';
import { escapeHtml, page } from './simulator/consent-page.ts';
import { mediaCalls } from './simulator/media.ts';
import { postCalls, textOf } from './simulator/posts.ts';
import { rateWindows } from './simulator/rate-windows.ts';
import { grantOf, tokenCall } from './simulator/tokens.ts';
import { isPremium, openWorld, type User, type World } from './simulator/world.ts';

export { DOCUMENTED_LIMITS } from './simulator/rate-windows.ts';

export interface TwitterSimulatorOptions {
  /** Calls per user and 15 minutes by operation; absent ones are 100,000. `DOCUMENTED_LIMITS` are X's own. */
  readonly limits?: Readonly<Record<string, number>>;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  readonly scopes: readonly string[];
  run(user: User, request: SimulatedRequest, id: string): SimulatedResponse | Promise<SimulatedResponse>;
}

/**
 * X as its documentation describes it. Hosts: `web` is x.com with the consent page and posts, `api` is api.x.com.
 * Any client id is a registered app and any account name an account; see `docs/sandbox.md`.
 */
export function simulateTwitter(options: TwitterSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const routes = apiRoutes(host, world);
    const count = rateWindows(host.now, options.limits ?? {});
    return {
      platform: 'twitter',
      hosts: ['api', 'web'],
      describe: (request) => describeCall(host, world, routes, request),
      handle: async (request) => {
        if (request.host === 'web') return webCall(host, world, request);
        if (isTokenCall(request)) return tokenCall(host, world, request);
        return apiCall(host, world, routes, count, request);
      },
      ...shapes(host),
    };
  };
}

/** With limits so generous that load tests do not meet them. */
export const twitterSimulator: SimulatorFactory = simulateTwitter();

function isTokenCall(request: SimulatedRequest): boolean {
  return request.method === 'POST' && (request.path === '/2/oauth2/token' || request.path === '/2/oauth2/revoke');
}

function apiRoutes(host: SimulatorHost, world: World): Route[] {
  const media = mediaCalls(host, world);
  const posts = postCalls(host, world, media);
  const read = ['tweet.read', 'users.read'];
  const upload = (method: string, path: RegExp, run: Route['run']): Route => ({
    method,
    path,
    operation: 'upload',
    scopes: ['media.write'],
    run,
  });
  return [
    {
      method: 'POST',
      path: /^\/2\/tweets$/,
      operation: 'publish',
      scopes: [...read, 'tweet.write'],
      run: (user, request) => posts.create(user, request),
    },
    { method: 'GET', path: /^\/2\/tweets$/, operation: 'analytics', scopes: read, run: (user, request) => posts.byIds(user, request.query) },
    {
      method: 'DELETE',
      path: /^\/2\/tweets\/(\d+)$/,
      operation: 'delete',
      scopes: [...read, 'tweet.write'],
      run: (user, _request, id) => posts.remove(user, id),
    },
    {
      method: 'GET',
      path: /^\/2\/users\/me$/,
      operation: 'profile',
      scopes: read,
      run: (user, request) => json(200, { data: profile(user, request.query) }),
    },
    {
      method: 'GET',
      path: /^\/2\/users\/(\d+)\/tweets$/,
      operation: 'lookup',
      scopes: read,
      run: (_user, request, id) => posts.timeline(id, request.query),
    },
    upload('POST', /^\/2\/media\/upload$/, (user, request) => media.oneShot(user, request)),
    upload('POST', /^\/2\/media\/upload\/initialize$/, (user, request) => media.initialize(user, request)),
    upload('POST', /^\/2\/media\/upload\/(\d+)\/append$/, (user, request, id) => media.append(user, request, id)),
    upload('POST', /^\/2\/media\/upload\/(\d+)\/finalize$/, (user, _request, id) => media.finalize(user, id)),
    upload('POST', /^\/2\/media\/metadata$/, (user, request) => media.metadata(user, request)),
    {
      method: 'GET',
      path: /^\/2\/media\/upload$/,
      operation: 'status',
      scopes: ['media.write'],
      run: (user, request) => media.status(user, request.query),
    },
  ];
}

const routeOf = (routes: readonly Route[], request: SimulatedRequest): Route | undefined =>
  routes.find((route) => route.method === request.method && route.path.test(request.path));

function describeCall(host: SimulatorHost, world: World, routes: readonly Route[], request: SimulatedRequest): CallDescription {
  if (request.host === 'web') return { operation: request.path === '/i/oauth2/authorize' ? 'authorize' : 'other' };
  if (isTokenCall(request)) return { operation: 'token' };
  const operation = routeOf(routes, request)?.operation ?? 'other';
  const text = operation === 'publish' ? textOf(request) : undefined;
  const accountId = grantOf(host, world, request)?.userId;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}

async function apiCall(
  host: SimulatorHost,
  world: World,
  routes: readonly Route[],
  count: ReturnType<typeof rateWindows>,
  request: SimulatedRequest,
): Promise<SimulatedResponse> {
  const route = routeOf(routes, request);
  if (route === undefined) return problem(404, 'Not Found', 'Not Found');
  const grant = grantOf(host, world, request);
  const user = grant === undefined ? undefined : world.users.get(grant.userId);
  if (grant === undefined || user === undefined) return unauthorized();
  const { isExceeded, headers } = count(user.id, route.operation);
  const [, id = ''] = route.path.exec(request.path) ?? [];
  const run = async (): Promise<SimulatedResponse> => {
    if (isExceeded) return tooManyRequests();
    return route.scopes.every((scope) => grant.scopes.includes(scope)) ? route.run(user, request, id) : notPermitted();
  };
  const answer = await run();
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function profile(user: User, query: URLSearchParams): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {
    profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
    verified: isPremium(user),
    verified_type: isPremium(user) ? 'blue' : 'none',
    subscription_type: isPremium(user) ? 'Premium' : 'None',
    protected: false,
    public_metrics: { followers_count: 0, following_count: 0, tweet_count: 0, listed_count: 0, like_count: 0, media_count: 0 },
  };
  const fields = new Set((query.get('user.fields') ?? '').split(','));
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    ...Object.fromEntries(Object.entries(all).filter(([name]) => fields.has(name))),
  };
}

function webCall(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/i/oauth2/authorize' && ['GET', 'POST'].includes(request.method)) return authorize(host, world, request);
  const [, id] = /^\/\w+\/status\/(\d+)$/.exec(request.path) ?? [];
  const post = id === undefined ? undefined : world.posts.get(id);
  if (post === undefined) return page(404, 'Nothing to see here', '<p>This post does not exist.</p>');
  const author = world.users.get(post.userId)?.username ?? '';
  return page(200, `Post by @${author}`, `<blockquote style="white-space: pre-wrap">${escapeHtml(post.rawText)}</blockquote>`);
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) => ({
      ...tooManyRequests(),
      headers: { 'content-type': 'application/json', ...waitHeaders(form, seconds, host.now()) },
    }),
    serverError: (status) =>
      status === 500
        ? problem(500, 'Internal Server Error', 'Something is broken. This is usually a temporary error.')
        : { status, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>Service Unavailable</h1></body></html>' },
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: (message) => invalidRequest(message, { text: ['...'] }),
  };
}

function waitHeaders(
  form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform',
  seconds: number,
  now: number,
): Readonly<Record<string, string>> {
  const until = now + seconds * 1000;
  if (form === 'absent') return {};
  if (form === 'date') return { 'retry-after': new Date(until).toUTCString() };
  if (form === 'platform')
    return { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.ceil(until / 1000)) };
  return { 'retry-after': String(seconds) };
}
