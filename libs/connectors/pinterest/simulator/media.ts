import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { idOfName, json, jsonOf, multipartOf } from '../../kit/simulation/index.ts';
import { apiError, invalid, storeError } from './answers.ts';
import type { Media as Row, User, World } from './world.ts';

const FORM_LIFE_MS = 3_600_000;
const MAX_BYTES = 2 * 1024 * 1024 * 1024;
const HEAD_BYTES = 12;

/** `registered` until the file is there, then `processing`, then `succeeded` or `failed`. */
export type MediaStatus = 'registered' | 'processing' | 'succeeded' | 'failed';

/** Videos before they are pins. */
export class MediaUploads {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #processingMs: number;

  constructor(host: SimulatorHost, world: World, processingMs: number) {
    this.#host = host;
    this.#world = world;
    this.#processingMs = processingMs;
  }

  /** `POST /v5/media`. */
  register(user: User, request: SimulatedRequest): SimulatedResponse {
    const body = jsonOf(request);
    if (typeof body !== 'object' || body === null || !('media_type' in body) || body.media_type !== 'video') return invalid("Invalid request: 'media_type' is not one of ['video'].");
    const id = idOfName(this.#host.random(16), 18);
    const atMs = this.#host.now();
    const date = `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const policy = { expiration: new Date(atMs + FORM_LIFE_MS).toISOString(), conditions: [['content-length-range', 0, MAX_BYTES]] };
    const fields = {
      'x-amz-date': date,
      'x-amz-signature': this.#host.random(32),
      'x-amz-security-token': this.#host.random(64),
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      key: `uploads/3:video:${user.id}:${id}`,
      policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
      'x-amz-credential': `SANDBOX/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
      'Content-Type': 'multipart/form-data',
    };
    this.#world.media.set(id, { id, userId: user.id, fields, expiresAtMs: atMs + FORM_LIFE_MS, uploadedAtMs: null, head: '' });
    return json(201, { media_id: id, media_type: 'video', upload_url: `${this.#host.origin('upload')}/`, upload_parameters: fields });
  }

  /** `GET /v5/media/{media_id}`. */
  read(user: User, id: string): SimulatedResponse {
    const media = this.#world.media.get(id);
    if (media?.userId !== user.id) return apiError(404, 404, 'Media not found.');
    return json(200, { media_id: id, media_type: 'video', status: this.#statusOf(media) });
  }

  /** What a pin is made of; undefined where the account has no such video. */
  statusOf(user: User, id: string): MediaStatus | undefined {
    const media = this.#world.media.get(id);
    return media?.userId === user.id ? this.#statusOf(media) : undefined;
  }

  /** The store: `POST` of a form that is signed by its fields. What stands behind the file is not read (Amazon S3, POST object). */
  store(request: SimulatedRequest): SimulatedResponse {
    if (request.headers['authorization'] !== undefined) return storeError(400, 'InvalidArgument', 'Only one auth mechanism allowed');
    const parts = multipartOf(request);
    const place = parts?.findIndex(({ name }) => name === 'file') ?? -1;
    const file = parts?.[place];
    if (parts === undefined || file === undefined) return storeError(400, 'InvalidArgument', 'POST requires exactly one file upload per request.');
    const given = Object.fromEntries(parts.slice(0, place).map(({ name, bytes }) => [name, Buffer.from(bytes).toString('utf8')]));
    const media = [...this.#world.media.values()].find(({ fields }) => fields['key'] === given['key']);
    const isSigned = media !== undefined && Object.entries(media.fields).every(([name, value]) => given[name] === value) && Object.keys(given).length === Object.keys(media.fields).length;
    if (!isSigned) return storeError(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
    if (media.expiresAtMs <= this.#host.now()) return storeError(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.');
    if (file.bytes.length > MAX_BYTES) return storeError(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    this.#world.media.set(media.id, { ...media, uploadedAtMs: this.#host.now(), head: Buffer.from(file.bytes.subarray(0, HEAD_BYTES)).toString('hex') });
    return { status: 204 };
  }

  #statusOf({ uploadedAtMs, head }: Row): MediaStatus {
    if (uploadedAtMs === null) return 'registered';
    const bytes = Buffer.from(head, 'hex').toString('latin1');
    if (bytes.startsWith('endless')) return 'processing';
    if (this.#host.now() - uploadedAtMs < this.#processingMs) return 'processing';
    return bytes.slice(4, 8) === 'ftyp' ? 'succeeded' : 'failed';
  }
}
