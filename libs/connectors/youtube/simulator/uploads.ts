import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, jsonOf } from '../../kit/simulation/index.ts';
import { apiError, REFUSALS } from './answers.ts';
import type { Videos } from './videos.ts';
import type { Channel, Metadata, Session, World } from './world.ts';

const HEAD_BYTES = 12;
const GRAIN_BYTES = 256 * 1024;
const SESSION_LIFE_MS = 7 * 24 * 3_600_000;
const MAX_BYTES = 274_877_906_944;
const CATEGORIES: ReadonlySet<string> = new Set(['1', '2', '10', '15', '17', '19', '20', '22', '23', '24', '25', '26', '27', '28', '29']);
const PRIVACY: ReadonlySet<unknown> = new Set(['public', 'private', 'unlisted', undefined]);

type Record_ = Readonly<Record<string, unknown>>;
const objectOf = (value: unknown): Record_ => (typeof value === 'object' && value !== null ? (value as Record_) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Which bytes a `PUT` brings; undefined for a question, which is written with a star. */
export function rangeOf(request: SimulatedRequest): { readonly first: number; readonly last: number; readonly total: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '');
  return match === null ? undefined : { first: Number(match[1]), last: Number(match[2]), total: Number(match[3]) };
}

/** What is wrong with a video's metadata, as `videos.insert` says it when the session is opened. */
function problemOf(metadata: Metadata): SimulatedResponse | undefined {
  const { title, description, tags, categoryId, status } = metadata;
  if (title.trim() === '' || Array.from(title).length > 100 || /[<>]/.test(title)) return REFUSALS.invalid_title();
  if (Buffer.byteLength(description) > 5000 || /[<>]/.test(description)) return REFUSALS.invalid_description();
  const written = tags.map((tag) => (tag.includes(' ') ? `"${tag}"` : tag)).join(',');
  if (written.length > 500 || /[<>]/.test(written)) return REFUSALS.invalid_tags();
  if (!CATEGORIES.has(categoryId)) return REFUSALS.invalid_category();
  return PRIVACY.has(status['privacyStatus']) ? undefined : REFUSALS.invalid_metadata();
}

function metadataOf(body: unknown): Metadata {
  const { snippet, status } = objectOf(body);
  const { title, description, tags, categoryId } = objectOf(snippet);
  return { title: textOf(title), description: textOf(description), tags: Array.isArray(tags) ? tags.map(textOf) : [], categoryId: textOf(categoryId) || '22', status: objectOf(status) };
}

/** `/upload/youtube/v3/videos`: the resumable protocol. */
export class Uploads {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #videos: Videos;

  constructor(host: SimulatorHost, world: World, videos: Videos) {
    this.#host = host;
    this.#world = world;
    this.#videos = videos;
  }

  /** `POST`: the metadata are judged, and an address is given for the bytes. */
  open(channel: Channel, request: SimulatedRequest): SimulatedResponse {
    const { query, headers } = request;
    if (query.get('uploadType') !== 'resumable') return apiError(400, 'badRequest', 'Only resumable uploads are simulated.', { domain: 'global' });
    const totalBytes = Number(headers['x-upload-content-length']);
    if (!(totalBytes > 0) || totalBytes > MAX_BYTES) return REFUSALS.media_required();
    const parts = query.get('part') ?? '';
    if (parts === '') return apiError(400, 'missingRequiredParameter', 'No part was given.', { domain: 'youtube.parameter' });
    const metadata = metadataOf(jsonOf(request));
    const problem = problemOf(metadata);
    if (problem !== undefined) return problem;
    const id = this.#host.random(60);
    const mimeType = headers['x-upload-content-type'] ?? 'application/octet-stream';
    this.#world.sessions.set(id, { id, channelId: channel.id, parts, metadata, mimeType, totalBytes, offset: 0, head: '', openedAtMs: this.#host.now(), videoId: null });
    const search = new URLSearchParams({ uploadType: 'resumable', part: parts, upload_id: id }).toString();
    return { status: 200, headers: { location: `https://www.googleapis.com/upload/youtube/v3/videos?${search}`, 'x-guploader-uploadid': id } };
  }

  sessionOf(request: SimulatedRequest): Session | undefined {
    return this.#world.sessions.get(request.query.get('upload_id') ?? '');
  }

  /** `PUT`: bytes, or the question how many are there. A session that is over repeats its final answer. */
  put(channel: Channel, request: SimulatedRequest): SimulatedResponse {
    const session = this.sessionOf(request);
    if (session?.channelId !== channel.id || this.#host.now() - session.openedAtMs > SESSION_LIFE_MS) return { status: 404, body: 'Not Found' };
    if (session.videoId !== null) return this.#final(session, session.videoId);
    const range = rangeOf(request);
    if (range === undefined) return /^bytes \*\/\d+$/.test(request.headers['content-range'] ?? '') ? incomplete(session) : REFUSALS.media_required();
    const isLast = range.last + 1 === session.totalBytes;
    const isWhole = request.body.length === range.last - range.first + 1 && range.total === session.totalBytes;
    if (!isWhole || (!isLast && request.body.length % GRAIN_BYTES !== 0)) return apiError(400, 'badRequest', 'Invalid request. The size of the chunk is wrong.', { domain: 'global' });
    // Bytes that overlap or leave a gap are not taken at all.
    if (range.first !== session.offset) return incomplete(session);
    const head = session.offset === 0 ? Buffer.from(request.body.subarray(0, HEAD_BYTES)).toString('hex') : session.head;
    const taken: Session = { ...session, head, offset: session.offset + request.body.length };
    if (!isLast) {
      this.#world.sessions.set(session.id, taken);
      return incomplete(taken);
    }
    const videoId = this.#videos.make(channel, taken);
    this.#world.sessions.set(session.id, { ...taken, videoId });
    return this.#final(taken, videoId);
  }

  #final({ parts }: Session, videoId: string): SimulatedResponse {
    const resource = this.#videos.resource(videoId, parts);
    return resource === undefined ? REFUSALS.video_not_found() : json(201, resource);
  }
}

function incomplete({ offset }: Session): SimulatedResponse {
  return { status: 308, headers: offset === 0 ? {} : { range: `bytes=0-${offset - 1}` } };
}
