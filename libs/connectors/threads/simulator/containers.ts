import type { SimulatedResponse, SimulatorHost, Table } from '../../kit/simulator.ts';
import { graphError, json } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_BYTES = { image: 8 * 1024 * 1024, video: 1024 * 1024 * 1024 };

export interface Container {
  readonly id: string;
  readonly userId: string;
  readonly mediaType: 'TEXT' | 'IMAGE' | 'VIDEO' | 'CAROUSEL';
  readonly isChild: boolean;
  readonly text: string;
  readonly replyTo: string | null;
  readonly createdAtMs: number;
  /** A word of the documentation, when Threads could not use the media. */
  readonly failedWith: string | null;
  readonly publishedAs: string | null;
}

type Fields = ReadonlyMap<string, string>;
export type State = 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'EXPIRED' | 'PUBLISHED';

const TYPES: readonly string[] = ['TEXT', 'IMAGE', 'VIDEO', 'CAROUSEL'];
const isPicture = (bytes: Uint8Array): boolean => /^(?:ffd8ff|89504e47)/.test(Buffer.from(bytes.subarray(0, 4)).toString('hex'));
const isMovie = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';

/** Emojis are counted by their bytes. */
function lengthOf(text: string): number {
  const emojis = text.match(/\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*|\p{Regional_Indicator}{2}/gu) ?? [];
  const rest = emojis.reduce((left, emoji) => left.replace(emoji, ''), text);
  return Array.from(rest).length + emojis.reduce((sum, emoji) => sum + Buffer.byteLength(emoji), 0);
}

const FLAGS = ['is_ghost_post', 'enable_reply_approvals', 'crossreshare_to_ig', 'is_spoiler_media'];

/** None, or an id and a provider. */
function isGif(given = '{"gif_id":"1","provider":"TENOR"}'): boolean {
  const read = /^\{.*\}$/.test(given) ? (JSON.parse(given) as Readonly<Record<string, unknown>>) : {};
  return typeof read['gif_id'] === 'string' && typeof read['provider'] === 'string' && Object.keys(read).length === 2;
}

const invalid = (message: string): SimulatedResponse => graphError(400, 100, undefined, `(#100) ${message}`);

/** What is wrong with the request for a container, as far as its fields tell. */
function refuseFields(type: string, fields: Fields): SimulatedResponse | undefined {
  const text = fields.get('text') ?? '';
  const links = new Set([...(text.match(/https?:\/\/\S+|\bwww\.\S+/g) ?? []), ...(fields.has('link_attachment') ? [fields.get('link_attachment')] : [])]);
  if (!TYPES.includes(type)) return invalid('Invalid media_type');
  if (lengthOf(text) > 500) return REFUSALS.text_too_long();
  if (links.size > 5) return REFUSALS.link_limit();
  if (type === 'TEXT' && text === '') return invalid('The text is required');
  if (type !== 'TEXT' && ['link_attachment', 'poll_attachment', 'text_attachment', 'gif_attachment', 'is_ghost_post'].some((name) => fields.has(name))) return invalid('Only text posts take this attachment');
  if (/[.&]|^$|^.{51,}$/u.test(fields.get('topic_tag') ?? 'none')) return invalid('Invalid topic_tag');
  if (!isGif(fields.get('gif_attachment'))) return invalid('Invalid gif_attachment');
  if (!/^[A-Z]{2}(?:,[A-Z]{2})*$/.test(fields.get('allowlisted_country_codes') ?? 'DE')) return invalid('Invalid allowlisted_country_codes');
  if (FLAGS.some((name) => !['true', 'false', undefined].includes(fields.get(name)))) return invalid('Invalid boolean');
  if (Array.from(fields.get('alt_text') ?? '').length > 1000) return invalid('alt_text is too long');
  return undefined;
}

/** The containers of all accounts. */
export class Containers {
  readonly #host: SimulatorHost;
  readonly #table: Table<Container>;
  readonly #processingMs: number;
  readonly #nextId: () => string;

  constructor(host: SimulatorHost, processingMs: number, nextId: () => string) {
    this.#host = host;
    this.#table = host.table('containers', 200_000);
    this.#processingMs = processingMs;
    this.#nextId = nextId;
  }

  get(id: string): Container | undefined {
    return this.#table.get(id);
  }

  /** `POST {user}/threads`. */
  async create(userId: string, fields: Fields, isPost: (id: string) => boolean): Promise<SimulatedResponse> {
    const mediaType = (fields.get('media_type') ?? '') as Container['mediaType'];
    const replyTo = fields.get('reply_to_id') ?? null;
    const refused = refuseFields(mediaType, fields) ?? (mediaType === 'CAROUSEL' ? this.#refuseChildren(userId, fields) : undefined);
    if (refused !== undefined) return refused;
    // A container is no post: what is replied to has to be published.
    if (replyTo !== null && !isPost(replyTo)) return REFUSALS.not_found();
    if (mediaType === 'IMAGE' && !fields.has('image_url')) return invalid('image_url is required');
    if (mediaType === 'VIDEO' && !fields.has('video_url')) return invalid('video_url is required');
    const container: Container = {
      id: this.#nextId(),
      userId,
      mediaType,
      isChild: fields.get('is_carousel_item') === 'true',
      text: fields.get('text') ?? '',
      replyTo,
      createdAtMs: this.#host.now(),
      failedWith: await this.#inspect(fields),
      publishedAs: null,
    };
    this.#table.set(container.id, container);
    return json({ id: container.id });
  }

  stateOf(container: Container): State {
    const ageMs = this.#host.now() - container.createdAtMs;
    if (container.publishedAs !== null) return 'PUBLISHED';
    if (ageMs >= DAY_MS) return 'EXPIRED';
    if (ageMs < this.#processingMs && container.mediaType !== 'TEXT') return 'IN_PROGRESS';
    return container.failedWith === null ? 'FINISHED' : 'ERROR';
  }

  /** `GET {container}`. */
  read(container: Container): SimulatedResponse {
    const status = this.stateOf(container);
    return json({ id: container.id, status, ...(status === 'ERROR' ? { error_message: container.failedWith } : {}) });
  }

  markPublished(container: Container, postId: string): void {
    this.#table.set(container.id, { ...container, publishedAs: postId });
  }

  #refuseChildren(userId: string, fields: Fields): SimulatedResponse | undefined {
    const ids = (fields.get('children') ?? '').split(',').filter((id) => id !== '');
    if (ids.length < 2 || ids.length > 20) return invalid('A carousel needs between 2 and 20 items');
    const children = ids.map((id) => this.#table.get(id));
    const isWhole = children.every((child) => child?.userId === userId && child.isChild && this.stateOf(child) === 'FINISHED');
    return isWhole ? undefined : REFUSALS.not_found();
  }

  /** Fetches the media as Threads' fetcher does; the word for what is wrong with it. */
  async #inspect(fields: Fields): Promise<string | null> {
    const kind = fields.has('video_url') ? 'video' : 'image';
    const url = fields.get(`${kind}_url`);
    if (url === undefined) return null;
    const fetched = await this.#host.fetch(url);
    if (fetched === undefined) return kind === 'video' ? 'FAILED_DOWNLOADING_VIDEO' : 'UNKNOWN';
    const isUsable = fetched.bytes.length <= MAX_BYTES[kind] && (kind === 'video' ? isMovie(fetched.bytes) : isPicture(fetched.bytes));
    return isUsable ? null : kind === 'video' ? 'FAILED_PROCESSING_VIDEO' : 'INVALID_ASPEC_RATIO';
  }
}
