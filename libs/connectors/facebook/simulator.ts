import { multipartOf, page, postPage, type FormPart } from '../kit/simulation/index.ts';
import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { fieldsOf, graphShapes, json, partsOf, shown } from '../meta/simulation/answers.ts';
import { FacebookLogin, type Caller } from '../meta/simulation/facebook-login.ts';
import { REFUSALS } from './simulator/answers.ts';
import { Posts } from './simulator/posts.ts';
import { Videos } from './simulator/videos.ts';
import { openWorld, type World } from './simulator/world.ts';

export interface FacebookSimulatorOptions {
  /** How long a video is processed. Milliseconds; default 1000. */
  readonly processingMs?: number;
  /** Size of the chunks that it asks for; default a mebibyte. */
  readonly chunkBytes?: number;
}

interface Graph {
  readonly host: SimulatorHost;
  readonly world: World;
  readonly login: FacebookLogin;
  readonly posts: Posts;
  readonly videos: Videos;
}

const SCOPES: ReadonlySet<string> = new Set([
  ...['pages_show_list', 'pages_read_engagement', 'pages_manage_posts', 'pages_manage_engagement', 'pages_read_user_content'],
  ...['read_insights', 'business_management'],
]);
const VISIBLE_EDGES: ReadonlySet<string> = new Set(['feed', 'photo_stories', 'comments']);
const PHASED_EDGES: ReadonlySet<string> = new Set(['videos', 'video_reels', 'video_stories']);
const LISTS: ReadonlySet<string> = new Set(['published_posts', 'stories', 'comments']);

/**
 * Facebook Pages as the documentation describes them. Hosts: `web` is www.facebook.com with the dialog and posts, `graph` and `video` are
 * the Graph API, `upload` takes the bytes of reels and stories. Any client id is a registered app; what names of users do is told at
 * {@link FacebookLogin}.
 */
export function simulateFacebook(options: FacebookSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const world = openWorld(host);
    const posts = new Posts(host, world);
    const videos = new Videos(host, world, posts, { processingMs: options.processingMs ?? 1000, chunkBytes: options.chunkBytes ?? 1024 * 1024 });
    const graph: Graph = { host, world, login: new FacebookLogin(host, { title: 'Sandbox Facebook', scopes: SCOPES }), posts, videos };
    return {
      platform: 'facebook',
      hosts: ['web', 'graph', 'video', 'upload'],
      describe: (request) => describeCall(graph, request),
      handle: async (request) => (request.host === 'web' ? webCall(graph, request) : graphCall(graph, request)),
      ...graphShapes(host, 'pages', REFUSALS, REFUSALS.business_limit),
    };
  };
}

/** With a second of processing. */
export const facebookSimulator: SimulatorFactory = simulateFacebook();

function webCall({ login, world }: Graph, request: SimulatedRequest): SimulatedResponse {
  if (/^\/v\d+\.\d+\/dialog\/oauth$/.test(request.path)) return login.authorize(request);
  const post = world.posts.get(request.path.slice(1));
  return post === undefined ? page(404, 'Sandbox Facebook', '<p>This content is not available.</p>') : postPage('Post of a page', post.message);
}

/** A form of either kind, with its files. */
function formOf(request: SimulatedRequest): { readonly fields: ReadonlyMap<string, string>; readonly file: (name: string) => FormPart | undefined } {
  if (!(request.headers['content-type'] ?? '').startsWith('multipart/form-data')) return { fields: fieldsOf(request), file: () => undefined };
  const parts = multipartOf(request) ?? [];
  const texts = parts.filter(({ filename }) => filename === null).map(({ name, bytes }) => [name, Buffer.from(bytes).toString('utf8')] as const);
  return { fields: new Map([...request.query, ...texts]), file: (name) => parts.find((part) => part.filename !== null && part.name === name) };
}

function graphCall(graph: Graph, request: SimulatedRequest): SimulatedResponse {
  const { login } = graph;
  const [node = '', edge] = partsOf(request);
  if (node === 'oauth' && edge === 'access_token') return login.token(request);
  const caller = login.callerOf(request);
  if ('status' in caller) return caller;
  if (node === 'me' && edge === 'permissions') return login.permissions(caller);
  const pages = login.pages(caller, [node, edge ?? ''], request.query);
  if (pages !== undefined) return pages;
  if (node === 'me' && edge === undefined) return json(shown({ name: caller.page?.name ?? caller.grant.account }, caller.page?.id ?? '1', request.query));
  // Everything else is done as a page.
  if (caller.page === undefined) return REFUSALS.object_missing();
  const pageId = caller.page.id;
  if (request.host === 'upload') return graph.videos.upload(pageId, request);
  if (request.method === 'GET') return readCall(graph, caller, pageId, request);
  if (request.method === 'DELETE') return login.allows(caller, 'pages_manage_posts') ? (graph.posts.remove(pageId, node) ?? graph.videos.remove(pageId, node) ?? REFUSALS.object_missing()) : REFUSALS.no_manage_posts();
  return writeCall(graph, caller, pageId, request);
}

function readCall({ posts, videos, login }: Graph, caller: Caller, pageId: string, { path, query, ...request }: SimulatedRequest): SimulatedResponse {
  const [node = '', edge] = partsOf({ path, query, ...request });
  if (edge === undefined) return posts.read(pageId, node, query) ?? videos.read(pageId, node, query) ?? REFUSALS.object_missing();
  if (edge === 'comments') return posts.comments(pageId, node, query);
  if (edge === 'insights') {
    if (!login.allows(caller, 'read_insights')) return REFUSALS.permission_missing();
    return posts.read(pageId, node, query) === undefined ? REFUSALS.object_missing() : insights(node, query);
  }
  if (node !== pageId) return REFUSALS.object_missing();
  if (edge === 'published_posts') return posts.published(pageId, query);
  return edge === 'stories' ? posts.stories(pageId, query) : REFUSALS.object_missing();
}

/** Each living metric has a figure of its own; one that is gone is refused. */
function insights(node: string, query: URLSearchParams): SimulatedResponse {
  const figures: Readonly<Record<string, unknown>> = { post_media_view: 120, post_total_media_view_unique: 90, post_clicks: 7, post_reactions_by_type_total: { like: 3 } };
  const asked = (query.get('metric') ?? '').split(',');
  if (asked.some((name) => figures[name] === undefined)) return json({ error: { message: '(#100) The value must be a valid insights metric', type: 'OAuthException', code: 100, fbtrace_id: 'x' } }, 400);
  return json({ data: asked.map((name) => ({ name, period: 'lifetime', values: [{ value: figures[name] }], title: name, id: `${node}/insights/${name}/lifetime` })) });
}

function writeCall({ posts, videos, login }: Graph, caller: Caller, pageId: string, request: SimulatedRequest): SimulatedResponse {
  const [node = '', edge = ''] = partsOf(request);
  const { fields, file } = formOf(request);
  if (edge === 'comments') return login.allows(caller, 'pages_manage_engagement') ? posts.comment(pageId, node, fields) : REFUSALS.permission_missing();
  if (!login.allows(caller, 'pages_manage_posts')) return REFUSALS.no_manage_posts();
  if (edge === 'thumbnails') return videos.thumbnail(pageId, node, file('source'));
  if (node !== pageId) return REFUSALS.object_missing();
  if (edge === 'feed') return posts.create(pageId, fields);
  if (edge === 'photos') return posts.upload(pageId, fields, file('source'));
  if (edge === 'photo_stories') return posts.photoStory(pageId, fields);
  if (edge === 'videos') return videos.chunked(pageId, fields, file);
  if (edge === 'video_reels' || edge === 'video_stories') return videos.phased(pageId, edge === 'video_reels' ? 'reel' : 'story', fields);
  return REFUSALS.object_missing();
}

function operationOf(request: SimulatedRequest, phase: string | undefined): string {
  if (request.host === 'web') return request.path.endsWith('/dialog/oauth') ? 'authorize' : 'other';
  if (request.host === 'upload') return 'upload';
  const [node = '', edge = ''] = partsOf(request);
  if (edge === 'access_token' || edge === 'permissions') return 'token';
  if (['accounts', 'businesses', 'owned_pages', 'client_pages'].includes(edge)) return 'profile';
  if (request.method === 'DELETE') return 'delete';
  if (request.method === 'POST') return VISIBLE_EDGES.has(edge) || (PHASED_EDGES.has(edge) && phase === 'finish') ? 'publish' : 'upload';
  if (LISTS.has(edge)) return 'lookup';
  if (node === 'me') return 'other';
  return (request.query.get('fields') ?? '').includes('status') ? 'status' : 'analytics';
}

function describeCall({ login }: Graph, request: SimulatedRequest): CallDescription {
  const { fields } = request.method === 'POST' ? formOf(request) : { fields: new Map<string, string>() };
  const operation = operationOf(request, fields.get('upload_phase'));
  const caller = login.callerOf(request);
  const accountId = 'status' in caller ? undefined : caller.page?.id;
  const text = operation === 'publish' ? (fields.get('message') ?? fields.get('description') ?? '') : undefined;
  return { operation, ...(text === undefined ? {} : { text }), ...(accountId === undefined ? {} : { accountId }) };
}
