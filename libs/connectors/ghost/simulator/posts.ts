import { json, jsonOf, postPage } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost, Table } from '../../kit/simulator.ts';
import { collision, invalid, notFound, problem } from './answers.ts';
import { z } from 'zod';

const MAIL_MS = 20_000;
const ACTIVE_NEWSLETTER = 'default-newsletter';

const fields = {
  title: z.string().max(255).optional(),
  html: z.string().nullish(),
  status: z.enum(['draft', 'published']).optional(),
  slug: z.string().max(191).nullish(),
  tags: z.array(z.string()).optional(),
  visibility: z.enum(['public', 'members', 'paid']).optional(),
  feature_image: z.string().max(2000).nullish(),
  feature_image_alt: z.string().max(191).nullish(),
  custom_excerpt: z.string().max(300).nullish(),
  email_only: z.boolean().optional(),
};
const bodySchema = z.object({ posts: z.tuple([z.object({ ...fields, updated_at: z.string().optional() })]) });
type Asked = z.infer<typeof bodySchema>['posts'][0];

interface Post {
  readonly id: string;
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly html: string;
  readonly status: 'draft' | 'published' | 'sent';
  readonly revision: number;
  readonly updatedAtMs: number;
  readonly visibility: string;
  readonly tags: readonly string[];
  readonly featureImage: string | null;
  readonly featureImageAlt: string | null;
  readonly customExcerpt: string | null;
  readonly isEmailOnly: boolean;
  readonly mailedAtMs: number | null;
}

interface World {
  readonly host: SimulatorHost;
  readonly posts: Table<Post>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html: string): string {
  const bare = html.replaceAll(/<!--[^]*?-->/g, '').replaceAll(/<br\s*\/?>/g, '\n').replaceAll('</p><p>', '\n\n').replaceAll(/<[^>]*>/g, '');
  return bare.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** What people read of a post. */
const textOf = ({ title, html }: Post): string => {
  const body = plain(html);
  return body === title ? title : `${title}\n${body}`;
};

/** Each change has an instant of its own. */
const updatedAt = ({ updatedAtMs, revision }: Post): string => new Date(updatedAtMs + revision).toISOString();

const slugged = (text: string): string => text.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9\s-]/g, '').trim().replaceAll(/[\s-]+/g, '-') || 'untitled';

/** A slug that is taken gets a number; the same address never leads to two posts. */
function freeSlug({ posts }: World, wanted: string, own: string | null): string {
  const taken = new Set([...posts.values()].filter(({ id }) => id !== own).map(({ slug }) => slug));
  let slug = slugged(wanted);
  for (let number = 2; taken.has(slug); number += 1) slug = `${slugged(wanted)}-${number}`;
  return slug;
}

function emailOf({ host }: World, { mailedAtMs, owner }: Post): Readonly<Record<string, unknown>> | null {
  if (mailedAtMs === null) return null;
  const isOver = host.now() >= mailedAtMs + MAIL_MS;
  const ended = owner.startsWith('feed') ? 'failed' : 'submitted';
  return { status: isOver ? ended : 'pending', error: isOver && ended === 'failed' ? 'Mailgun is not configured' : null, email_count: 1, delivered_count: 0, opened_count: 0, failed_count: 0 };
}

function addressOf({ host }: World, { status, slug, id }: Post): string {
  if (status === 'published') return `${host.origin('site')}/${slug}/`;
  return `${host.origin('site')}/${status === 'sent' ? 'email' : 'p'}/${id}/`;
}

function shapeOf(world: World, post: Post): Readonly<Record<string, unknown>> {
  return {
    ...{ id: post.id, uuid: post.id, title: post.title, slug: post.slug, status: post.status, visibility: post.visibility, featured: false },
    ...{ feature_image: post.featureImage, feature_image_alt: post.featureImageAlt, custom_excerpt: post.customExcerpt, email_only: post.isEmailOnly },
    ...{ updated_at: updatedAt(post), url: addressOf(world, post), email: emailOf(world, post), tags: post.tags.map((name) => ({ name, slug: slugged(name) })) },
    count: { clicks: 0, positive_feedback: 0 },
  };
}

const shown = (world: World, status: number, post: Post): SimulatedResponse => json(status, { posts: [shapeOf(world, post)] });

function readBody(request: SimulatedRequest): { readonly asked: Asked } | { readonly refusal: SimulatedResponse } {
  const body = jsonOf(request);
  if (body === undefined) return { refusal: problem(400, 'InternalServerError', 'Unexpected token in JSON', { code: 'UNEXPECTED_ERROR' }) };
  const parsed = bodySchema.safeParse(body);
  if (parsed.success) return { asked: parsed.data.posts[0] };
  const [issue] = parsed.error.issues;
  return { refusal: invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`) };
}

function create(world: World, owner: string, request: SimulatedRequest): SimulatedResponse {
  const read = readBody(request);
  if ('refusal' in read) return read.refusal;
  const { asked: more } = read;
  const { title, html, slug, tags, visibility } = more;
  if (title === undefined || title.trim() === '') return invalid('Title cannot be blank.');
  const post: Post = {
    id: Buffer.from(world.host.random(12), 'base64url').toString('hex').padEnd(24, '0').slice(0, 24),
    owner,
    title,
    // HTML is dropped without a word unless it is announced.
    html: request.query.get('source') === 'html' ? (html ?? '') : '',
    slug: freeSlug(world, slug ?? title, null),
    status: 'draft',
    revision: 0,
    updatedAtMs: world.host.now(),
    visibility: visibility ?? 'public',
    tags: tags ?? [],
    featureImage: more.feature_image ?? null,
    featureImageAlt: more.feature_image_alt ?? null,
    customExcerpt: more.custom_excerpt ?? null,
    isEmailOnly: more.email_only === true,
    mailedAtMs: null,
  };
  world.posts.set(post.id, post);
  return more.status === 'published' ? publishIt(world, post, request, 201) : shown(world, 201, post);
}

function publishIt(world: World, post: Post, request: SimulatedRequest, status: number): SimulatedResponse {
  const newsletter = request.query.get('newsletter');
  if (newsletter !== null && newsletter !== ACTIVE_NEWSLETTER) return problem(500, 'EmailError', 'Error sending email!');
  const published: Post = { ...post, status: post.isEmailOnly && newsletter !== null ? 'sent' : 'published', mailedAtMs: newsletter === null ? null : world.host.now() };
  world.posts.set(post.id, published);
  world.host.record({ accountId: post.owner, postId: post.id, text: textOf(post) });
  return shown(world, status, published);
}

/** Only what was read in its latest state may be changed. Publishing again what is published changes nothing more. */
function edit(world: World, owner: string, id: string, request: SimulatedRequest): SimulatedResponse {
  const post = world.posts.get(id);
  if (post?.owner !== owner) return notFound();
  const read = readBody(request);
  if ('refusal' in read) return read.refusal;
  const { updated_at: seen, slug, status, title, html } = read.asked;
  if (seen === undefined) return invalid("Validation failed for posts[0]: must have required property 'updated_at'");
  if (Date.parse(seen) !== Date.parse(updatedAt(post))) return collision();
  const changed: Post = {
    ...post,
    title: title ?? post.title,
    html: request.query.get('source') === 'html' ? (html ?? post.html) : post.html,
    slug: typeof slug === 'string' ? freeSlug(world, slug, id) : post.slug,
    revision: post.revision + 1,
    updatedAtMs: world.host.now(),
  };
  if (post.status === 'draft' && status === 'published') return publishIt(world, changed, request, 200);
  world.posts.set(id, changed);
  return shown(world, 200, changed);
}

export function postCalls(host: SimulatorHost) {
  const world: World = { host, posts: host.table<Post>('posts', 100_000) };
  const own = (owner: string, id: string): Post | undefined => (world.posts.get(id)?.owner === owner ? world.posts.get(id) : undefined);
  const all = (owner: string): readonly Post[] => [...world.posts.values()].filter((post) => post.owner === owner);
  const one = (post: Post | undefined): SimulatedResponse => (post === undefined ? notFound() : shown(world, 200, post));
  return {
    create: (owner: string, request: SimulatedRequest): SimulatedResponse => create(world, owner, request),
    edit: (owner: string, id: string, request: SimulatedRequest): SimulatedResponse => edit(world, owner, id, request),
    read: (owner: string, id: string): SimulatedResponse => one(own(owner, id)),
    bySlug: (owner: string, slug: string): SimulatedResponse => one(all(owner).find((post) => post.slug === slug)),
    browse: (owner: string, query: URLSearchParams): SimulatedResponse => {
      const ids = /^id:\[([0-9a-f,]+)\]$/.exec(query.get('filter') ?? '')?.[1]?.split(',');
      const found = all(owner).filter(({ id }) => ids === undefined || ids.includes(id)).slice(0, Number(query.get('limit') ?? 15));
      return json(200, { posts: found.map((post) => shapeOf(world, post)), meta: { pagination: { page: 1, limit: 15, pages: 1, total: found.length, next: null, prev: null } } });
    },
    remove: (owner: string, id: string): SimulatedResponse => {
      if (own(owner, id) === undefined) return notFound();
      world.posts.delete(id);
      host.forget(id);
      return { status: 204, body: '' };
    },
    textOf: (id: string): string | undefined => {
      const post = world.posts.get(id);
      return post === undefined ? undefined : textOf(post);
    },
    webPage: (path: string): SimulatedResponse | undefined => {
      const post = [...world.posts.values()].find((candidate) => candidate.status !== 'draft' && new URL(addressOf(world, candidate)).pathname.endsWith(path));
      return post === undefined ? undefined : postPage(post.title, plain(post.html));
    },
  };
}
