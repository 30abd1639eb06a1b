import { json, page, waitHeaders } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { notAcceptable, problem, REFUSALS, tooMany } from './simulator/answers.ts';
import { checkToken, keyIdOf } from './simulator/keys.ts';
import { postCalls } from './simulator/posts.ts';
import { uploadCall } from './simulator/uploads.ts';

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  run(request: SimulatedRequest, owner: string, id: string): SimulatedResponse;
}

const API = '/ghost/api/admin';

/**
 * A site of Ghost 6 as its documentation describes the Admin API; host `site`. Every 24 hexadecimal digits are the id of a key, whose secret
 * is the id again and again up to 64 digits; ids that begin with `dead` belong to deleted integrations, and a key whose id begins with
 * `feed` has a newsletter whose mails fail. Newsletters are `default-newsletter` and the archived `old-newsletter`. Files whose bytes hold
 * `broken` cannot be processed.
 */
export const ghostSimulator: SimulatorFactory = (host) => {
  const posts = postCalls(host);
  const routes = apiRoutes(host, posts);
  return {
    platform: 'ghost',
    hosts: ['site'],
    describe: (request) => describe(routes, posts, request),
    handle: async (request) => {
      const answer = handle(host, routes, posts, request);
      return { ...answer, headers: { 'content-version': 'v6.65', ...answer.headers } };
    },
    ...shapes(host),
  };
};

function apiRoutes(host: SimulatorHost, posts: ReturnType<typeof postCalls>): Route[] {
  const route = (method: string, path: RegExp, operation: string, run: Route['run']): Route => ({ method, path, operation, run });
  return [
    route('GET', /^\/posts\/slug\/([\w-]+)\/$/, 'lookup', (_request, owner, slug) => posts.bySlug(owner, slug)),
    route('GET', /^\/posts\/([0-9a-f]{24})\/$/, 'lookup', (_request, owner, id) => posts.read(owner, id)),
    route('GET', /^\/posts\/$/, 'other', (request, owner) => posts.browse(owner, request.query)),
    route('POST', /^\/posts\/$/, 'upload', (request, owner) => posts.create(owner, request)),
    route('PUT', /^\/posts\/([0-9a-f]{24})\/$/, 'publish', (request, owner, id) => posts.edit(owner, id, request)),
    route('DELETE', /^\/posts\/([0-9a-f]{24})\/$/, 'delete', (_request, owner, id) => posts.remove(owner, id)),
    route('GET', /^\/newsletters\/$/, 'other', (request) => newsletters(request.query)),
    route('POST', /^\/(images|media|files)\/upload\/$/, 'upload', (request, _owner, kind) => uploadCall(host, kind, request)),
  ];
}

const isSite = ({ method, path }: SimulatedRequest): boolean => method === 'GET' && path === `${API}/site/`;

const routeOf = (routes: readonly Route[], request: SimulatedRequest): Route | undefined =>
  request.path.startsWith(API) ? routes.find(({ method, path }) => method === request.method && path.test(request.path.slice(API.length))) : undefined;

function describe(routes: readonly Route[], posts: ReturnType<typeof postCalls>, request: SimulatedRequest): CallDescription {
  const accountId = keyIdOf(request);
  const route = routeOf(routes, request);
  const whose = accountId === undefined ? {} : { accountId };
  if (isSite(request) || (route?.operation === 'other' && request.query.get('fields') === 'id')) return { operation: 'profile', ...whose };
  if (route?.operation === 'other' && request.query.get('filter')?.startsWith('id:') === true) return { operation: 'analytics', ...whose };
  const [, id = ''] = route?.path.exec(request.path.slice(API.length)) ?? [];
  const text = route?.operation === 'publish' ? posts.textOf(id) : undefined;
  return { operation: route?.operation ?? 'other', ...whose, ...(text === undefined ? {} : { text }) };
}

function handle(host: SimulatorHost, routes: readonly Route[], posts: ReturnType<typeof postCalls>, request: SimulatedRequest): SimulatedResponse {
  if (!request.path.startsWith(`${API}/`)) return posts.webPage(request.path) ?? page(404, '404', '<p>Page not found</p>');
  const version = request.headers['accept-version'];
  if (version !== undefined && !/^v[56]\.\d+$/.test(version)) return notAcceptable();
  // The name of a site is told to anybody.
  if (isSite(request)) return json(200, { site: { title: 'Sandbox Ghost', description: 'Nothing here is read by anybody', logo: null, icon: null, accent_color: '#15171A', url: `${host.origin('site')}/`, locale: 'en', version: '6.65' } });
  const refused = checkToken(request, host.now());
  const owner = keyIdOf(request);
  if (refused !== undefined || owner === undefined) return refused ?? REFUSALS['no_permission']?.() ?? notAcceptable();
  const route = routeOf(routes, request);
  if (route === undefined) return notAcceptable();
  const [, id = ''] = route.path.exec(request.path.slice(API.length)) ?? [];
  return route.run(request, owner, id);
}

function newsletters(query: URLSearchParams): SimulatedResponse {
  const all = [
    { id: '5f0c9f5e4f634f339c9f6a3c', name: 'Sandbox Ghost', slug: 'default-newsletter', status: 'active' },
    { id: '5f0c9f5e4f634f339c9f6a3d', name: 'Old', slug: 'old-newsletter', status: 'archived' },
  ];
  const slug = /^slug:([\w-]+)$/.exec(query.get('filter') ?? '')?.[1];
  const found = all.filter((one) => slug === undefined || one.slug === slug);
  return json(200, { newsletters: found, meta: { pagination: { page: 1, limit: 15, pages: 1, total: found.length, next: null, prev: null } } });
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  return {
    rateLimited: (form, seconds) => tooMany(form === 'platform' ? { 'retry-after': String(seconds) } : waitHeaders(form, seconds, host.now())),
    serverError: (status) =>
      status === 500
        ? problem(500, 'InternalServerError', 'Internal server error, cannot save post.', { code: 'UNEXPECTED_ERROR' })
        : { status, headers: { 'content-type': 'text/html' }, body: '<html><head><title>We’ll be right back</title></head></html>' },
    refusal: (name) => REFUSALS[name]?.(),
    refusals: Object.keys(REFUSALS),
    invalidContent: (message) => problem(422, 'ValidationError', 'Validation error, cannot save post.', { context: message }),
  };
}
