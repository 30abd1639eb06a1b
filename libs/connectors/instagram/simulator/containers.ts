import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { graphError, json } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';
import type { Container, World } from './world.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
const MAX_CAPTION = 2200;
const KINDS = ['REELS', 'STORIES', 'VIDEO', 'CAROUSEL'] as const;

type Fields = ReadonlyMap<string, string>;
export type StatusCode = 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'EXPIRED' | 'PUBLISHED';

/** The calls around containers of one account. */
export interface ContainerCalls {
  create(userId: string, fields: Fields): Promise<SimulatedResponse>;
  status(container: Container): SimulatedResponse;
  codeOf(container: Container): StatusCode;
}

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isVideo = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';

interface Server {
  readonly host: SimulatorHost;
  readonly world: World;
  readonly processingMs: number;
}

export function containerCalls(host: SimulatorHost, world: World, processingMs: number): ContainerCalls {
  const server = { host, world, processingMs };
  return {
    create: (userId, fields) => create(server, userId, fields),
    status: (container) => showStatus(container, codeOf(server, container)),
    codeOf: (container) => codeOf(server, container),
  };
}

/** Fetches the media as Instagram's fetcher does; the subcode of what is wrong with it. */
async function inspect(host: SimulatorHost, fields: Fields): Promise<string | undefined> {
  const video = fields.get('video_url');
  const fetched = await host.fetch(video ?? fields.get('image_url') ?? '');
  if (fetched === undefined) return '2207052';
  if (video !== undefined) return isVideo(fetched.bytes) ? undefined : '2207026';
  if (fetched.bytes.length > MAX_IMAGE_BYTES) return '2207004';
  return isJpeg(fetched.bytes) ? undefined : '2207005';
}

/** Why a carousel cannot be made of these items. */
function refuseChildren(server: Server, userId: string, fields: Fields): SimulatedResponse | undefined {
  const ids = (fields.get('children') ?? '')
    .replaceAll(/["[\]\s]/g, '')
    .split(',')
    .filter((id) => id !== '');
  if (ids.length < 2 || ids.length > 10) return REFUSALS.carousel_size();
  const children = ids.flatMap((id) => server.world.containers.get(id) ?? []);
  if (children.length < ids.length || children.some((child) => child.userId !== userId || !child.isChild))
    return REFUSALS.container_missing();
  return children.some((child) => codeOf(server, child) !== 'FINISHED') ? REFUSALS.not_ready() : undefined;
}

function codeOf({ host, processingMs }: Server, container: Container): StatusCode {
  const ageMs = host.now() - container.createdAtMs;
  if (container.publishedAs !== undefined) return 'PUBLISHED';
  if (ageMs >= DAY_MS) return 'EXPIRED';
  if (ageMs < processingMs) return 'IN_PROGRESS';
  return container.failedWith === undefined ? 'FINISHED' : 'ERROR';
}

async function create(server: Server, userId: string, fields: Fields): Promise<SimulatedResponse> {
  const { host, world } = server;
  const kind = fields.get('media_type') ?? 'IMAGE';
  const mediaType = kind === 'IMAGE' ? kind : KINDS.find((known) => known === kind);
  const caption = fields.get('caption') ?? '';
  if (mediaType === undefined) return REFUSALS.media_type();
  if (Array.from(caption).length > MAX_CAPTION) return REFUSALS.caption_too_long();
  const refused = mediaType === 'CAROUSEL' ? refuseChildren(server, userId, fields) : undefined;
  if (refused !== undefined) return refused;
  const hasMedia = fields.has('image_url') || fields.has('video_url');
  if (mediaType !== 'CAROUSEL' && !hasMedia) return graphError(400, 100, undefined, '(#100) The parameter image_url is required');
  const failedWith = mediaType === 'CAROUSEL' ? undefined : await inspect(host, fields);
  const id = world.nextId();
  world.containers.set(id, {
    id,
    userId,
    mediaType,
    isChild: fields.get('is_carousel_item') === 'true',
    caption: mediaType === 'STORIES' ? '' : caption,
    createdAtMs: host.now(),
    ...(failedWith === undefined ? {} : { failedWith }),
  });
  return json({ id });
}

function showStatus(container: Container, code: StatusCode): SimulatedResponse {
  const words: Readonly<Record<StatusCode, string>> = {
    IN_PROGRESS: 'In Progress: Media is still being processed.',
    FINISHED: 'Finished: Media has been uploaded and it is ready to be published.',
    ERROR: `Error: Media upload has failed with error code ${container.failedWith ?? ''}`,
    EXPIRED: 'Expired: The container was not published within 24 hours and has expired.',
    PUBLISHED: 'Published: Media has been published.',
  };
  return json({ status_code: code, status: words[code], id: container.id });
}
