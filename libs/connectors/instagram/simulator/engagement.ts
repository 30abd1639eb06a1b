import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { graphError, json, listPage, shown, timestamp } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import type { Comment, Media, World } from './world.ts';

const MAX_COMMENT = 300;
/** Accounts whose name ends like this have stories that hardly anybody sees. */
const LONELY_ACCOUNT = '_lonely';
const FIGURES: Readonly<Record<'story' | 'post', Readonly<Record<string, number>>>> = {
  story: { views: 30, reach: 20, shares: 1, replies: 2, total_interactions: 3, navigation: 4 },
  post: { views: 100, reach: 80, saved: 6, likes: 5, comments: 4, shares: 3, total_interactions: 18 },
};

/** What others, and the account itself, do with its posts. */
export class Engagement {
  readonly #host: SimulatorHost;
  readonly #world: World;

  constructor(host: SimulatorHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** `POST {media}/comments`. */
  comment(media: Media, text: string): SimulatedResponse {
    if (media.mediaType === 'STORIES') return REFUSALS.object_missing();
    if (text === '' || Array.from(text).length > MAX_COMMENT) return graphError(400, 100, undefined, '(#100) The comment is empty or too long');
    const comment: Comment = { id: this.#world.nextId(), mediaId: media.id, userId: media.userId, text, atMs: this.#host.now() };
    this.#world.comments.set(comment.id, comment);
    this.#host.record({ accountId: media.userId, postId: comment.id, text });
    return json({ id: comment.id });
  }

  /** `GET {media}/comments`, newest first. */
  comments(media: Media, query: URLSearchParams): SimulatedResponse {
    const comments = [...this.#world.comments.values()].filter(({ mediaId }) => mediaId === media.id).reverse();
    return listPage(comments, query, ({ id, text, atMs, userId }) => shown({ text, timestamp: timestamp(atMs), username: this.#world.users.get(userId)?.username }, id, query));
  }

  countOf(media: Media): number {
    return [...this.#world.comments.values()].filter(({ mediaId }) => mediaId === media.id).length;
  }

  /** `GET {media}/insights`. A metric that the kind of media does not have fails the whole question. */
  insights(media: Media, query: URLSearchParams): SimulatedResponse {
    const isStory = media.mediaType === 'STORIES';
    const isLonely = this.#world.users.get(media.userId)?.username.endsWith(LONELY_ACCOUNT) === true;
    if (isStory && isLonely) return graphError(400, 10, undefined, '(#10) Not enough viewers for the media to show insights');
    const figures = FIGURES[isStory ? 'story' : 'post'];
    const names = (query.get('metric') ?? '').split(',');
    if (names.some((name) => figures[name] === undefined)) return graphError(400, 100, undefined, '(#100) The Media Insights API does not support one of the metrics for this media product type.');
    return json({ data: names.map((name) => ({ name, period: 'lifetime', values: [{ value: figures[name] }], title: name, id: `${media.id}/insights/${name}/lifetime` })) });
  }

  /** `DELETE` of a comment of the account, or of a post with its comments; undefined for neither. */
  remove(userId: string, id: string): SimulatedResponse | undefined {
    for (const table of [this.#world.media, this.#world.comments]) {
      if (table.get(id)?.userId !== userId) continue;
      table.delete(id);
      this.#host.forget(id);
      return json({ success: true, deleted_id: id });
    }
    return undefined;
  }
}
