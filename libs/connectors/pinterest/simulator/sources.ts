import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { invalid, REFUSALS } from './answers.ts';
import type { MediaUploads } from './media.ts';
import type { MediaType, Pin, User } from './world.ts';

const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
const SIGNATURES: Readonly<Record<string, string>> = { 'image/jpeg': 'ffd8ff', 'image/png': '89504e47' };
const MOST_ITEMS = 5;
const FEWEST_ITEMS = 2;

type Json = Readonly<Record<string, unknown>>;
export const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
export const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export interface Source {
  readonly mediaType: MediaType;
  readonly items: Pin['items'];
}



/** Reads `media_source` of a pin and looks at what it names, as the schema PinMediaSource and its variants say. */
export async function readSource(host: SimulatorHost, uploads: MediaUploads, user: User, given: unknown): Promise<Source | SimulatedResponse> {
  const source = asObject(given);
  const alone = (mediaType: MediaType): Source => ({ mediaType, items: [] });
  switch (source['source_type']) {
    case 'image_base64':
      return pictureProblem(source, 'content_type', 'data') ?? alone('image');
    case 'image_url':
      return (await fetchProblem(host, source)) ?? alone('image');
    case 'multiple_image_base64':
      return readItems(source, async (item) => pictureProblem(item, 'content_type', 'data'));
    case 'multiple_image_urls':
      return readItems(source, (item) => fetchProblem(host, item));
    case 'video_id':
      return (await videoProblem(host, uploads, user, source)) ?? alone('video');
    default:
      return REFUSALS.media_invalid();
  }
}

function pictureProblem(source: Json, typeName: string, dataName: string): SimulatedResponse | undefined {
  const type = asText(source[typeName]) ?? '';
  const data = asText(source[dataName]) ?? '';
  const signature = SIGNATURES[type];
  if (signature === undefined) return invalid(`Invalid request: media_source.${typeName} '${type}' is not one of ['image/jpeg', 'image/png']`);
  if (!/^[a-zA-Z0-9+/=]+$/.test(data)) return invalid(`Invalid request: media_source.${dataName} does not match '^[a-zA-Z0-9+/=]+$'`);
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64') !== data) return invalid(`Invalid request: media_source.${dataName} is no base64`);
  if (bytes.length > MAX_PICTURE_BYTES || !bytes.toString('hex', 0, 8).startsWith(signature)) return REFUSALS.media_invalid();
  return undefined;
}

async function fetchProblem(host: SimulatorHost, source: Json): Promise<SimulatedResponse | undefined> {
  const file = await host.fetch(asText(source['url']) ?? '');
  if (file === undefined) return REFUSALS.url_not_reached();
  return SIGNATURES[file.mimeType] === undefined ? REFUSALS.picture_not_fetched() : undefined;
}

async function readItems(source: Json, problemOf: (item: Json) => Promise<SimulatedResponse | undefined>): Promise<Source | SimulatedResponse> {
  const items = Array.isArray(source['items']) ? source['items'].map(asObject) : [];
  if (items.length < FEWEST_ITEMS) return invalid(`Invalid request: media_source.items has ${items.length} items, constraint: minItems=${FEWEST_ITEMS}`);
  if (items.length > MOST_ITEMS) return invalid(`Invalid request: media_source.items has ${items.length} items, constraint: maxItems=${MOST_ITEMS}`);
  for (const item of items) {
    const problem = await problemOf(item);
    if (problem !== undefined) return problem;
  }
  const index = source['index'] ?? 0;
  if (typeof index !== 'number' || index < 0 || index >= items.length) return invalid('Invalid request: media_source.index is out of range');
  return { mediaType: 'multiple_images', items: items.map(({ title, description, link }) => ({ title: asText(title), description: asText(description), link: asText(link) })) };
}

async function videoProblem(host: SimulatorHost, uploads: MediaUploads, user: User, source: Json): Promise<SimulatedResponse | undefined> {
  const id = asText(source['media_id']) ?? '';
  if (uploads.statusOf(user, id) !== 'succeeded') return invalid(`Invalid request: media_source.media_id '${id}' is not ready`);
  if (source['cover_image_data'] !== undefined) return pictureProblem(source, 'cover_image_content_type', 'cover_image_data');
  if (source['cover_image_url'] !== undefined) return fetchProblem(host, { url: source['cover_image_url'] });
  return Number.isInteger(source['cover_image_key_frame_time']) ? undefined : REFUSALS.cover_missing();
}

export const isRefused = (value: object): value is SimulatedResponse => 'status' in value;
