import { json, jsonOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { accessDenied, inputError, REFUSALS } from './answers.ts';
import type { Caller } from './callers.ts';
import type { Asset, World } from './world.ts';

const KINDS = { images: 'image', documents: 'document', videos: 'video' } as const;
const HEADS = { image: /^(?:ffd8ff|89504e47|47494638)/, document: /^25504446/, video: /^[0-9a-f]{8}66747970/ } as const;

export type Resource = keyof typeof KINDS;
export const isResource = (name: string): name is Resource => name in KINDS;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 12)).toString('hex');

export interface UploadOptions {
  readonly processingMs: number;
  readonly partBytes: number;
  readonly uploadLifeMs: number;
}

/** Pictures, documents and videos on their way into posts. */
export class Uploads {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #options: UploadOptions;

  constructor(host: SimulatorHost, world: World, options: UploadOptions) {
    this.#host = host;
    this.#world = world;
    this.#options = options;
  }

  /** `POST /rest/{images|documents|videos}?action=…`. */
  act(caller: Caller, resource: Resource, request: SimulatedRequest): SimulatedResponse {
    const body = jsonOf(request) as { initializeUploadRequest?: Record<string, unknown>; finalizeUploadRequest?: Record<string, unknown> } | undefined;
    const action = request.query.get('action');
    if (action === 'finalizeUpload' && resource === 'videos') return this.#finalize(caller, body?.finalizeUploadRequest ?? {});
    if (action !== 'initializeUpload') return REFUSALS.not_found();
    const asked = body?.initializeUploadRequest ?? {};
    const owner = String(asked['owner'] ?? '');
    if (!caller.mayWriteAs(owner)) return accessDenied(`partnerApi${resource}.ACTION-initializeUpload`);
    return resource === 'videos' ? this.#startVideo(owner, asked) : this.#start(owner, resource);
  }

  #start(owner: string, resource: 'images' | 'documents'): SimulatedResponse {
    const kind = KINDS[resource];
    const asset = this.#new(owner, kind, null, []);
    const uploadUrl = `${this.#host.origin('web')}/dms-uploads/${asset.key}/uploaded-${kind}/0?ca=vector_ads`;
    return json(200, { value: { uploadUrlExpiresAt: asset.expiresAtMs, uploadUrl, [kind]: asset.urn } });
  }

  #startVideo(owner: string, asked: Readonly<Record<string, unknown>>): SimulatedResponse {
    const sizeBytes = Number(asked['fileSizeBytes']);
    if (!Number.isInteger(sizeBytes) || sizeBytes <= 0) return REFUSALS.missing_field();
    const { partBytes } = this.#options;
    const count = Math.ceil(sizeBytes / partBytes);
    const asset = this.#new(owner, 'video', sizeBytes, Array.from({ length: count }, () => null));
    const base = `${this.#host.origin('web')}/dms-uploads/${asset.key}`;
    const uploadInstructions = Array.from({ length: count }, (_, index) => ({
      uploadUrl: `${base}/uploadedVideo/${index}?sau=video`,
      firstByte: index * partBytes,
      lastByte: Math.min((index + 1) * partBytes, sizeBytes) - 1,
    }));
    const thumbnail = asked['uploadThumbnail'] === true ? { thumbnailUploadUrl: `${base}/thumbnail/0?sau=thumbnail` } : {};
    return json(200, { value: { uploadUrlsExpireAt: asset.expiresAtMs, video: asset.urn, uploadInstructions, uploadToken: '', ...thumbnail } });
  }

  #new(owner: string, kind: Asset['kind'], sizeBytes: number | null, etags: readonly null[]): Asset {
    const urn = `urn:li:${kind}:C5${this.#host.random(12).replaceAll('-', 'x')}`;
    const common = { status: 'WAITING_UPLOAD', uploadedAtMs: null, head: '', hasThumbnail: false } as const;
    const asset: Asset = { urn, kind, owner, key: this.#host.random(12), sizeBytes, etags, partBytes: this.#options.partBytes, expiresAtMs: this.#host.now() + this.#options.uploadLifeMs, ...common };
    this.#world.assets.set(urn, asset);
    return asset;
  }

  /** `PUT` of bytes. Parts of videos come without a token, everything else with one. */
  put(request: SimulatedRequest, hasToken: boolean): SimulatedResponse {
    const [, , key = '', what = '', place = '0'] = request.path.split('/');
    const asset = [...this.#world.assets.values()].find((candidate) => candidate.key === key);
    if (asset === undefined || request.method !== 'PUT') return { status: 404 };
    if (asset.expiresAtMs <= this.#host.now()) return REFUSALS.upload_expired();
    if (what === 'thumbnail') return this.#putThumbnail(asset, request);
    if (asset.kind === 'video') return this.#putPart(asset, Number(place), request);
    if (!hasToken) return REFUSALS.token_empty();
    const head = hexOf(request.body);
    const status = HEADS[asset.kind].test(head) ? 'UPLOADED' : 'BROKEN';
    this.#world.assets.set(asset.urn, { ...asset, head, status, uploadedAtMs: this.#host.now() });
    return { status: 201 };
  }

  #putThumbnail(asset: Asset, request: SimulatedRequest): SimulatedResponse {
    if (request.headers['media-type-family'] !== 'STILLIMAGE' || !HEADS.image.test(hexOf(request.body))) return { status: 400 };
    this.#world.assets.set(asset.urn, { ...asset, hasThumbnail: true });
    return { status: 201 };
  }

  #putPart(asset: Asset, place: number, request: SimulatedRequest): SimulatedResponse {
    if (request.headers['authorization'] !== undefined) return { status: 400 };
    const size = Math.min(asset.partBytes, (asset.sizeBytes ?? 0) - place * asset.partBytes);
    if (asset.status !== 'WAITING_UPLOAD' || place >= asset.etags.length || request.body.length !== size) return { status: 400 };
    const etag = this.#host.random(16);
    this.#world.assets.set(asset.urn, { ...asset, etags: asset.etags.with(place, etag), head: place === 0 ? hexOf(request.body) : asset.head });
    return { status: 200, headers: { etag: `"${etag}"` } };
  }

  #finalize(caller: Caller, asked: Readonly<Record<string, unknown>>): SimulatedResponse {
    const asset = this.#world.assets.get(String(asked['video'] ?? ''));
    if (asset === undefined || !caller.mayWriteAs(asset.owner)) return REFUSALS.invalid_video();
    const ids = asked['uploadedPartIds'];
    const isComplete = Array.isArray(ids) && ids.length === asset.etags.length && ids.every((id, index) => id === asset.etags[index]);
    if (asset.status !== 'WAITING_UPLOAD' || !isComplete) return inputError(400, 'UPDATING_ASSET_FAILED', 'The parts of the upload do not fit');
    const status = HEADS.video.test(asset.head) ? 'UPLOADED' : 'BROKEN';
    this.#world.assets.set(asset.urn, { ...asset, status, uploadedAtMs: this.#host.now() });
    return { status: 200 };
  }

  /** `GET /rest/{images|documents|videos}/{urn}`. Tokens of members are for writing only, but for videos. */
  read(caller: Caller, resource: Resource, urn: string): SimulatedResponse {
    const asset = this.#world.assets.get(urn);
    if (resource !== 'videos' && !caller.has('r_organization_social')) return accessDenied(`partnerApi${resource}.GET`);
    if (asset?.kind !== KINDS[resource] || !caller.mayWriteAs(asset.owner)) return REFUSALS.not_found();
    const status = this.statusOf(asset);
    const reason = status === 'PROCESSING_FAILED' ? { processingFailureReason: 'The file could not be decoded.' } : {};
    return json(200, { id: asset.urn, owner: asset.owner, status, ...reason });
  }

  get(urn: string): Asset | undefined {
    return this.#world.assets.get(urn);
  }

  statusOf({ status, uploadedAtMs }: Asset): 'WAITING_UPLOAD' | 'PROCESSING' | 'AVAILABLE' | 'PROCESSING_FAILED' {
    if (uploadedAtMs === null) return 'WAITING_UPLOAD';
    if (this.#host.now() < uploadedAtMs + this.#options.processingMs) return 'PROCESSING';
    return status === 'BROKEN' ? 'PROCESSING_FAILED' : 'AVAILABLE';
  }
}
