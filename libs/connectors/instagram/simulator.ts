import type { CallDescription, SimulatedRequest, SimulatedResponse, Simulator, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { fieldsOf, graphError, json, REFUSALS } from './simulator/answers.ts';
import { authorize } from './simulator/authorize.ts';
import { escapeHtml, page } from './simulator/consent-page.ts';
import { containerCalls, type ContainerCalls } from './simulator/containers.ts';
import { mediaCalls, type MediaCalls } from './simulator/media.ts';
import { authenticate, DOCUMENTED_SHAPE, exchangeCode, exchangeLong, refresh } from './simulator/tokens.ts';
import { openWorld, tokenOf, type Token, type User, type World } from './simulator/world.ts';

export interface InstagramSimulatorOptions {
  /** How long a container stays IN_PROGRESS. Milliseconds; default 1000. */
  readonly processingMs?: number;
  /** Default: no limit, for load tests. The reference documents 50, the guide 100. */
  readonly publishesPerDay?: number;
}

/** What the calls of the Graph API work with. */
interface Graph {
  readonly host: SimulatorHost;
  readonly world: World;
  readonly containers: ContainerCalls;
  readonly media: MediaCalls;
}

const DEFAULT_PROCESSING_MS = 1000;
const PUBLISH_SCOPE = 'instagram_business_content_publish';
/** Accounts whose name ends like this are not professional ones. */
const PERSONAL_ACCOUNT = '_personal';

/**
 * Instagram with Instagram Login as its documentation describes it. Hosts: `web` is www.instagram.com with the consent page and posts,
 * `login` is api.instagram.com, `graph` is graph.instagram.com. Any client id is a registered app, any account name an account.
 */
export function simulateInstagram(options: InstagramSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const containers = containerCalls(host, world, options.processingMs ?? DEFAULT_PROCESSING_MS);
    const media = mediaCalls(host, world, containers, options.publishesPerDay);
    const graph = { host, world, containers, media };
    return {
      platform: 'instagram',
      hosts: ['web', 'login', 'graph'],
      describe: (request) => describeCall(world, request),
      handle: async (request) => {
        if (request.host === 'web') return webCall(host, world, request);
        if (request.host === 'graph') return graphCall(graph, request);
        const isExchange = request.method === 'POST' && request.path === '/oauth/access_token';
        return isExchange ? exchangeCode(host, world, request) : json({ error: { message: 'Not found' } }, 404);
      },
      ...shapes(host),
    };
  };
}

/** With a second of processing. */
export const instagramSimulator: SimulatorFactory = simulateInstagram();

/** The path below the version, in parts. */
const partsOf = (request: SimulatedRequest): readonly string[] =>
  request.path
    .replace(/^\/v\d+\.\d+(?=\/)/, '')
    .split('/')
    .filter((part) => part !== '');

function webCall(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/oauth/authorize' && ['GET', 'POST'].includes(request.method)) return authorize(host, world, request);
  const [, shortcode] = /^\/(?:p|reel)\/([\w-]+)\/?$/.exec(request.path) ?? [];
  const post = shortcode === undefined ? undefined : [...world.media.values()].find((media) => media.shortcode === shortcode);
  if (post === undefined) return page(404, 'Sandbox Instagram', '<p>This page is not available.</p>');
  return page(
    200,
    `Post by ${world.users.get(post.userId)?.username ?? ''}`,
    `<blockquote style="white-space:pre-wrap">${escapeHtml(post.caption)}</blockquote>`,
  );
}

async function graphCall(graph: Graph, request: SimulatedRequest): Promise<SimulatedResponse> {
  const { host, world } = graph;
  if (request.method === 'GET' && request.path === '/access_token') return exchangeLong(host, world, request);
  if (request.method === 'GET' && request.path === '/refresh_access_token') return refresh(host, world, request);
  const token = authenticate(host, world, request);
  if ('status' in token) return token;
  const user = world.users.get(token.userId);
  if (user === undefined) return REFUSALS.token_invalid();
  const [node = '', edge] = partsOf(request);
  if (edge === undefined && request.method === 'GET') return readNode(graph, user, node, request.query);
  const isOwn = node === 'me' || node === user.userId || node === user.scopedId;
  return isOwn && edge !== undefined ? accountCall(graph, token, `${request.method} ${edge}`, request) : REFUSALS.object_missing();
}

function readNode({ world, containers, media }: Graph, user: User, node: string, query: URLSearchParams): SimulatedResponse {
  if (node === 'me' || node === user.userId) return profile(user, query);
  const container = world.containers.get(node);
  if (container?.userId === user.userId) return containers.status(container);
  const post = world.media.get(node);
  return post?.userId === user.userId ? media.read(post, query.get('fields') ?? 'id') : REFUSALS.object_missing();
}

async function accountCall(
  { containers, media }: Graph,
  token: Token,
  call: string,
  request: SimulatedRequest,
): Promise<SimulatedResponse> {
  const { userId } = token;
  if (call === 'GET media') return media.list(userId, request.query);
  if (call === 'GET stories') return media.stories(userId, request.query);
  if (!token.scopes.includes(PUBLISH_SCOPE)) return REFUSALS.permission_missing();
  if (call === 'GET content_publishing_limit') return media.quota(userId);
  if (call === 'POST media') return containers.create(userId, fieldsOf(request));
  if (call === 'POST media_publish') return media.publish(userId, fieldsOf(request).get('creation_id') ?? '');
  return REFUSALS.object_missing();
}

function profile(user: User, query: URLSearchParams): SimulatedResponse {
  const all: Record<string, unknown> = {
    user_id: user.userId,
    username: user.username,
    name: user.username,
    account_type: user.username.endsWith(PERSONAL_ACCOUNT) ? 'PERSONAL' : 'BUSINESS',
    followers_count: 0,
    follows_count: 0,
    media_count: 0,
  };
  const wanted = (query.get('fields') ?? 'user_id,username').split(',');
  const shown = {
    ...Object.fromEntries(wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))),
    id: user.scopedId,
  };
  return json(user.username.endsWith(DOCUMENTED_SHAPE) ? { data: [shown] } : shown);
}

function operationOf(world: World, request: SimulatedRequest): string {
  if (request.host === 'web') return request.path === '/oauth/authorize' ? 'authorize' : 'other';
  if (request.path === '/oauth/access_token' || request.path === '/access_token' || request.path === '/refresh_access_token')
    return 'token';
  const [node = '', edge] = partsOf(request);
  if (edge === 'media_publish') return 'publish';
  if (edge === 'media') return request.method === 'POST' ? 'upload' : 'lookup';
  if (edge === 'stories') return 'lookup';
  if (node === 'me') return 'profile';
  return world.containers.get(node) === undefined ? 'other' : 'status';
}

function describeCall(world: World, request: SimulatedRequest): CallDescription {
  const operation = operationOf(world, request);
  const accountId = world.tokens.get(tokenOf(request) ?? '')?.userId;
  const text = operation === 'publish' ? world.containers.get(fieldsOf(request).get('creation_id') ?? '')?.caption : undefined;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}

function shapes(host: SimulatorHost): Pick<Simulator, 'rateLimited' | 'serverError' | 'refusal' | 'refusals' | 'invalidContent'> {
  const refusals: Readonly<Record<string, () => SimulatedResponse>> = REFUSALS;
  return {
    rateLimited: (form, seconds) => {
      const limited = REFUSALS.business_limit();
      // Meta answers 400 or 403 and tells the wait in its own header; the other forms are for clients that meet a proxy's 429.
      const status = form === 'platform' || form === 'absent' ? limited.status : 429;
      return { ...limited, status, headers: { ...limited.headers, ...waitHeaders(form, seconds, host.now()) } };
    },
    serverError: (status) =>
      graphError(status, 2, undefined, 'An unexpected error has occurred. Please retry your request later.', { is_transient: true }),
    refusal: (name) => refusals[name]?.(),
    refusals: Object.keys(refusals),
    invalidContent: (message) => graphError(400, 100, undefined, `(#100) ${message}`),
  };
}

function waitHeaders(
  form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform',
  seconds: number,
  nowMs: number,
): Readonly<Record<string, string>> {
  if (form === 'absent') return {};
  if (form === 'seconds' || form === 'absurd') return { 'retry-after': String(seconds) };
  if (form === 'date') return { 'retry-after': new Date(nowMs + seconds * 1000).toUTCString() };
  const usage = {
    type: 'instagram',
    call_count: 100,
    total_cputime: 25,
    total_time: 25,
    estimated_time_to_regain_access: Math.ceil(seconds / 60),
  };
  return { 'x-business-use-case-usage': JSON.stringify({ '17841400000000000': [usage] }) };
}
