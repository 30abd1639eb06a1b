import { json, jsonOf, postPage } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost, Table } from '../../kit/simulator.ts';
import { badRequest, creationFailed, notFound } from './answers.ts';
import { z } from 'zod';

const BUILDING_MS = 2_000;
const MOST = 100;

const settings = z.record(z.string(), z.unknown());
const askedSchema = z.object({
  title: z.string().min(1),
  body_content: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  status: z.enum(['draft', 'confirmed']).optional(),
  subtitle: z.string().optional(),
  thumbnail_image_url: z.url().optional(),
  content_tags: z.array(z.string()).optional(),
  web_settings: z.object({ slug: z.string().optional() }).optional(),
  recipients: z.object({ web: settings.optional(), email: settings.optional() }).optional(),
});

interface Post {
  readonly id: string;
  readonly publication: string;
  readonly title: string;
  readonly subtitle: string;
  readonly html: string;
  readonly slug: string;
  readonly status: 'draft' | 'confirmed' | 'archived';
  readonly tags: readonly string[];
  readonly createdAtMs: number;
  readonly publishedAtMs: number | null;
}

interface World {
  readonly host: SimulatorHost;
  readonly posts: Table<Post>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html: string): string {
  const bare = html.replaceAll(/<br\s*\/?>/g, '\n').replaceAll('</p><p>', '\n\n').replaceAll(/<[^>]*>/g, '');
  return bare.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole).trim();
}

const textOf = ({ title, html }: Post): string => (plain(html) === title ? title : `${title}\n${plain(html)}`);

const isBuilt = ({ host }: World, { createdAtMs }: Post): boolean => host.now() >= createdAtMs + BUILDING_MS;
const isLost = ({ title }: Post): boolean => title.startsWith('Unbuildable');

function shapeOf({ host }: World, post: Post, withStats: boolean): Readonly<Record<string, unknown>> {
  return {
    ...{ id: post.id, title: post.title, subtitle: post.subtitle, authors: ['Sandbox'], created: Math.floor(post.createdAtMs / 1000), status: post.status },
    ...(post.publishedAtMs === null ? {} : { publish_date: Math.floor(post.publishedAtMs / 1000) }),
    ...{ split_tested: false, subject_line: post.title, preview_text: '', slug: post.slug, thumbnail_url: '', web_url: `${host.origin('api')}/p/${post.slug}` },
    ...{ audience: 'free', platform: 'both', content_tags: post.tags, hidden_from_feed: false, enforce_gated_content: false, email_capture_popup: false },
    ...(withStats ? { stats: { email: { recipients: 3, delivered: 3, opens: 4, unique_opens: 2, clicks: 1, unique_clicks: 1 }, web: { views: 5, clicks: 2 }, clicks: [] } } : {}),
  };
}

function newId(host: SimulatorHost): string {
  const hex = Buffer.from(host.random(24), 'base64url').toString('hex').padEnd(32, '0');
  return `post_${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')}`;
}

function publishIt({ host, posts }: World, post: Post): void {
  posts.set(post.id, { ...post, status: 'confirmed', publishedAtMs: host.now() });
  host.record({ accountId: post.publication, postId: post.id, text: textOf(post) });
}

/** The answer comes before the post is there. Without a status it is a draft, as the newer documentation says. */
function create(world: World, publication: string, request: SimulatedRequest): SimulatedResponse {
  const asked = askedSchema.safeParse(jsonOf(request));
  if (!asked.success) return badRequest(`${asked.error.issues[0]?.path.join('.') ?? ''} is invalid`);
  const { title, subtitle, body_content: html, blocks, status, web_settings: web, content_tags: tags } = asked.data;
  if ((html === undefined) === (blocks === undefined)) return badRequest('Either blocks or body_content must be provided');
  const { host } = world;
  const post: Post = {
    ...{ id: newId(host), publication, title, subtitle: subtitle ?? '', html: html ?? JSON.stringify(blocks), tags: tags ?? [] },
    ...{ slug: web?.slug ?? title.toLowerCase().replaceAll(/\W+/g, '-'), status: 'draft', createdAtMs: host.now(), publishedAtMs: null },
  };
  world.posts.set(post.id, post);
  if (status === 'confirmed' && !isLost(post)) publishIt(world, post);
  return json(201, { data: { id: post.id } });
}

/** Word that a post is still being built, or that it never will be; undefined for one that is there. */
function unbuilt(world: World, post: Post): SimulatedResponse | undefined {
  if (!isBuilt(world, post)) return json(202, { status: 202, statusText: 'Accepted', data: { id: post.id, state: 'processing' } }, { 'retry-after': String(BUILDING_MS / 1000) });
  return isLost(post) ? creationFailed() : undefined;
}

function update(world: World, post: Post, request: SimulatedRequest): SimulatedResponse {
  const asked = askedSchema.partial().safeParse(jsonOf(request));
  if (!asked.success) return badRequest(`${asked.error.issues[0]?.path.join('.') ?? ''} is invalid`);
  if (asked.data.status === 'draft' && post.status !== 'draft') return badRequest('A confirmed post cannot be moved back to draft');
  if (asked.data.status === 'confirmed' && post.status !== 'draft') return badRequest('Only a draft can be confirmed');
  if (asked.data.status === 'confirmed') publishIt(world, post);
  return json(200, { data: { id: post.id } });
}

export function postCalls(host: SimulatorHost) {
  const world: World = { host, posts: host.table<Post>('posts', 100_000) };
  const own = (publication: string, id: string): Post | undefined => (world.posts.get(id)?.publication === publication ? world.posts.get(id) : undefined);
  return {
    create: (publication: string, request: SimulatedRequest): SimulatedResponse => create(world, publication, request),
    read: (publication: string, id: string, query: URLSearchParams): SimulatedResponse => {
      const post = own(publication, id);
      if (post === undefined) return notFound();
      // Both spellings are about, in the documentation and in its examples.
      const withStats = [...query.getAll('expand[]'), ...query.getAll('expand')].includes('stats');
      return unbuilt(world, post) ?? json(200, { data: shapeOf(world, post, withStats) });
    },
    list: (publication: string, query: URLSearchParams): SimulatedResponse => {
      const slugs = query.getAll('slugs[]');
      const status = query.get('status') ?? 'all';
      const all = [...world.posts.values()].filter((post) => post.publication === publication && isBuilt(world, post) && !isLost(post));
      const found = all.filter((post) => (slugs.length === 0 || slugs.includes(post.slug)) && (status === 'all' || post.status === status));
      const limit = Math.min(Number(query.get('limit') ?? 10), MOST);
      return json(200, { data: found.slice(0, limit).map((post) => shapeOf(world, post, false)), limit, page: 1, total_results: found.length, total_pages: 1 });
    },
    update: (publication: string, id: string, request: SimulatedRequest): SimulatedResponse => {
      const post = own(publication, id);
      return post === undefined ? notFound() : (unbuilt(world, post) ?? update(world, post, request));
    },
    /** A draft is deleted; what was confirmed is archived, and no more on the web. */
    remove: (publication: string, id: string): SimulatedResponse => {
      const post = own(publication, id);
      if (post === undefined) return notFound();
      const refused = unbuilt(world, post);
      if (refused !== undefined) return refused;
      if (post.status === 'draft') world.posts.delete(id);
      if (post.status === 'confirmed') world.posts.set(id, { ...post, status: 'archived' });
      host.forget(id);
      return { status: 204, body: '' };
    },
    textOf: (id: string): string | undefined => {
      const post = world.posts.get(id);
      return post === undefined ? undefined : textOf(post);
    },
    webPage: (slug: string): SimulatedResponse | undefined => {
      const post = [...world.posts.values()].find((candidate) => candidate.status === 'confirmed' && candidate.slug === slug);
      return post === undefined ? undefined : postPage(post.title, plain(post.html));
    },
  };
}
