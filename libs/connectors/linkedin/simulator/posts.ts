import { json, jsonOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { accessDenied, duplicateOf, inputError, REFUSALS } from './answers.ts';
import type { Caller } from './callers.ts';
import { problemOfContent } from './content.ts';
import { readLittleText } from './little-text.ts';
import type { Uploads } from './uploads.ts';
import type { Comment, Post, World } from './world.ts';

const MAX_COMMENTARY = 3000;
const MAX_COMMENT = 1250;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const FIELDS: ReadonlySet<string> = new Set([
  ...['author', 'commentary', 'visibility', 'distribution', 'content', 'lifecycleState', 'isReshareDisabledByAuthor', 'reshareContext'],
]);
const VISIBILITIES: ReadonlySet<string> = new Set(['PUBLIC', 'CONNECTIONS', 'LOGGED_IN']);

const idOf = (urn: string): string => /^urn:li:(person|organization):(.+)$/.exec(urn)?.[2] ?? urn;

/** Posts and comments of members and organizations. */
export class Posts {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #uploads: Uploads;

  constructor(host: SimulatorHost, world: World, uploads: Uploads) {
    this.#host = host;
    this.#world = world;
    this.#uploads = uploads;
  }

  get(urn: string): Post | undefined {
    return this.#world.posts.get(urn);
  }

  /** `POST /rest/posts`: 201, an empty body, the URN in a header. */
  create(caller: Caller, request: SimulatedRequest): SimulatedResponse {
    const body = jsonOf(request) as Record<string, unknown> | undefined;
    const author = String(body?.['author'] ?? '');
    const commentary = body?.['commentary'];
    if (body === undefined || author === '' || typeof commentary !== 'string' || body['lifecycleState'] !== 'PUBLISHED' || body['distribution'] === undefined) return REFUSALS.missing_field();
    if (!caller.mayWriteAs(author)) return accessDenied('partnerApiPostsExternal.CREATE');
    const visibility = String(body['visibility']);
    const isForNobody = visibility === 'CONNECTIONS' && author.startsWith('urn:li:organization:');
    if (!VISIBILITIES.has(visibility) || isForNobody || Object.keys(body).some((name) => !FIELDS.has(name))) return REFUSALS.invalid_value();
    const { plain } = readLittleText(commentary);
    if (plain.length > MAX_COMMENTARY) return REFUSALS.too_long();
    const content = (body['content'] ?? null) as Post['content'];
    const problem = problemOfContent(content, author, this.#uploads);
    if (problem !== undefined) return problem;
    if (content === null && plain.trim() === '') return REFUSALS.blank_field();
    const twin = caller.account.startsWith('repeats') ? undefined : this.#twinOf(author, commentary, content);
    if (twin !== undefined) return duplicateOf(twin.urn);
    return this.#publish({ author, commentary, plain, content, visibility });
  }

  #publish(made: Omit<Post, 'urn' | 'atMs'>): SimulatedResponse {
    const isVideo = JSON.stringify(made.content ?? {}).includes('urn:li:video:');
    const urn = `urn:li:${isVideo ? 'ugcPost' : 'share'}:${this.#world.nextId()}`;
    this.#world.posts.set(urn, { ...made, urn, atMs: this.#host.now() });
    this.#host.record({ accountId: idOf(made.author), postId: urn, text: made.plain });
    return { status: 201, headers: { 'x-restli-id': urn, 'x-linkedin-id': urn } };
  }

  #twinOf(author: string, commentary: string, content: Post['content']): Post | undefined {
    const key = JSON.stringify(content);
    const sinceMs = this.#host.now() - DUPLICATE_WINDOW_MS;
    return [...this.#world.posts.values()].find((post) => post.author === author && post.atMs >= sinceMs && post.commentary === commentary && JSON.stringify(post.content) === key);
  }

  /** `GET /rest/posts?q=author`, newest first. */
  list(caller: Caller, query: URLSearchParams): SimulatedResponse {
    const author = query.get('author') ?? '';
    if (!caller.mayReadOf(author)) return accessDenied('partnerApiPostsExternal.FINDER-author');
    const posts = [...this.#world.posts.values()].filter((post) => post.author === author).reverse();
    return this.#page(posts, query, ({ urn, commentary, content, visibility, atMs }) => ({
      ...{ id: urn, author, commentary, visibility, lifecycleState: 'PUBLISHED' },
      ...{ createdAt: atMs, publishedAt: atMs, lastModifiedAt: atMs },
      ...(content === null ? {} : { content }),
    }));
  }

  #page<T>(all: readonly T[], query: URLSearchParams, show: (item: T) => object): SimulatedResponse {
    const start = Number(query.get('start') ?? 0);
    const count = Math.min(100, Number(query.get('count') ?? 10));
    return json(200, { paging: { start, count, links: [], total: all.length }, elements: all.slice(start, start + count).map(show) });
  }

  /** `DELETE /rest/posts/{urn}`: gone is gone, however often it is asked for. */
  remove(caller: Caller, urn: string): SimulatedResponse {
    const post = this.#world.posts.get(urn);
    if (post !== undefined && !caller.mayWriteAs(post.author)) return accessDenied('partnerApiPostsExternal.DELETE');
    if (post !== undefined) {
      this.#world.posts.delete(urn);
      this.#host.forget(urn);
    }
    return { status: 204 };
  }

  /** `POST /rest/socialActions/{post}/comments`. */
  comment(caller: Caller, postUrn: string, request: SimulatedRequest): SimulatedResponse {
    const body = jsonOf(request) as { actor?: unknown; object?: unknown; message?: { text?: unknown } } | undefined;
    const actor = String(body?.actor ?? '');
    const text = body?.message?.text;
    if (!caller.mayWriteAs(actor)) return accessDenied('partnerApiSocialActionsComments.CREATE');
    if (this.#world.posts.get(postUrn) === undefined) return REFUSALS.not_found();
    if (typeof text !== 'string' || text === '' || body?.object !== postUrn) return REFUSALS.missing_field();
    if (text.length > MAX_COMMENT) return inputError(400, 'FIELD_LENGTH_TOO_LONG', 'message is longer than 1250 characters');
    const id = this.#world.nextId();
    const urn = `urn:li:comment:(${postUrn.replace(/^urn:li:\w+:/, 'urn:li:activity:')},${id})`;
    const comment: Comment = { urn, id, postUrn, actor, text, atMs: this.#host.now() };
    this.#world.comments.set(urn, comment);
    this.#host.record({ accountId: idOf(actor), postId: urn, text });
    return json(201, showComment(comment), { 'x-restli-id': id });
  }

  comments(caller: Caller, postUrn: string, query: URLSearchParams): SimulatedResponse {
    const post = this.#world.posts.get(postUrn);
    if (post === undefined) return REFUSALS.not_found();
    if (!caller.mayReadOf(post.author)) return accessDenied('partnerApiSocialActionsComments.GET_ALL');
    return this.#page([...this.#world.comments.values()].filter((comment) => comment.postUrn === postUrn), query, showComment);
  }

  /** `DELETE /rest/socialActions/{activity}/comments/{id}?actor=`. */
  removeComment(caller: Caller, activity: string, id: string, actor: string): SimulatedResponse {
    const urn = `urn:li:comment:(${activity},${id})`;
    const comment = this.#world.comments.get(urn);
    if (comment === undefined) return REFUSALS.not_found();
    if (comment.actor !== actor || !caller.mayWriteAs(actor)) return accessDenied('partnerApiSocialActionsComments.DELETE');
    this.#world.comments.delete(urn);
    this.#host.forget(urn);
    return { status: 204 };
  }

  countComments(postUrn: string): number {
    return [...this.#world.comments.values()].filter((comment) => comment.postUrn === postUrn).length;
  }
}

function showComment({ urn, id, postUrn, actor, text, atMs }: Comment): object {
  return { id, commentUrn: urn, object: postUrn.replace(/^urn:li:\w+:/, 'urn:li:activity:'), actor, message: { attributes: [], text }, created: { actor, time: atMs } };
}
