import { page, postPage } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { fieldsOf, graphShapes, json, partsOf, shown, tokenOf } from '../meta/simulation/answers.ts';
import { REFUSALS } from './simulator/answers.ts';
import { authorize } from './simulator/authorize.ts';
import { containerCalls, type ContainerCalls } from './simulator/containers.ts';
import { Engagement } from './simulator/engagement.ts';
import { FacebookDoor } from './simulator/facebook.ts';
import { mediaCalls, type MediaCalls } from './simulator/media.ts';
import { authenticate, DOCUMENTED_SHAPE, exchangeCode, exchangeLong, refresh } from './simulator/tokens.ts';
import { openWorld, type Media, type Token, type User, type World } from './simulator/world.ts';

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
  readonly engagement: Engagement;
  readonly facebook: FacebookDoor;
}

/** Who calls. */
type Caller = Pick<Token, 'userId' | 'scopes'>;

const DEFAULT_PROCESSING_MS = 1000;
const PUBLISH_SCOPE = 'instagram_business_content_publish';
const COMMENT_SCOPE = 'instagram_business_manage_comments';
const INSIGHTS_SCOPE = 'instagram_business_manage_insights';
/** Accounts whose name ends like this are not professional ones. */
const PERSONAL_ACCOUNT = '_personal';

/**
 * Instagram as its documentation describes it. Hosts: `web` is www.instagram.com with the consent page and posts, `login` is
 * api.instagram.com, `graph` is graph.instagram.com; with Facebook Login `facebook` is www.facebook.com and `facebookGraph` is
 * graph.facebook.com. Any client id is a registered app, any account name an account.
 */
export function simulateInstagram(options: InstagramSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const containers = containerCalls(host, world, options.processingMs ?? DEFAULT_PROCESSING_MS);
    const engagement = new Engagement(host, world);
    const media = mediaCalls({ host, world, containers, engagement, publishesPerDay: options.publishesPerDay });
    const graph: Graph = { host, world, containers, media, engagement, facebook: new FacebookDoor(host, world) };
    return {
      platform: 'instagram',
      hosts: ['web', 'login', 'graph', 'facebook', 'facebookGraph'],
      describe: (request) => describeCall(graph, request),
      handle: async (request) => {
        if (request.host === 'web') return webCall(host, world, request);
        if (request.host === 'graph') return graphCall(graph, request);
        if (request.host === 'facebookGraph') return facebookCall(graph, request);
        if (request.host === 'facebook') return graph.facebook.authorize(request);
        const isExchange = request.method === 'POST' && request.path === '/oauth/access_token';
        return isExchange ? exchangeCode(host, world, request) : json({ error: { message: 'Not found' } }, 404);
      },
      ...graphShapes(host, 'instagram', REFUSALS, REFUSALS.business_limit),
    };
  };
}

/** With a second of processing. */
export const instagramSimulator: SimulatorFactory = simulateInstagram();

function webCall(host: SimulatorHost, world: World, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/oauth/authorize' && ['GET', 'POST'].includes(request.method)) return authorize(host, world, request);
  const [, shortcode] = /^\/(?:p|reel)\/([\w-]+)\/?$/.exec(request.path) ?? [];
  const post = shortcode === undefined ? undefined : [...world.media.values()].find((media) => media.shortcode === shortcode);
  if (post === undefined) return page(404, 'Sandbox Instagram', '<p>This page is not available.</p>');
  return postPage(`Post by ${world.users.get(post.userId)?.username ?? ''}`, post.caption);
}

async function graphCall(graph: Graph, request: SimulatedRequest): Promise<SimulatedResponse> {
  const { host, world } = graph;
  if (request.method === 'GET' && request.path === '/access_token') return exchangeLong(host, world, request);
  if (request.method === 'GET' && request.path === '/refresh_access_token') return refresh(host, world, request);
  const token = authenticate(host, world, request);
  if ('status' in token) return token;
  return nodeCall(graph, token, request);
}

/** With Facebook Login everything is the same, and media can be deleted. */
async function facebookCall(graph: Graph, request: SimulatedRequest): Promise<SimulatedResponse> {
  const caller = graph.facebook.enter(request);
  if ('status' in caller) return caller;
  if (request.method !== 'DELETE') return nodeCall(graph, caller, request);
  if (!caller.scopes.includes('delete')) return REFUSALS.permission_missing();
  return graph.engagement.remove(caller.userId, partsOf(request)[0] ?? '') ?? REFUSALS.object_missing();
}

async function nodeCall(graph: Graph, caller: Caller, request: SimulatedRequest): Promise<SimulatedResponse> {
  const user = graph.world.users.get(caller.userId);
  if (user === undefined) return REFUSALS.token_invalid();
  const [node = '', edge] = partsOf(request);
  if (edge === undefined && request.method === 'GET') return readNode(graph, user, node, request.query);
  const post = graph.world.media.get(node);
  if (post?.userId === user.userId) return postCall(graph, caller, `${request.method} ${edge ?? ''}`, post, request);
  const isOwn = node === 'me' || node === user.userId || node === user.scopedId;
  return isOwn && edge !== undefined ? accountCall(graph, caller, `${request.method} ${edge}`, request) : REFUSALS.object_missing();
}

function postCall({ engagement }: Graph, { scopes }: Caller, call: string, post: Media, request: SimulatedRequest): SimulatedResponse {
  if (call === 'GET insights') return scopes.includes(INSIGHTS_SCOPE) ? engagement.insights(post, request.query) : REFUSALS.permission_missing();
  if (call !== 'POST comments' && call !== 'GET comments') return REFUSALS.object_missing();
  if (!scopes.includes(COMMENT_SCOPE)) return REFUSALS.permission_missing();
  return request.method === 'GET' ? engagement.comments(post, request.query) : engagement.comment(post, fieldsOf(request).get('message') ?? '');
}

function readNode({ world, containers, media }: Graph, user: User, node: string, query: URLSearchParams): SimulatedResponse {
  if (node === 'me' || node === user.userId) return profile(user, query);
  const container = world.containers.get(node);
  if (container?.userId === user.userId) return containers.status(container);
  const post = world.media.get(node);
  return post?.userId === user.userId ? media.read(post, query) : REFUSALS.object_missing();
}

async function accountCall(
  { containers, media }: Graph,
  token: Caller,
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
  const seen = shown(all, user.scopedId, query.has('fields') ? query : new URLSearchParams('fields=user_id,username'));
  return json(user.username.endsWith(DOCUMENTED_SHAPE) ? { data: [seen] } : seen);
}

function operationOf(world: World, request: SimulatedRequest): string {
  if (request.host === 'web' || request.host === 'facebook') return /\/oauth(?:\/authorize)?$/.test(request.path) ? 'authorize' : 'other';
  if (/\/(?:access_token|refresh_access_token)$/.test(request.path)) return 'token';
  const [node = '', edge] = partsOf(request);
  const isPost = request.method === 'POST';
  if (request.method === 'DELETE') return 'delete';
  if (edge === 'media_publish') return 'publish';
  if (edge === 'media') return isPost ? 'upload' : 'lookup';
  if (edge === 'comments') return isPost ? 'publish' : 'lookup';
  if (edge === 'stories') return 'lookup';
  if (edge === 'insights' || (request.query.get('fields') ?? '').includes('like_count')) return 'analytics';
  if (edge === 'permissions') return 'token';
  // A page that reads its own token renews it.
  if (node === 'me') return request.query.get('fields') === 'access_token' ? 'token' : 'profile';
  return world.containers.get(node) === undefined ? 'other' : 'status';
}

function describeCall({ world, facebook }: Graph, request: SimulatedRequest): CallDescription {
  const operation = operationOf(world, request);
  const accountId = request.host === 'facebookGraph' ? facebook.accountId(request) : world.tokens.get(tokenOf(request) ?? '')?.userId;
  const fields = fieldsOf(request);
  const text = operation === 'publish' ? (fields.get('message') ?? world.containers.get(fields.get('creation_id') ?? '')?.caption) : undefined;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}
