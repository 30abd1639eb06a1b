import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { hexOf, type Publications } from './publications.ts';
import type { Publication, Upload, World } from './world.ts';

const TYPES: ReadonlySet<string> = new Set(['video/mp4', 'video/quicktime', 'video/webm']);

interface Range {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

function rangeOf({ headers }: SimulatedRequest): Range | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  return match === null ? undefined : { first: Number(match[1]), last: Number(match[2]), total: Number(match[3]) };
}

/** Where bytes of videos go, without a token: whoever has the address may. */
export class Uploads {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #publications: Publications;

  constructor(host: SimulatorHost, world: World, publications: Publications) {
    this.#host = host;
    this.#world = world;
    this.#publications = publications;
  }

  /** The publication that a request to the address is for. */
  publicationOf({ path, query }: SimulatedRequest): (Publication & { readonly upload: Upload }) | undefined {
    const found = path === '/video/' ? this.#world.publications.get(this.#world.uploads.get(query.get('upload_id') ?? '') ?? '') : undefined;
    return found?.upload === undefined || found.upload === null || found.upload.token !== query.get('upload_token') ? undefined : { ...found, upload: found.upload };
  }

  /** Whether the request brings the end of the file. */
  isLast(request: SimulatedRequest): boolean {
    const range = rangeOf(request);
    return range !== undefined && range.last + 1 === range.total;
  }

  /** `PUT` of a chunk, one after another. Answers have no body. */
  put(request: SimulatedRequest): SimulatedResponse {
    const publication = this.publicationOf(request);
    const range = rangeOf(request);
    if (publication === undefined) return { status: 404 };
    const { upload } = publication;
    if (upload.expiresAtMs <= this.#host.now()) return { status: 403 };
    const isWhole = range !== undefined && range.total === upload.sizeBytes && request.body.length === range.last - range.first + 1;
    if (request.method !== 'PUT' || !isWhole || !TYPES.has(request.headers['content-type'] ?? '')) return { status: 400 };
    if (range.first !== upload.receivedBytes || publication.acceptedAtMs !== null) return { status: 416 };
    const isLastChunk = range.first === upload.chunkBytes * (upload.chunkCount - 1);
    if (range.last + 1 !== (isLastChunk ? upload.sizeBytes : range.first + upload.chunkBytes)) return { status: 400 };
    const head = range.first === 0 ? hexOf(request.body) : upload.head;
    const taken = { ...publication, upload: { ...upload, head, receivedBytes: range.last + 1 } };
    this.#world.publications.set(publication.id, taken);
    if (isLastChunk) this.#publications.accept(taken, null);
    return { status: isLastChunk ? 201 : 206, headers: { 'content-range': `bytes 0-${range.last}/${upload.sizeBytes}` } };
  }
}
