import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, jsonOf } from '../../kit/simulation/index.ts';
import { list, REFUSALS } from './answers.ts';
import { commentThreadResource, playlistItemResource, videoResource, VIDEO_THUMBNAILS } from './resources.ts';
import { uploadsOf, type Channel, type Session, type Video, type World } from './world.ts';

const PNG = '89504e47';
const JPEG = 'ffd8ff';

type Fields = Readonly<Record<string, unknown>>;

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((node, name) => (typeof node === 'object' && node !== null ? (node as Fields)[name] : undefined), value);
}

/** Videos, their thumbnails, playlists and comments. */
export class Videos {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #processingMs: number;

  constructor(host: SimulatorHost, world: World, processingMs: number) {
    this.#host = host;
    this.#world = world;
    this.#processingMs = processingMs;
  }

  /** All bytes are there: the video exists. What can be played and is not rejected will be seen. */
  make(channel: Channel, { head, metadata }: Session): string {
    const id = this.#host.random(8);
    const isPlayable = Buffer.from(head, 'hex').subarray(4, 8).toString('latin1') === 'ftyp';
    const video: Video = { id, channelId: channel.id, channelTitle: channel.title, metadata, isPlayable, hasThumbnail: false, atMs: this.#host.now() };
    this.#world.videos.set(id, video);
    if (isPlayable && rejectionOf(video) === undefined) this.#host.record({ accountId: channel.id, postId: id, text: metadata.description });
    return id;
  }

  resource(id: string, parts: string): object | undefined {
    const video = this.#world.videos.get(id);
    return video === undefined ? undefined : videoResource(video, parts, this.#stateOf(video));
  }

  /** `videos.list`; ids that are not there are left out. */
  list(query: URLSearchParams): SimulatedResponse {
    const ids = (query.get('id') ?? '').split(',').filter((id) => id !== '');
    return list('youtube#videoListResponse', ids.map((id) => this.resource(id, query.get('part') ?? '')).filter((resource) => resource !== undefined));
  }

  remove(channel: Channel, id: string): SimulatedResponse {
    const video = this.#world.videos.get(id);
    if (video === undefined) return REFUSALS.video_not_found();
    if (video.channelId !== channel.id) return REFUSALS.forbidden();
    this.#world.videos.delete(id);
    this.#host.forget(id);
    return { status: 204 };
  }

  /** `thumbnails.set`; accounts that are not verified by telephone may not. */
  thumbnail(channel: Channel, request: SimulatedRequest): SimulatedResponse {
    const id = request.query.get('videoId') ?? '';
    const video = this.#world.videos.get(id);
    if (video?.channelId !== channel.id) return REFUSALS.video_not_found();
    if (channel.title.startsWith('unverified_')) return REFUSALS.thumbnail_forbidden();
    const head = Buffer.from(request.body.subarray(0, 4)).toString('hex');
    if (!head.startsWith(PNG) && !head.startsWith(JPEG)) return REFUSALS.image_format();
    this.#world.videos.set(id, { ...video, hasThumbnail: true });
    const sizes = Object.entries(VIDEO_THUMBNAILS).map(([name, [width, height]]) => [name, { url: `https://i.ytimg.example/${id}/${name}.jpg`, width, height }]);
    return json(200, { kind: 'youtube#thumbnailSetResponse', etag: 'etag', items: [Object.fromEntries(sizes)] });
  }

  /** `playlistItems.insert`; playlists that begin with `PLmissing` are not there. */
  addToPlaylist(request: SimulatedRequest): SimulatedResponse {
    const body = jsonOf(request);
    const [playlistId, videoId] = [String(at(body, 'snippet', 'playlistId')), String(at(body, 'snippet', 'resourceId', 'videoId'))];
    if (!playlistId.startsWith('PL') || playlistId.startsWith('PLmissing')) return REFUSALS.playlist_not_found();
    const video = this.#world.videos.get(videoId);
    if (video === undefined) return REFUSALS.video_not_found();
    const item = { id: this.#host.random(12), playlistId, videoId };
    this.#world.playlistItems.set(item.id, item);
    return json(200, playlistItemResource(item, video));
  }

  /** `playlistItems.list`, of the uploads of a channel the newest first. */
  playlist(channel: Channel, query: URLSearchParams): SimulatedResponse {
    const playlistId = query.get('playlistId') ?? '';
    if (playlistId.startsWith('PLmissing')) return REFUSALS.playlist_not_found();
    const uploads = [...this.#world.videos.values()].filter(({ channelId }) => channelId === channel.id).toReversed();
    const isUploads = playlistId === uploadsOf(channel.id);
    const items = isUploads ? uploads.map(({ id }) => ({ id: `item-${id}`, playlistId, videoId: id })) : [...this.#world.playlistItems.values()].filter((item) => item.playlistId === playlistId);
    const wanted = items.filter(({ videoId }) => query.get('videoId') === null || query.get('videoId') === videoId).slice(0, Number(query.get('maxResults') ?? 5));
    return list('youtube#playlistItemListResponse', wanted.map((item) => playlistItemResource(item, this.#world.videos.get(item.videoId))));
  }

  /** `commentThreads.insert`. */
  comment(channel: Channel, request: SimulatedRequest): SimulatedResponse {
    const text = commentTextOf(request);
    const videoId = String(at(jsonOf(request), 'snippet', 'videoId'));
    const video = this.#world.videos.get(videoId);
    if (video === undefined) return REFUSALS.video_not_found();
    if (video.metadata.status['selfDeclaredMadeForKids'] === true || channel.title.startsWith('silent_')) return REFUSALS.comments_disabled();
    if (text.trim() === '') return REFUSALS.comment_required();
    if (text.length > 10_000) return REFUSALS.comment_too_long();
    const comment = { id: `Ug${this.#host.random(18)}`, videoId, channelId: channel.id, text, atMs: this.#host.now() };
    this.#world.comments.set(comment.id, comment);
    this.#host.record({ accountId: channel.id, postId: comment.id, text });
    return json(200, commentThreadResource(comment));
  }

  comments(query: URLSearchParams): SimulatedResponse {
    const videoId = query.get('videoId') ?? '';
    if (this.#world.videos.get(videoId) === undefined) return REFUSALS.video_not_found();
    const all = [...this.#world.comments.values()].filter((comment) => comment.videoId === videoId).toReversed();
    const start = Number(query.get('pageToken') ?? 0);
    const end = start + Number(query.get('maxResults') ?? 20);
    return list('youtube#commentThreadListResponse', all.slice(start, end).map(commentThreadResource), end < all.length ? { nextPageToken: String(end) } : {});
  }

  #stateOf(video: Video): { readonly status: object; readonly processing: object } {
    if (this.#host.now() - video.atMs < this.#processingMs) {
      return { status: { uploadStatus: 'uploaded' }, processing: { processingStatus: 'processing', processingProgress: { partsTotal: '10', partsProcessed: '5', timeLeftMs: '500' } } };
    }
    if (!video.isPlayable) return { status: { uploadStatus: 'failed', failureReason: 'invalidFile' }, processing: { processingStatus: 'failed', processingFailureReason: 'transcodeFailed' } };
    const rejectionReason = rejectionOf(video);
    const processing = { processingStatus: 'succeeded' };
    return rejectionReason === undefined ? { status: { uploadStatus: 'processed' }, processing } : { status: { uploadStatus: 'rejected', rejectionReason }, processing };
  }
}

/** A video whose title begins with `Rejected` and a reason is rejected for that reason. */
function rejectionOf({ metadata }: Video): string | undefined {
  return /^Rejected (\w+)/.exec(metadata.title)?.[1];
}

export function commentTextOf(request: SimulatedRequest): string {
  const text = at(jsonOf(request), 'snippet', 'topLevelComment', 'snippet', 'textOriginal');
  return typeof text === 'string' ? text : '';
}
