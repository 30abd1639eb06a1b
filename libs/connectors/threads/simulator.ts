import { page, postPage } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory } from '../kit/simulator.ts';
import { fieldsOf, graphShapes, json, partsOf, shown } from '../meta/simulation/answers.ts';
import { REFUSALS } from './simulator/answers.ts';
import { Containers } from './simulator/containers.ts';
import { Posts } from './simulator/posts.ts';
import { Tokens, type Caller } from './simulator/tokens.ts';

export interface ThreadsSimulatorOptions {
  /** How long a container with media stays IN_PROGRESS. Milliseconds; default 1000. */
  readonly processingMs?: number;
}

interface Graph {
  readonly tokens: Tokens;
  readonly containers: Containers;
  readonly posts: Posts;
}

const FIRST_ID = 18_000_000_000_000_000n;

/**
 * Threads as its documentation describes it. Hosts: `web` is threads.net with the consent page and posts, `graph` is graph.threads.net.
 * Any client id is a registered app, any name an account.
 */
export function simulateThreads(options: ThreadsSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const settings = host.table<string>('settings');
    const nextId = (): string => {
      const id = (BigInt(settings.get('last-id') ?? FIRST_ID) + 1n).toString();
      settings.set('last-id', id);
      return id;
    };
    const containers = new Containers(host, options.processingMs ?? 1000, nextId);
    const graph: Graph = { tokens: new Tokens(host), containers, posts: new Posts(host, containers, nextId) };
    return {
      platform: 'threads',
      hosts: ['web', 'graph'],
      describe: (request) => describeCall(graph, request),
      handle: async (request) => (request.host === 'web' ? webCall(graph, request) : graphCall(graph, request)),
      ...graphShapes(host, 'threads', REFUSALS, REFUSALS.call_limit),
    };
  };
}

/** With a second of processing. */
export const threadsSimulator: SimulatorFactory = simulateThreads();

function webCall({ tokens, posts }: Graph, request: SimulatedRequest): SimulatedResponse {
  if (request.path === '/oauth/authorize') return tokens.authorize(request);
  const post = posts.bearing(/^\/@[^/]+\/post\/([\w-]+)$/.exec(request.path)?.[1] ?? '');
  return post === undefined ? page(404, 'Sandbox Threads', '<p>This page is not available.</p>') : postPage(`Post by ${post.username}`, post.text);
}

async function graphCall(graph: Graph, request: SimulatedRequest): Promise<SimulatedResponse> {
  const { tokens, posts } = graph;
  const [node = '', edge] = partsOf(request);
  if (request.method === 'POST' && request.path === '/oauth/access_token') return tokens.redeem(request);
  if (request.path === '/access_token') return tokens.exchange(request);
  if (request.path === '/refresh_access_token') return tokens.refresh(request);
  const caller = tokens.callerOf(request);
  if ('status' in caller) return caller;
  if (node === 'me' || node === caller.userId) return accountCall(graph, caller, `${request.method} ${edge ?? ''}`, request);
  const post = posts.get(node);
  if (post?.userId === caller.userId) return postCall(graph, caller, post.id, request);
  const container = graph.containers.get(node);
  return container?.userId === caller.userId && request.method === 'GET' ? graph.containers.read(container) : REFUSALS.object_missing();
}

async function accountCall({ containers, posts }: Graph, caller: Caller, call: string, request: SimulatedRequest): Promise<SimulatedResponse> {
  const { userId, account, scopes } = caller;
  if (call === 'GET ') return json(shown({ username: account, name: account, threads_profile_picture_url: `https://pictures.example/${userId}.jpg`, is_verified: false }, userId, request.query));
  if (call === 'GET threads') return posts.list(userId, request.query, 'threads');
  if (call === 'GET replies') return scopes.includes('threads_read_replies') ? posts.list(userId, request.query, 'replies') : REFUSALS.permission_missing();
  if (!scopes.includes('threads_content_publish')) return REFUSALS.permission_missing();
  if (call === 'GET threads_publishing_limit') return posts.quota(userId);
  if (call === 'POST threads') return containers.create(userId, fieldsOf(request), (id) => posts.get(id) !== undefined);
  if (call === 'POST threads_publish') return posts.publish(userId, account, fieldsOf(request).get('creation_id') ?? '');
  return REFUSALS.object_missing();
}

function postCall({ posts }: Graph, { scopes }: Caller, id: string, request: SimulatedRequest): SimulatedResponse {
  const post = posts.get(id);
  const edge = partsOf(request)[1];
  if (post === undefined) return REFUSALS.object_missing();
  if (request.method === 'DELETE') return scopes.includes('threads_delete') ? posts.remove(post) : REFUSALS.permission_missing();
  if (edge === 'insights') return scopes.includes('threads_manage_insights') ? posts.insights(post, request.query) : REFUSALS.permission_missing();
  return edge === undefined ? posts.read(post, request.query) : REFUSALS.object_missing();
}

function operationOf({ containers }: Graph, request: SimulatedRequest): string {
  if (request.host === 'web') return request.path === '/oauth/authorize' ? 'authorize' : 'other';
  if (request.path.endsWith('access_token')) return 'token';
  const [node = '', edge] = partsOf(request);
  if (request.method === 'DELETE') return 'delete';
  if (edge === 'threads_publish') return 'publish';
  if (edge === 'threads') return request.method === 'POST' ? 'upload' : 'lookup';
  if (edge === 'replies') return 'lookup';
  if (edge === 'insights') return 'analytics';
  if (node === 'me') return 'profile';
  return containers.get(node) === undefined ? 'other' : 'status';
}

function describeCall(graph: Graph, request: SimulatedRequest): CallDescription {
  const operation = operationOf(graph, request);
  const caller = request.host === 'web' || operation === 'token' ? undefined : graph.tokens.callerOf(request);
  const accountId = caller === undefined || 'status' in caller ? undefined : caller.userId;
  const text = operation === 'publish' ? graph.containers.get(fieldsOf(request).get('creation_id') ?? '')?.text : undefined;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}
