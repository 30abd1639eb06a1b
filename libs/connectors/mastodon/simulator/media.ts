import { json, multipartOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, Table } from '../../kit/simulator.ts';
import { error, invalid, notFound } from './answers.ts';
import type { Actor, World } from './world.ts';

/** A file that somebody uploaded. */
export interface Media {
  readonly id: string;
  readonly owner: string;
  readonly kind: 'image' | 'gifv' | 'video';
  readonly description: string | null;
  readonly hasThumbnail: boolean;
  readonly isBroken: boolean;
  readonly readyAtMs: number;
  readonly uploadedAtMs: number;
  readonly statusId: string | null;
}

const PROCESSING_MS = 10_000;
const UNUSED_LIFE_MS = 24 * 60 * 60_000;

export const mediaTable = (world: World): Table<Media> => world.host.table<Media>('media', 100_000);

/** A medium that the account may still attach. */
export function unattached(world: World, id: string, owner: string): Media | undefined {
  const media = mediaTable(world).get(id);
  const isFree = media?.owner === owner && media.statusId === null && media.uploadedAtMs + UNUSED_LIFE_MS > world.host.now();
  return isFree ? media : undefined;
}

export const isReady = (world: World, media: Media): boolean => !media.isBroken && media.readyAtMs <= world.host.now();

export function mediaShape(world: World, media: Media): Readonly<Record<string, unknown>> {
  const url = isReady(world, media) ? `https://files.sandbox.example/media_attachments/${media.id}` : null;
  return { id: media.id, type: media.kind, url, preview_url: url !== null && media.hasThumbnail ? `${url}/thumbnail` : url, remote_url: null, meta: null, description: media.description, blurhash: null };
}

function kindOf(type: string, known: readonly string[]): Media['kind'] | undefined {
  if (!known.includes(type)) return undefined;
  if (type === 'image/gif') return 'gifv';
  return type.startsWith('video/') ? 'video' : 'image';
}

/** Small pictures are ready at once, everything else takes a while (docs: methods/media, v2). */
export function mediaCalls(world: World) {
  const table = mediaTable(world);
  const { media: limits } = world.limits;
  return {
    upload: (request: SimulatedRequest, actor: Actor): SimulatedResponse => {
      const parts = multipartOf(request) ?? [];
      const file = parts.find(({ name }) => name === 'file');
      if (file === undefined) return error(422, "Validation failed: File can't be blank");
      const kind = kindOf(file.contentType ?? '', limits.supported_mime_types);
      if (kind === undefined) return invalid('File content type is invalid, File is invalid');
      const maxBytes = kind === 'video' ? limits.video_size_limit : limits.image_size_limit;
      if (file.bytes.byteLength > maxBytes) return invalid(`File must be less than ${Math.floor(maxBytes / 1024 ** 2)} MB`);
      const description = parts.find(({ name }) => name === 'description');
      const words = description === undefined ? null : Buffer.from(description.bytes).toString('utf8');
      if ((words ?? '').length > limits.description_limit) return invalid(`Description is too long (maximum is ${limits.description_limit} characters)`);
      const nowMs = world.host.now();
      const media: Media = {
        id: newId(world, (id) => table.get(id) !== undefined),
        owner: actor.name,
        kind,
        description: words,
        hasThumbnail: parts.some(({ name }) => name === 'thumbnail'),
        isBroken: Buffer.from(file.bytes.subarray(0, 100)).includes('broken'),
        readyAtMs: kind === 'image' ? nowMs : nowMs + PROCESSING_MS,
        uploadedAtMs: nowMs,
        statusId: null,
      };
      table.set(media.id, media);
      return json(isReady(world, media) ? 200 : 202, mediaShape(world, media));
    },
    read: (id: string, actor: Actor): SimulatedResponse => {
      const media = unattached(world, id, actor.name);
      if (media === undefined) return notFound();
      if (media.isBroken) return error(422, 'Error processing thumbnail for uploaded media');
      return json(isReady(world, media) ? 200 : 206, mediaShape(world, media));
    },
  };
}

/** Ids grow with the time, and one is never like another. */
export function newId(world: World, isTaken: (id: string) => boolean): string {
  let id = BigInt(world.host.now()) << 16n;
  while (isTaken(String(id))) id += 1n;
  return String(id);
}
