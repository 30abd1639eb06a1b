import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { graphError, json, listPage, shown, timestamp } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import type { Comment, Photo, Post, Story, World } from './world.ts';

const MAX_MESSAGE = 63_206;
const MAX_PHOTO_BYTES = 4 * 1024 * 1024;

type Fields = ReadonlyMap<string, string>;
type File = { readonly bytes: Uint8Array } | undefined;

const isPicture = (bytes: Uint8Array): boolean => /^(?:ffd8ff|89504e47|47494638|424d|49492a00|4d4d002a)/.test(Buffer.from(bytes.subarray(0, 4)).toString('hex'));
const newestFirst = <T>(items: Iterable<T>): T[] => [...items].reverse();

/** The calls around posts, photos, comments and stories of pages. */
export class Posts {
  readonly #host: SimulatorHost;
  readonly #world: World;

  constructor(host: SimulatorHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** `POST {page}/photos`: unpublished only, as the connector's documents ask for posts of several. */
  upload(pageId: string, fields: Fields, source: File): SimulatedResponse {
    if (source === undefined || !isPicture(source.bytes)) return REFUSALS.invalid_image();
    if (source.bytes.length > MAX_PHOTO_BYTES) return REFUSALS.photo_too_large();
    if (fields.get('published') !== 'false') return graphError(400, 100, undefined, '(#100) The sandbox takes unpublished photos only');
    const photo: Photo = { id: this.#world.nextId(), pageId, altText: fields.get('alt_text_custom') ?? null };
    this.#world.photos.set(photo.id, photo);
    return json({ id: photo.id });
  }

  /** `POST {page}/feed`. */
  create(pageId: string, fields: Fields): SimulatedResponse {
    const message = fields.get('message') ?? '';
    const photos = [...fields].filter(([name]) => name.startsWith('attached_media[')).map(([, value]) => mediaId(value));
    const link = fields.get('link') ?? null;
    if (Array.from(message).length > MAX_MESSAGE) return graphError(400, 100, undefined, '(#100) Name parameter too long');
    if (message === '' && link === null && photos.length === 0) return graphError(400, 100, undefined, '(#100) At least one of message, link or attached_media is required');
    if (link !== null && photos.length > 0) return graphError(400, 100, undefined, '(#100) link and attached_media exclude each other');
    if (link !== null && /(?:^|\.)facebook\.com$/.test(new URL(link).hostname)) return REFUSALS.facebook_link();
    if (photos.some((id) => this.#world.photos.get(id)?.pageId !== pageId)) return graphError(400, 100, undefined, '(#100) Invalid media_fbid');
    const isDraft = fields.get('published') === 'false';
    const post: Post = { id: `${pageId}_${this.#world.nextId()}`, pageId, message, link, photos, isDraft, atMs: this.#host.now() };
    this.#world.posts.set(post.id, post);
    this.#host.record({ accountId: pageId, postId: post.id, text: message });
    return json(this.#show(post, new URLSearchParams({ fields: fields.get('fields') ?? 'id' })));
  }

  /** `GET {page}/published_posts`. */
  published(pageId: string, query: URLSearchParams): SimulatedResponse {
    const sinceMs = Number(query.get('since') ?? 0) * 1000;
    const posts = newestFirst(this.#world.posts.values()).filter((post) => post.pageId === pageId && !post.isDraft && post.atMs >= sinceMs);
    return listPage(posts, query, (post) => this.#show(post, query));
  }

  /** `POST {object}/comments`. */
  comment(pageId: string, objectId: string, fields: Fields): SimulatedResponse {
    const message = fields.get('message') ?? '';
    if (!this.#isCommentable(pageId, objectId)) return REFUSALS.object_missing();
    if (message === '') return graphError(400, 100, undefined, '(#100) Missing message');
    const postNumber = objectId.split('_').at(-1) ?? objectId;
    const comment: Comment = { id: `${postNumber}_${this.#world.nextId()}`, objectId, pageId, message, atMs: this.#host.now() };
    this.#world.comments.set(comment.id, comment);
    this.#host.record({ accountId: pageId, postId: comment.id, text: message });
    return json(this.#showComment(comment, new URLSearchParams({ fields: fields.get('fields') ?? 'id' })));
  }

  /** `GET {object}/comments`. */
  comments(pageId: string, objectId: string, query: URLSearchParams): SimulatedResponse {
    if (!this.#isCommentable(pageId, objectId)) return REFUSALS.object_missing();
    const comments = newestFirst(this.#world.comments.values()).filter((comment) => comment.objectId === objectId);
    const ordered = query.get('order') === 'reverse_chronological' ? comments : comments.reverse();
    return listPage(ordered, query, (comment) => this.#showComment(comment, query));
  }

  /** `POST {page}/photo_stories`. */
  photoStory(pageId: string, fields: Fields): SimulatedResponse {
    const photo = this.#world.photos.get(fields.get('photo_id') ?? '');
    return photo?.pageId === pageId ? this.story(pageId, photo.id) : REFUSALS.object_missing();
  }

  /** Makes a story of a photo or a video. */
  story(pageId: string, mediaId: string): SimulatedResponse {
    const story: Story = { id: this.#world.nextId(), pageId, mediaId, atMs: this.#host.now() };
    this.#world.stories.set(story.id, story);
    this.#host.record({ accountId: pageId, postId: story.id, text: '' });
    return json({ success: true, post_id: story.id });
  }

  /** `GET {page}/stories`. */
  stories(pageId: string, query: URLSearchParams): SimulatedResponse {
    const stories = newestFirst(this.#world.stories.values()).filter((story) => story.pageId === pageId);
    return listPage(stories, query, (story) => ({
      post_id: story.id,
      status: 'published',
      creation_time: Math.floor(story.atMs / 1000),
      media_type: this.#world.photos.get(story.mediaId) === undefined ? 'video' : 'photo',
      media_id: story.mediaId,
    }));
  }

  /** `DELETE {object}`; undefined for what is no post, comment or story of the page. */
  remove(pageId: string, id: string): SimulatedResponse | undefined {
    for (const table of [this.#world.posts, this.#world.comments, this.#world.stories]) {
      if (table.get(id)?.pageId !== pageId) continue;
      table.delete(id);
      this.#host.forget(id);
      return json({ success: true });
    }
    return undefined;
  }

  /** A post with its counts; undefined for what is none of the page's. */
  read(pageId: string, id: string, query: URLSearchParams): SimulatedResponse | undefined {
    const post = this.#world.posts.get(id);
    if (post?.pageId !== pageId) return undefined;
    const comments = [...this.#world.comments.values()].filter(({ objectId }) => objectId === id).length;
    const summary = (count: number): object => ({ data: [], summary: { total_count: count } });
    return json({ ...this.#show(post, query), ...shown({ reactions: summary(3), comments: summary(comments), shares: { count: 2 } }, id, query) });
  }

  #isCommentable(pageId: string, id: string): boolean {
    const object = this.#world.posts.get(id) ?? this.#world.videos.get(id);
    return object?.pageId === pageId;
  }

  #show(post: Post, query: URLSearchParams): Record<string, unknown> {
    const [first, ...rest] = post.photos.map((id) => ({ target: { id } }));
    const album = rest.length === 0 ? first : { ...first, subattachments: { data: [first, ...rest] } };
    const attached = post.link === null ? album : { target: {}, unshimmed_url: post.link };
    const all = {
      message: post.message === '' ? undefined : post.message,
      created_time: timestamp(post.atMs),
      permalink_url: `${this.#host.origin('web')}/${post.id}`,
      attachments: attached === undefined ? undefined : { data: [attached] },
    };
    return shown(all, post.id, query);
  }

  #showComment(comment: Comment, query: URLSearchParams): Record<string, unknown> {
    const link = `${this.#host.origin('web')}/${comment.objectId}?comment_id=${comment.id}`;
    return shown({ message: comment.message, created_time: timestamp(comment.atMs), permalink_url: link, from: { id: comment.pageId, name: 'Page' } }, comment.id, query);
  }
}

function mediaId(text: string): string {
  try {
    const value = JSON.parse(text) as { media_fbid?: unknown };
    return String(value.media_fbid);
  } catch {
    return '';
  }
}
