import type { SimulatedResponse, SimulatorHost, Table } from '../../kit/simulator.ts';
import { graphError, json, listPage, shown, timestamp } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import type { Containers } from './containers.ts';

const DAY_MS = 24 * 3_600_000;
const FIGURES: Readonly<Record<string, number>> = { views: 50, likes: 4, replies: 3, reposts: 2, quotes: 1, shares: 5 };

export interface Post {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly text: string;
  readonly mediaType: string;
  readonly replyTo: string | null;
  readonly shortcode: string;
  readonly atMs: number;
}

/** The published posts of all accounts. */
export class Posts {
  readonly #host: SimulatorHost;
  readonly #table: Table<Post>;
  readonly #containers: Containers;
  readonly #nextId: () => string;

  constructor(host: SimulatorHost, containers: Containers, nextId: () => string) {
    this.#host = host;
    this.#table = host.table('posts', 200_000);
    this.#containers = containers;
    this.#nextId = nextId;
  }

  get(id: string): Post | undefined {
    return this.#table.get(id);
  }

  bearing(shortcode: string): Post | undefined {
    return [...this.#table.values()].find((post) => post.shortcode === shortcode);
  }

  /** `POST {user}/threads_publish`. A container that is not finished cannot be found, as the documentation says. */
  publish(userId: string, username: string, containerId: string): SimulatedResponse {
    const container = this.#containers.get(containerId);
    if (container?.userId !== userId || this.#containers.stateOf(container) !== 'FINISHED') return REFUSALS.not_found();
    if (container.isChild) return graphError(400, 100, undefined, '(#100) A carousel item cannot be published by itself');
    const { text, mediaType, replyTo } = container;
    const post: Post = { id: this.#nextId(), userId, username, text, mediaType, replyTo, shortcode: this.#host.random(8), atMs: this.#host.now() };
    this.#table.set(post.id, post);
    this.#containers.markPublished(container, post.id);
    this.#host.record({ accountId: userId, postId: post.id, text });
    return json({ id: post.id });
  }

  /** `GET {user}/threads` and `{user}/replies`. */
  list(userId: string, query: URLSearchParams, edge: 'threads' | 'replies'): SimulatedResponse {
    const posts = [...this.#table.values()].filter((post) => post.userId === userId && (post.replyTo !== null) === (edge === 'replies'));
    return listPage(posts.reverse(), query, (post) => this.#show(post, query));
  }

  read(post: Post, query: URLSearchParams): SimulatedResponse {
    return json(this.#show(post, query));
  }

  /** `DELETE {post}`. */
  remove(post: Post): SimulatedResponse {
    this.#table.delete(post.id);
    this.#host.forget(post.id);
    return json({ success: true, deleted_id: post.id });
  }

  /** `GET {post}/insights`. */
  insights(post: Post, query: URLSearchParams): SimulatedResponse {
    const names = (query.get('metric') ?? '').split(',');
    if (names.some((name) => FIGURES[name] === undefined)) return graphError(400, 100, undefined, '(#100) metric must be one of the known values');
    return json({ data: names.map((name) => ({ name, period: 'lifetime', values: [{ value: FIGURES[name] }], title: name, id: `${post.id}/insights/${name}/lifetime` })) });
  }

  /** `GET {user}/threads_publishing_limit`. */
  quota(userId: string): SimulatedResponse {
    const sinceMs = this.#host.now() - DAY_MS;
    const recent = [...this.#table.values()].filter((post) => post.userId === userId && post.atMs > sinceMs);
    const replies = recent.filter(({ replyTo }) => replyTo !== null).length;
    const config = (total: number): object => ({ quota_total: total, quota_duration: 86_400 });
    return json({ data: [{ quota_usage: recent.length - replies, config: config(250), reply_quota_usage: replies, reply_config: config(1000) }] });
  }

  #show(post: Post, query: URLSearchParams): Record<string, unknown> {
    const all = {
      text: post.text === '' ? undefined : post.text,
      permalink: `${this.#host.origin('web')}/@${post.username}/post/${post.shortcode}`,
      shortcode: post.shortcode,
      timestamp: timestamp(post.atMs),
      media_type: post.mediaType,
      username: post.username,
      replied_to: post.replyTo === null ? undefined : { id: post.replyTo },
    };
    return shown(all, post.id, query);
  }
}
