import { jsonOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest } from '../../kit/simulator.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What an app asks to publish, or what is wrong with it. */
export interface Asked {
  readonly title: string;
  readonly description: string;
  readonly privacy: string;
  readonly source: Fields;
}

const COMMON = ['privacy_level', 'title', 'disable_comment', 'brand_content_toggle', 'brand_organic_toggle'];
const OF_VIDEO = new Set([...COMMON, 'disable_duet', 'disable_stitch', 'video_cover_timestamp_ms', 'is_aigc']);
const OF_PHOTOS = new Set([...COMMON, 'description', 'auto_add_music']);
const REQUIRED = ['privacy_level', 'brand_content_toggle', 'brand_organic_toggle'];
const MAX = { title: { video: 2200, photos: 90 }, description: 4000 } as const;

// A megabyte of the documents may have 10^6 bytes or 2^20: only what fits both is taken.
const MIN_CHUNK = 5 * 1024 * 1024;
const MAX_CHUNK = 64_000_000;
const MAX_LAST = 128_000_000;
const MAX_CHUNKS = 1000;
const MAX_VIDEO = 4_000_000_000;

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const bodyOf = (request: SimulatedRequest): Fields => fieldsOf(jsonOf(request));

/** `post_info` and `source_info` of a direct post or a draft; a sentence when they are not as documented. */
export function readAsked(body: Fields, kind: 'video' | 'photos', isDraft: boolean): Asked | string {
  const info = fieldsOf(body['post_info']);
  const known = kind === 'video' ? OF_VIDEO : OF_PHOTOS;
  const unknown = Object.keys(info).find((name) => !known.has(name));
  if (unknown !== undefined) return `post_info.${unknown} is unknown.`;
  if (isDraft && kind === 'video' && body['post_info'] !== undefined) return 'A draft of a video has no post_info.';
  const missing = isDraft ? undefined : REQUIRED.find((name) => info[name] === undefined);
  if (missing !== undefined) return `post_info.${missing} is missing.`;
  const title = textOf(info['title']);
  const description = textOf(info['description']);
  if (title.length > MAX.title[kind]) return 'The title is too long.';
  if (description.length > MAX.description) return 'The description is too long.';
  return { title, description, privacy: textOf(info['privacy_level']), source: fieldsOf(body['source_info']) };
}

/** How a file is cut (media transfer guide); a sentence when it may not be cut so. */
export function readChunks(source: Fields): { readonly sizeBytes: number; readonly chunkBytes: number; readonly chunkCount: number } | string {
  if (source['source'] !== 'FILE_UPLOAD') return 'Only files that are uploaded are simulated.';
  const [sizeBytes = 0, chunkBytes = 0, chunkCount = 0] = ['video_size', 'chunk_size', 'total_chunk_count'].map((name) => Number(source[name]));
  if (![sizeBytes, chunkBytes, chunkCount].every((figure) => Number.isInteger(figure) && figure > 0)) return 'video_size, chunk_size and total_chunk_count are needed.';
  if (sizeBytes > MAX_VIDEO) return 'The video is too large.';
  if (chunkCount !== Math.floor(sizeBytes / chunkBytes) || chunkCount > MAX_CHUNKS) return 'The total chunk count is invalid.';
  const isWhole = chunkBytes === sizeBytes;
  if (chunkBytes > MAX_CHUNK || (chunkBytes < MIN_CHUNK && !isWhole)) return 'The chunk size is invalid.';
  return sizeBytes - chunkBytes * (chunkCount - 1) > MAX_LAST ? 'The last chunk is too large.' : { sizeBytes, chunkBytes, chunkCount };
}

/** Addresses of photos; a sentence when there are none, too many, or no such cover. */
export function readPhotos(source: Fields): readonly string[] | string {
  const urls = source['photo_images'];
  const cover = source['photo_cover_index'];
  if (source['source'] !== 'PULL_FROM_URL') return 'Photos are pulled from their addresses.';
  if (!Array.isArray(urls) || urls.length === 0 || urls.length > 35 || !urls.every((url) => typeof url === 'string' && URL.canParse(url))) return 'photo_images needs 1 to 35 addresses.';
  return typeof cover === 'number' && Number.isInteger(cover) && cover >= 0 && cover < urls.length ? (urls as readonly string[]) : 'There is no photo of that photo_cover_index.';
}
