import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { graphError, json, shown } from '../../meta/simulation/answers.ts';
import { REFUSALS, uploadError } from './answers.ts';
import type { Posts } from './posts.ts';
import type { Video, World } from './world.ts';

type Fields = ReadonlyMap<string, string>;
type File = { readonly bytes: Uint8Array } | undefined;

const HEAD_BYTES = 12;
const isMovie = ({ head }: Video): boolean => Buffer.from(head, 'hex').subarray(4, 8).toString('latin1') === 'ftyp';
const success = (): SimulatedResponse => json({ success: true });

/** The calls around videos, reels and video stories. */
export class Videos {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #posts: Posts;
  readonly #options: { readonly processingMs: number; readonly chunkBytes: number };

  constructor(host: SimulatorHost, world: World, posts: Posts, options: { readonly processingMs: number; readonly chunkBytes: number }) {
    this.#host = host;
    this.#world = world;
    this.#posts = posts;
    this.#options = options;
  }

  /** `POST {page}/videos`, the three phases of the resumable upload. */
  chunked(pageId: string, fields: Fields, file: (name: string) => File): SimulatedResponse {
    const phase = fields.get('upload_phase');
    if (phase === 'start') return this.#startChunks(pageId, Number(fields.get('file_size')));
    const session = fields.get('upload_session_id') ?? '';
    const video = [...this.#world.videos.values()].find((one) => one.session === session && one.pageId === pageId);
    if (video === undefined || session === '') return REFUSALS.upload_session();
    if (phase === 'transfer') return this.#transfer(video, Number(fields.get('start_offset')), file('video_file_chunk'));
    if (phase !== 'finish') return graphError(400, 100, undefined, '(#100) Invalid upload_phase');
    if (video.offset !== video.sizeBytes) return graphError(400, 100, undefined, '(#100) The upload is not complete');
    const isDraft = fields.get('published') === 'false';
    return this.#finish({ ...video, cover: file('thumb') !== undefined }, isDraft ? 'DRAFT' : 'PUBLISHED', fields.get('description') ?? '');
  }

  #startChunks(pageId: string, sizeBytes: number): SimulatedResponse {
    if (!(sizeBytes > 0)) return graphError(400, 100, undefined, '(#100) file_size is required');
    const video = this.#make(pageId, 'video', sizeBytes, this.#host.random(9));
    return json({ upload_session_id: video.session, video_id: video.id, ...this.#offsets(video) });
  }

  #transfer(video: Video, startOffset: number, chunk: File): SimulatedResponse {
    // Where a chunk was not the next one, the refusal tells which is.
    if (startOffset !== video.offset) {
      return graphError(400, 6000, 1363037, 'There was a problem uploading your video file. Please try again.', { is_transient: true, error_data: this.#offsets(video) });
    }
    const { end_offset: end } = this.#offsets(video);
    if (chunk === undefined || chunk.bytes.length !== Number(end) - startOffset) return REFUSALS.upload_session();
    return json(this.#offsets(this.#take(video, chunk.bytes)));
  }

  #offsets({ offset, sizeBytes }: Video): { readonly start_offset: string; readonly end_offset: string } {
    return { start_offset: String(offset), end_offset: String(Math.min(offset + this.#options.chunkBytes, sizeBytes ?? 0)) };
  }

  /** `POST {page}/video_reels` and `{page}/video_stories`. */
  phased(pageId: string, kind: 'reel' | 'story', fields: Fields): SimulatedResponse {
    if (fields.get('upload_phase') === 'start') {
      const video = this.#make(pageId, kind, null, '');
      return json({ video_id: video.id, upload_url: `https://rupload.facebook.com/video-upload/v25.0/${video.id}` });
    }
    const video = this.#world.videos.get(fields.get('video_id') ?? '');
    if (video?.pageId !== pageId || video.kind !== kind) return REFUSALS.object_missing();
    if (video.sizeBytes === null || video.offset < video.sizeBytes) return graphError(400, 100, undefined, '(#100) The video is not uploaded');
    if (kind === 'reel') return this.#finish(video, fields.get('video_state') === 'DRAFT' ? 'DRAFT' : 'PUBLISHED', fields.get('description') ?? '');
    this.#world.videos.set(video.id, { ...video, state: 'PUBLISHED', finishedAtMs: this.#host.now() });
    return isMovie(video) ? this.#posts.story(pageId, video.id) : success();
  }

  /** `rupload.facebook.com/video-upload/{version}/{video}`. */
  upload(pageId: string, request: SimulatedRequest): SimulatedResponse {
    const video = this.#world.videos.get(request.path.split('/').at(-1) ?? '');
    if (video?.pageId !== pageId) return uploadError('ProcessingFailedError', false, 'There is no such video');
    const [offset, sizeBytes] = [Number(request.headers['offset']), Number(request.headers['file_size'])];
    if (offset !== video.offset) return uploadError('OffsetInvalidError', true, `The next offset is ${video.offset}`);
    const taken = this.#take({ ...video, sizeBytes }, request.body);
    return taken.offset < sizeBytes ? uploadError('PartialRequestError', true, 'The bytes broke off') : success();
  }

  /** `POST {video}/thumbnails`. */
  thumbnail(pageId: string, videoId: string, source: File): SimulatedResponse {
    const video = this.#world.videos.get(videoId);
    if (video?.pageId !== pageId) return REFUSALS.object_missing();
    if (source === undefined) return REFUSALS.invalid_image();
    this.#world.videos.set(videoId, { ...video, cover: true });
    return success();
  }

  /** `GET {video}`; undefined for what is no video of the page. */
  read(pageId: string, id: string, query: URLSearchParams): SimulatedResponse | undefined {
    const video = this.#world.videos.get(id);
    if (video?.pageId !== pageId) return undefined;
    const summary = { data: [], summary: { total_count: 1 } };
    const permalink = video.kind === 'reel' ? `/reel/${id}` : `/${pageId}/videos/${id}`;
    return json(shown({ status: this.#statusOf(video), permalink_url: permalink, views: 42, likes: summary, comments: summary }, id, query));
  }

  /** `DELETE {video}`. */
  remove(pageId: string, id: string): SimulatedResponse | undefined {
    if (this.#world.videos.get(id)?.pageId !== pageId) return undefined;
    this.#world.videos.delete(id);
    this.#host.forget(id);
    return success();
  }

  #statusOf(video: Video): object {
    const isUploaded = video.sizeBytes !== null && video.offset >= video.sizeBytes;
    const uploading = { status: isUploaded ? 'complete' : 'in_progress', bytes_transfered: video.offset };
    const waiting = { status: 'not_started' };
    if (video.finishedAtMs === null) return { video_status: isUploaded ? 'upload_complete' : 'uploading', uploading_phase: uploading, processing_phase: waiting, publishing_phase: waiting };
    if (this.#host.now() - video.finishedAtMs < this.#options.processingMs) {
      return { video_status: 'processing', uploading_phase: uploading, processing_phase: { status: 'in_progress' }, publishing_phase: { status: 'in_progress' } };
    }
    if (!isMovie(video)) {
      const failed = { status: 'error', error: { message: 'The video file cannot be decoded' } };
      return { video_status: 'error', uploading_phase: uploading, processing_phase: failed, publishing_phase: waiting };
    }
    const done = { status: 'complete', publish_status: video.state === 'DRAFT' ? 'draft' : 'published', publish_time: Math.floor(video.finishedAtMs / 1000) };
    return { video_status: 'ready', uploading_phase: uploading, processing_phase: { status: 'complete' }, publishing_phase: done };
  }

  #make(pageId: string, kind: Video['kind'], sizeBytes: number | null, session: string): Video {
    const video: Video = { id: this.#world.nextId(), pageId, kind, session, sizeBytes, offset: 0, head: '', cover: false, description: '', state: null, finishedAtMs: null };
    this.#world.videos.set(video.id, video);
    return video;
  }

  #take(video: Video, bytes: Uint8Array): Video {
    const head = video.offset === 0 ? Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('hex') : video.head;
    const taken = { ...video, head, offset: video.offset + bytes.length };
    this.#world.videos.set(video.id, taken);
    return taken;
  }

  /** A video that is published already is not published again. */
  #finish(video: Video, state: 'PUBLISHED' | 'DRAFT', description: string): SimulatedResponse {
    if (video.finishedAtMs !== null) return success();
    this.#world.videos.set(video.id, { ...video, state, description, finishedAtMs: this.#host.now() });
    if (isMovie(video)) this.#host.record({ accountId: video.pageId, postId: video.id, text: description });
    return success();
  }
}
