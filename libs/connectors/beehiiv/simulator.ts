import { bearerOf, json, page, waitHeaders } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { problem, REFUSALS, tooMany } from './simulator/answers.ts';
import { postCalls } from './simulator/posts.ts';

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  run(request: SimulatedRequest, publication: string, id: string): SimulatedResponse;
}

const PUBLICATION = /^\/v2\/publications\/(pub_[0-9a-fA-F-]+)(\/.*)?$/;
const LIMIT = 180;

/**
 * beehiiv as its documentation describes it; host `api`. Any key reaches any publication, but one that begins with `wrong` is wrong, one
 * that begins with `free` has a plan without posting, and ids that begin with `pub_dead` are of nobody’s publication. A post takes two
 * seconds to be built; one whose title begins with `Unbuildable` never is.
 */
export const beehiivSimulator: SimulatorFactory = (host) => {
  const posts = postCalls(host);
  const routes = apiRoutes(posts);
  return {
    platform: 'beehiiv',
    hosts: ['api'],
    describe: (request) => describe(routes, posts, request),
    handle: async (request) => {
      const answer = handle(routes, posts, request);
      const limits = { 'ratelimit-limit': String(LIMIT), 'ratelimit-remaining': String(LIMIT - 1), 'ratelimit-reset': String(Math.ceil(host.now() / 1000) + 60) };
      return { ...answer, headers: { ...limits, ...answer.headers } };
    },
    ...shapes(host),
  };
};

function apiRoutes(posts: ReturnType<typeof postCalls>): Route[] {
  const route = (method: string, path: RegExp, operation: string, run: Route['run']): Route => ({ method, path, operation, run });
  return [
    route('GET', /^$/, 'profile', (_request, publication) => json(200, { data: { id: publication, name: `Sandbox ${publication.slice(4, 12)}`, organization_name: 'Sandbox', referral_program_enabled: false, created: 1_767_225_600 } })),
    route('GET', /^\/posts$/, 'lookup', (request, publication) => posts.list(publication, request.query)),
    route('POST', /^\/posts$/, 'upload', (request, publication) => posts.create(publication, request)),
    route('GET', /^\/posts\/(post_[0-9a-f-]+)$/, 'status', (request, publication, id) => posts.read(publication, id, request.query)),
    route('PATCH', /^\/posts\/(post_[0-9a-f-]+)$/, 'publish', (request, publication, id) => posts.update(publication, id, request)),
    route('DELETE', /^\/posts\/(post_[0-9a-f-]+)$/, 'delete', (_request, publication, id) => posts.remove(publication, id)),
  ];
}

interface Found {
  readonly route: Route;
  readonly publication: string;
  readonly id: string;
}

function find(routes: readonly Route[], request: SimulatedRequest): Found | undefined {
  const [, publication, rest = ''] = PUBLICATION.exec(request.path) ?? [];
  const route = routes.find(({ method, path }) => method === request.method && path.test(rest));
  return route === undefined || publication === undefined ? undefined : { route, publication, id: route.path.exec(rest)?.[1] ?? '' };
}

function describe(routes: readonly Route[], posts: ReturnType<typeof postCalls>, request: SimulatedRequest): CallDescription {
  const found = find(routes, request);
  if (found === undefined) return { operation: 'other' };
  const isCount = found.route.operation === 'status' && (request.query.has('expand[]') || request.query.has('expand'));
  const operation = isCount ? 'analytics' : found.route.operation;
  const text = operation === 'publish' ? posts.textOf(found.id) : undefined;
  return { operation, accountId: found.publication, ...(text === undefined ? {} : { text }) };
}

function handle(routes: readonly Route[], posts: ReturnType<typeof postCalls>, request: SimulatedRequest): SimulatedResponse {
  const slug = /^\/p\/([\w-]+)$/.exec(request.path)?.[1];
  if (slug !== undefined) return posts.webPage(slug) ?? page(404, 'Not found', '');
  const key = bearerOf(request);
  if (key === undefined || key.startsWith('wrong')) return problem(401, 'Unauthorized', 'UNAUTHORIZED', 'Invalid API key');
  const found = find(routes, request);
  if (found === undefined || found.publication.startsWith('pub_dead')) return problem(404, 'Not Found', 'NOT_FOUND', 'Resource not found');
  const isWriting = request.method === 'POST' || request.method === 'PATCH';
  if (isWriting && key.startsWith('free')) return REFUSALS['plan']?.() ?? problem(403, 'Forbidden', 'FORBIDDEN', 'Forbidden');
  return found.route.run(request, found.publication, found.id);
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) => {
      const own = form === 'platform' ? { 'ratelimit-limit': String(LIMIT), 'ratelimit-remaining': '0', 'ratelimit-reset': String(Math.ceil(host.now() / 1000) + seconds) } : {};
      return tooMany({ ...own, ...waitHeaders(form, seconds, host.now()) });
    },
    serverError: (status) =>
      status === 500
        ? problem(500, 'Internal Server Error', 'INTERNAL_SERVER_ERROR', 'Something went wrong')
        : { status, headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>' },
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: (message) => problem(400, 'Bad Request', 'BAD_REQUEST', message),
  };
}
