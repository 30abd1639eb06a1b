import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { invalidRequest, json } from './answers.ts';
import { snowflake, type Media, type User, type World } from './world.ts';

const UNFINISHED_LIFE_SECS = 1_295_999;
const FINISHED_LIFE_SECS = 86_400;
const PROCESSING_MS = 1000;
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_SEGMENT = 999;
const KEY_PREFIX: Readonly<Record<string, string>> = { tweet_image: '3', tweet_gif: '16', tweet_video: '13', amplify_video: '13' };
const CATEGORIES = ['tweet_image', 'tweet_gif', 'tweet_video', 'amplify_video', 'dm_image', 'dm_gif', 'dm_video', 'subtitles'] as const;

const initializeSchema = z.strictObject({
  media_type: z.string().optional(),
  total_bytes: z.int().min(0).max(17_179_869_184),
  media_category: z.enum(CATEGORIES).optional(),
  shared: z.boolean().optional(),
  additional_owners: z.array(z.string()).optional(),
});
const metadataSchema = z.object({ id: z.string(), metadata: z.object({ alt_text: z.object({ text: z.string().max(1000) }).optional() }) });

/** Fields of a multipart form or a JSON object; files and base64 media as bytes. */
async function readFields(request: SimulatedRequest): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const fields = new Map<string, string | Uint8Array>();
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } })
      .formData()
      .catch(() => new FormData());
    for (const [name, value] of form) fields.set(name, typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer()));
    return fields;
  }
  const body = parseJson(request);
  for (const [name, value] of Object.entries(body))
    fields.set(name, name === 'media' ? Buffer.from(String(value), 'base64') : String(value));
  return fields;
}

function parseJson(request: SimulatedRequest): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(request.body).toString('utf8')));
  } catch {
    return {};
  }
}

/** The uploads of the world, as the calls see them. */
function mediaStore(host: SimulatorHost, world: World) {
  const create = (user: User, category: string, more: Partial<Media>): Media => {
    const id = snowflake(host, (taken) => world.media.get(taken) !== undefined);
    const expiresAtMs = host.now() + UNFINISHED_LIFE_SECS * 1000;
    const base = { totalBytes: 0, segments: {}, state: 'open', broken: false, readyAtMs: 0, altText: null } as const;
    const media = { ...base, id, key: `${KEY_PREFIX[category] ?? '3'}_${id}`, userId: user.id, category, expiresAtMs, ...more };
    world.media.set(id, media);
    return media;
  };
  const own = (user: User, id: string): Media | undefined => {
    const media = world.media.get(id);
    return media?.userId === user.id && media.expiresAtMs > host.now() ? media : undefined;
  };
  const data = (media: Media): Readonly<Record<string, unknown>> => ({
    id: media.id,
    media_key: media.key,
    ...(media.state === 'final' ? { size: media.totalBytes } : {}),
    expires_after_secs: Math.floor((media.expiresAtMs - host.now()) / 1000),
    ...processingInfo(media, host.now()),
  });
  const finished = () => ({ state: 'final', expiresAtMs: host.now() + FINISHED_LIFE_SECS * 1000 }) as const;
  return { create, own, data, finished };
}

function uploadCalls(host: SimulatorHost, world: World) {
  const { create, own, data, finished } = mediaStore(host, world);
  return {
    async oneShot(user: User, request: SimulatedRequest): Promise<SimulatedResponse> {
      const fields = await readFields(request);
      const bytes = fields.get('media');
      const category = String(fields.get('media_category') ?? '');
      if (!(bytes instanceof Uint8Array) || bytes.length === 0) return invalidRequest('`media` is required.', { media: ['null'] });
      if (!['tweet_image', 'dm_image', 'subtitles'].includes(category))
        return invalidRequest('`media_category` is invalid.', { media_category: [category] });
      if (bytes.length > MAX_IMAGE_BYTES) return invalidRequest('The media is too large.', { media: ['...'] });
      return json(200, { data: data(create(user, category, { totalBytes: bytes.length, readyAtMs: host.now(), ...finished() })) });
    },
    initialize(user: User, request: SimulatedRequest): SimulatedResponse {
      const parsed = initializeSchema.safeParse(parseJson(request));
      if (!parsed.success)
        return invalidRequest(parsed.error.issues.map((issue) => `$.${issue.path.join('.')}: ${issue.message}`).join('; '));
      return json(200, { data: data(create(user, parsed.data.media_category ?? 'tweet_image', { totalBytes: parsed.data.total_bytes })) });
    },
    async append(user: User, request: SimulatedRequest, id: string): Promise<SimulatedResponse> {
      const fields = await readFields(request);
      const media = own(user, id);
      const bytes = fields.get('media');
      const segment = Number(fields.get('segment_index') ?? Number.NaN);
      if (media === undefined || media.state === 'final') return invalidRequest('The media id is invalid or expired.', { id: [id] });
      if (!(bytes instanceof Uint8Array) || !Number.isInteger(segment) || segment < 0 || segment > MAX_SEGMENT) {
        return invalidRequest('`media` and `segment_index` 0 to 999 are required.', { segment_index: [String(segment)] });
      }
      const broken = media.broken || (segment === 0 && Buffer.from(bytes.subarray(0, 11)).toString('latin1') === 'unsupported');
      world.media.set(id, { ...media, broken, segments: { ...media.segments, [segment]: bytes.length } });
      return json(200, { data: { expires_at: Math.floor(media.expiresAtMs / 1000) } });
    },
    finalize(user: User, id: string): SimulatedResponse {
      const media = own(user, id);
      if (media === undefined) return invalidRequest('The media id is invalid or expired.', { id: [id] });
      const received = Object.values(media.segments).reduce((sum, size) => sum + size, 0);
      if (received !== media.totalBytes)
        return invalidRequest(`Segments add up to ${received} of ${media.totalBytes} bytes.`, { id: [id] });
      const readyAtMs = media.category.endsWith('image') ? host.now() : host.now() + PROCESSING_MS;
      const final = media.state === 'final' ? media : { ...media, readyAtMs, ...finished() };
      world.media.set(id, final);
      return json(200, { data: data(final) });
    },
  };
}

/** Uploading as X does it: one shot for images, three steps for anything, and the status of what is processed. */
export function mediaCalls(host: SimulatorHost, world: World) {
  const { own, data } = mediaStore(host, world);
  return {
    ...uploadCalls(host, world),
    status(user: User, query: URLSearchParams): SimulatedResponse {
      const id = query.get('media_id') ?? '';
      const media = own(user, id);
      if (query.get('command') !== 'STATUS' || media === undefined)
        return invalidRequest('The media id is invalid or expired.', { media_id: [id] });
      return json(200, { data: data(media) });
    },
    metadata(user: User, request: SimulatedRequest): SimulatedResponse {
      const parsed = metadataSchema.safeParse(parseJson(request));
      const media = parsed.success ? own(user, parsed.data.id) : undefined;
      if (!parsed.success || media === undefined) return invalidRequest('The metadata is invalid.', { id: ['...'] });
      const altText = parsed.data.metadata.alt_text?.text ?? null;
      world.media.set(media.id, { ...media, altText });
      return json(200, { data: { id: media.id, associated_metadata: altText === null ? {} : { alt_text: { text: altText } } } });
    },
    /** The media of a post, or undefined when one of them cannot be used. */
    usable(user: User, ids: readonly string[]): Media[] | undefined {
      const media = ids.map((id) => own(user, id));
      const ready = media.filter((item) => item !== undefined && item.state === 'final' && !item.broken && item.readyAtMs <= host.now());
      return ready.length === ids.length ? ready.filter((item) => item !== undefined) : undefined;
    },
  };
}

function processingInfo(media: Media, now: number): { readonly processing_info?: Readonly<Record<string, unknown>> } {
  if (media.state === 'open' || media.category.endsWith('image')) return {};
  if (now < media.readyAtMs) return { processing_info: { state: 'pending', check_after_secs: Math.ceil((media.readyAtMs - now) / 1000) } };
  if (!media.broken) return { processing_info: { state: 'succeeded', progress_percent: 100 } };
  return {
    processing_info: {
      state: 'failed',
      progress_percent: 0,
      error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' },
    },
  };
}
