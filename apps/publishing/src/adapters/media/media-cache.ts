import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, unlink, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

/** A file of the cache. Held open, it can be read even when the cache has let it go meanwhile. */
export interface CachedFile extends AsyncDisposable {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly handle: FileHandle;
}

/** Writes a file's bytes; throws when it cannot get them. */
export type Fill = (write: (piece: Buffer) => Promise<void>) => Promise<void>;

interface Entry {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Folders that this process uses. */
const inUse = new Set<string>();

/**
 * Files that were fetched, on the local disk, found by their SHA-256: what was probed when a post was made need not be fetched again when
 * it goes out, and a video of any size passes through in pieces. The least recently used go first. Each process has a folder of its own,
 * which goes with it; those of processes that were killed are swept at the next start.
 */
export class MediaCache {
  readonly #folder: string;
  readonly #root: string;
  readonly #maxBytes: number;
  /** By digest, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #filling = new Map<string, Promise<void>>();
  #bytes = 0;

  constructor(options: { readonly folder: string; readonly maxBytes: number }) {
    this.#root = options.folder;
    this.#folder = join(options.folder, `${hostname()}-${process.pid}-${randomUUID()}`);
    this.#maxBytes = options.maxBytes;
  }

  async start(): Promise<void> {
    inUse.add(this.#folder);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const own = `${hostname()}-`;
    const siblings = (await readdir(this.#root)).filter((name) => name.startsWith(own)).map((name) => join(this.#root, name));
    for (const folder of siblings) {
      const pid = Number(basename(folder).slice(own.length).split('-')[0]);
      if (!inUse.has(folder) && !isOther(pid)) await rm(folder, { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    inUse.delete(this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The file of that digest; what is not here is filled, by one caller at a time. The digest of what came may be another. */
  async obtain(sha256: string, fill: Fill): Promise<CachedFile> {
    for (let filling = this.#filling.get(sha256); filling !== undefined; filling = this.#filling.get(sha256)) await filling;
    const entry = this.#entries.get(sha256);
    if (entry !== undefined) {
      this.#entries.delete(sha256);
      this.#entries.set(sha256, entry);
      return this.#open(sha256, entry);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#filling.set(sha256, promise);
    try {
      return await this.fill(fill);
    } finally {
      this.#filling.delete(sha256);
      resolve();
    }
  }

  async fill(fill: Fill): Promise<CachedFile> {
    const part = join(this.#folder, `${randomUUID()}.part`);
    const digest = createHash('sha256');
    let sizeBytes = 0;
    try {
      await using file = await open(part, 'wx', 0o600);
      await fill(async (piece) => {
        digest.update(piece);
        sizeBytes += piece.length;
        await file.writeFile(piece);
      });
    } catch (error) {
      await unlink(part).catch(() => undefined);
      throw error;
    }
    return this.#keep(part, digest.digest('hex'), sizeBytes);
  }

  async #keep(part: string, sha256: string, sizeBytes: number): Promise<CachedFile> {
    const entry = { path: join(this.#folder, sha256), sizeBytes };
    await rename(part, entry.path);
    if (!this.#entries.has(sha256)) this.#bytes += sizeBytes;
    this.#entries.set(sha256, entry);
    const file = await this.#open(sha256, entry);
    await this.#evict(sha256);
    return file;
  }

  async #evict(newest: string): Promise<void> {
    for (const [sha256, { path, sizeBytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes || sha256 === newest) return;
      this.#entries.delete(sha256);
      this.#bytes -= sizeBytes;
      await unlink(path).catch(() => undefined);
    }
  }

  async #open(sha256: string, { path, sizeBytes }: Entry): Promise<CachedFile> {
    const handle = await open(path, 'r');
    return { path, sha256, sizeBytes, handle, [Symbol.asyncDispose]: () => handle.close() };
  }
}

/** Whether a process of that id runs beside this one. In a container the one before had the same id. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
