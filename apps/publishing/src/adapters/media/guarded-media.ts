import { basename } from 'node:path';
import type { GuardedFetch } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type MediaItemInput, type MediaType, type Result } from '@plaza/contracts';
import { MediaProblem, type MediaSource, type MediaStore, type OpenMedia } from '../../application/ports.ts';
import type { PostMedia } from '../../domain/post.ts';
import type { CachedFile, MediaCache } from './media-cache.ts';
import { probeFile } from './probe.ts';
import { readPieces } from './read-file.ts';

/** A large video at a megabyte a second. */
const DEADLINE_MS = 20 * 60_000;
const MAX_REDIRECTS = 3;

/** Media by URL: fetched through the guarded client, known by their bytes and not by their names or headers. */
export class GuardedMedia implements MediaSource {
  constructor(
    private readonly fetch: GuardedFetch,
    private readonly cache: MediaCache,
    private readonly maxBytes: number,
    private readonly store: Pick<MediaStore, 'idOf' | 'open'> | undefined,
  ) {}

  async probe(item: MediaItemInput): Promise<Result<PostMedia, Failure>> {
    let fetched: CachedFile;
    try {
      fetched = await this.cache.fill((write) => this.#download(item.url, write));
    } catch (error) {
      if (error instanceof MediaProblem) return unreachable(error.message);
      throw error;
    }
    await using file = fetched;
    const facts = await probeFile(file.path, file.sizeBytes);
    if (facts === undefined) return unreachable(`${item.url} is not an image, video or document that is known here.`);
    const { type: declaredType, url, thumbnail } = item;
    const type = refineType(declaredType, facts.type);
    const filename = decodeURIComponent(basename(new URL(url).pathname)) || 'media';
    return ok({ ...facts, type, url, declaredType, filename, sha256: file.sha256, ...(thumbnail === undefined ? {} : { thumbnail }) });
  }

  async open(media: PostMedia): Promise<OpenMedia> {
    const file = await this.cache.obtain(media.sha256, (write) => this.#download(media.url, write));
    if (file.sha256 !== media.sha256) {
      await file[Symbol.asyncDispose]();
      throw new MediaProblem('media_rejected', `${media.url} holds other bytes than when the post was checked.`);
    }
    const { handle, sizeBytes } = file;
    return {
      read: (start, end) => readPieces(handle, start, Math.min(end, sizeBytes)),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  }

  async #download(url: string, write: (piece: Buffer) => Promise<void>): Promise<void> {
    const id = this.store?.idOf(url);
    if (id !== undefined) return this.#copy(id, url, write);
    const limits = { maxBytes: this.maxBytes, deadlineMs: DEADLINE_MS, maxRedirects: MAX_REDIRECTS };
    const fetched = await this.fetch.fetchInto(url, limits, write);
    if (!fetched.ok) throw new MediaProblem('transient', `${url}: ${fetched.failure.message}`);
  }

  /** An upload is read from where it lies: its own address may lead nowhere from here. */
  async #copy(id: string, url: string, write: (piece: Buffer) => Promise<void>): Promise<void> {
    const file = await this.store?.open(id);
    if (file === undefined) throw new MediaProblem('media_rejected', `${url}: nothing was uploaded there, or it was deleted.`);
    if (file.sizeBytes > this.maxBytes) throw new MediaProblem('media_rejected', `${url}: the file has ${file.sizeBytes} bytes; ${this.maxBytes} are taken.`);
    for await (const piece of file.read(0, file.sizeBytes)) await write(Buffer.from(piece));
  }
}

function unreachable(message: string): Result<never, Failure> {
  return fail(failure('post.media_unreachable', { message }));
}

/** An animated image may be declared as what it is; otherwise the bytes decide. */
function refineType(declared: MediaType, found: MediaType): MediaType {
  return declared === 'gif' && found === 'image' ? 'image' : found;
}
