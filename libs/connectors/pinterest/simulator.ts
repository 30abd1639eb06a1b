import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { json, jsonOf, page, postPage, waitHeaders } from '../kit/simulation/index.ts';
import { apiError, invalid, REFUSALS, storeError } from './simulator/answers.ts';
import { listPage } from './simulator/lists.ts';
import { MediaUploads } from './simulator/media.ts';
import { Pins } from './simulator/pins.ts';
import { asObject, asText } from './simulator/sources.ts';
import { Tokens } from './simulator/tokens.ts';
import { boardsOf, openWorld, userOf, type User, type World } from './simulator/world.ts';

export interface PinterestSimulatorOptions {
  /** How long a video is processed. Milliseconds; default 10,000. */
  readonly processingMs?: number;
}

interface Pinterest {
  readonly world: World;
  readonly tokens: Tokens;
  readonly uploads: MediaUploads;
  readonly pins: Pins;
}

interface Call {
  readonly user: User;
  readonly scopes: readonly string[];
  readonly clientId: string;
  readonly request: SimulatedRequest;
  /** What stands in the path's braces. */
  readonly ids: readonly string[];
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  readonly scopes: readonly string[];
  handle(pinterest: Pinterest, call: Call): SimulatedResponse | Promise<SimulatedResponse>;
}

const READ_PINS = ['boards:read', 'pins:read'];
const WRITE_PINS = ['boards:read', 'boards:write', 'pins:read', 'pins:write'];

/** With the scopes that the OpenAPI document names for each; all of them are needed. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/v5\/user_account$/, operation: 'profile', scopes: ['user_accounts:read'], handle: (_pinterest, { user }) => account(user) },
  { method: 'GET', path: /^\/v5\/boards$/, operation: 'other', scopes: ['boards:read'], handle: (_pinterest, call) => boards(call) },
  { method: 'GET', path: /^\/v5\/boards\/(\d+)\/pins$/, operation: 'lookup', scopes: READ_PINS, handle: ({ pins }, { user, ids: [board = ''], request }) => pins.list(user, board, undefined, request.query) },
  {
    method: 'GET',
    path: /^\/v5\/boards\/(\d+)\/sections\/(\d+)\/pins$/,
    operation: 'lookup',
    scopes: READ_PINS,
    handle: ({ pins }, { user, ids: [board = '', section = ''], request }) => pins.list(user, board, section, request.query),
  },
  { method: 'POST', path: /^\/v5\/media$/, operation: 'upload', scopes: ['pins:read', 'pins:write'], handle: ({ uploads }, { user, request }) => uploads.register(user, request) },
  { method: 'GET', path: /^\/v5\/media\/(\d+)$/, operation: 'status', scopes: ['pins:read'], handle: ({ uploads }, { user, ids: [id = ''] }) => uploads.read(user, id) },
  {
    method: 'POST',
    path: /^\/v5\/pins$/,
    operation: 'publish',
    scopes: WRITE_PINS,
    handle: ({ pins }, { user, clientId, request }) => (clientId.startsWith('trial') ? REFUSALS.trial_access() : pins.create(user, request)),
  },
  { method: 'GET', path: /^\/v5\/pins\/(\d+)$/, operation: 'analytics', scopes: READ_PINS, handle: ({ pins }, { user, ids: [id = ''], request }) => pins.read(user, id, request.query) },
  { method: 'GET', path: /^\/v5\/pins\/(\d+)\/analytics$/, operation: 'analytics', scopes: READ_PINS, handle: ({ pins }, { user, ids: [id = ''], request }) => pins.analytics(user, id, request.query) },
  { method: 'DELETE', path: /^\/v5\/pins\/(\d+)$/, operation: 'delete', scopes: WRITE_PINS, handle: ({ pins }, { user, ids: [id = ''] }) => pins.remove(user, id) },
];

const routeOf = ({ method, path }: SimulatedRequest): Route | undefined => ROUTES.find((route) => route.method === method && route.path.test(path));

/**
 * Pinterest as its documentation describes it. Hosts: `web` is www.pinterest.com, `api` api.pinterest.com, `upload` the store that takes
 * videos. Any client id is a registered app; one that begins with `trial` has Trial access and may make no pins. An account has three
 * boards, the third of them secret, and the first has two sections: 600 more when its name begins with `many_`, none with `noboards_`. Names
 * that begin with `business_` are businesses; boards of
 * `shuffled_` are listed out of order. A link to a host that begins with
 * `spam.` is blocked. A file that is no MP4 cannot be processed, and one that begins with `endless` is processed for ever.
 */
export function simulatePinterest(options: PinterestSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const uploads = new MediaUploads(host, world, options.processingMs ?? 10_000);
    const pinterest: Pinterest = { world, tokens: new Tokens(host), uploads, pins: new Pins(host, world, uploads) };
    return {
      platform: 'pinterest',
      hosts: ['web', 'api', 'upload'],
      describe: (request) => describe(pinterest, request),
      handle: async (request) => {
        if (request.host === 'web') return webPage(pinterest, request);
        return request.host === 'api' ? apiCall(pinterest, request) : atStore(pinterest, request);
      },
      rateLimited: (form, seconds) => rateLimited(host, form, seconds),
      serverError: (status) => apiError(status, 12, 'Sorry! Something went wrong on our end.'),
      refusal: (name) => (REFUSALS as Readonly<Record<string, () => SimulatedResponse>>)[name]?.(),
      refusals: Object.keys(REFUSALS),
      invalidContent: invalid,
    };
  };
}

/** With ten seconds of processing. */
export const pinterestSimulator: SimulatorFactory = simulatePinterest();

function rateLimited(host: SimulatorHost, form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform', seconds: number): SimulatedResponse {
  const answer = REFUSALS.rate_limit();
  const own = form === 'platform' ? { 'x-ratelimit-limit': '100, 100;w=60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(seconds) } : {};
  return { ...answer, headers: { ...answer.headers, ...own, ...waitHeaders(form, seconds, host.now()) } };
}

function webPage({ world, tokens }: Pinterest, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/oauth/') return tokens.server.authorize(request);
  const pin = world.pins.get(/^\/pin\/(\d+)\/$/.exec(request.path)?.[1] ?? '');
  if (pin !== undefined) return postPage(pin.title ?? 'Pin', pin.description ?? '');
  return page(/^\/[\w.%-]+\/$/.test(request.path) ? 200 : 404, 'Sandbox Pinterest', '<p>This page holds nothing.</p>');
}

function atStore({ uploads }: Pinterest, request: SimulatedRequest): SimulatedResponse {
  return request.method === 'POST' && request.path === '/' ? uploads.store(request) : storeError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

async function apiCall(pinterest: Pinterest, request: SimulatedRequest): Promise<SimulatedResponse> {
  if (request.method === 'POST' && request.path === '/v5/oauth/token') return pinterest.tokens.token(request);
  const grant = pinterest.tokens.grantOf(request);
  if (grant === undefined) return REFUSALS.authentication_failed();
  const route = routeOf(request);
  if (route === undefined) return apiError(404, 0, 'API method not found.');
  const missing = route.scopes.filter((scope) => !grant.scopes.includes(scope));
  if (missing.length > 0) return apiError(403, 3, `Your token does not have sufficient permissions to perform this operation. Missing: ${missing.join(', ')}.`);
  const ids = route.path.exec(request.path)?.slice(1) ?? [];
  return route.handle(pinterest, { user: userOf(grant.account), scopes: grant.scopes, clientId: grant.clientId, request, ids });
}

function account({ id, name }: User): SimulatedResponse {
  const isBusiness = name.startsWith('business_');
  return json(200, {
    id,
    username: name,
    account_type: isBusiness ? 'BUSINESS' : 'PINNER',
    business_name: isBusiness ? `${name} Ltd` : null,
    profile_image: `https://i.pinimg.example/${id}.jpg`,
    website_url: '',
    about: '',
    board_count: boardsOf(name).length,
    pin_count: 0,
    follower_count: 10,
    following_count: 20,
    monthly_views: 0,
  });
}

/** `GET /v5/boards`: secret ones only for those who may see them. */
function boards({ user, scopes, request }: Call): SimulatedResponse {
  const seen = boardsOf(user.name).filter(({ privacy }) => privacy !== 'SECRET' || scopes.includes('boards:read_secret'));
  return listPage(seen, request.query, ({ id, name, privacy }) => ({ id, name, description: null, owner: { username: user.name }, privacy, pin_count: 0, follower_count: 0, collaborator_count: 0 }));
}

function describe(pinterest: Pinterest, request: SimulatedRequest): CallDescription {
  if (request.host === 'web') return { operation: request.path === '/oauth/' ? 'authorize' : 'other' };
  if (request.host === 'upload') return { operation: 'upload' };
  if (request.path === '/v5/oauth/token') return { operation: 'token' };
  const grant = pinterest.tokens.grantOf(request);
  const actor = grant === undefined ? {} : { accountId: userOf(grant.account).id };
  const operation = routeOf(request)?.operation ?? 'other';
  if (operation !== 'publish') return { operation, ...actor };
  const body = asObject(jsonOf(request));
  return { operation, text: asText(body['description']) ?? '', ...actor };
}
