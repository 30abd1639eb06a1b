import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '@plaza/chassis';
import type { UploadSignatures } from '../../application/uploads.ts';
import type { MediaStore, StoredFile, TakenFile, Upload } from '../../application/ports.ts';
import { readPieces } from './read-file.ts';

/** Uploads on the local disk: Plaza takes the bytes at a signed address and gives them out itself. */
export class LocalStore implements MediaStore {
  readonly #folder: string;
  readonly #publicUrl: string;
  readonly #signatures: UploadSignatures;

  constructor(options: { readonly folder: string; readonly publicUrl: string; readonly signatures: UploadSignatures }) {
    this.#folder = options.folder;
    this.#publicUrl = options.publicUrl;
    this.#signatures = options.signatures;
  }

  async target({ id, mimeType }: Upload): Promise<{ url: string; headers: Record<string, string> }> {
    return { url: `${this.#publicUrl}/v1/media/uploads/${id}?signature=${this.#signatures.of(id)}`, headers: { 'content-type': mimeType } };
  }

  publicUrl({ id, filename }: Upload): string {
    return `${this.#publicUrl}/v1/media/files/${id}/${encodeURIComponent(filename)}`;
  }

  idOf(url: string): string | undefined {
    const prefix = `${this.#publicUrl}/v1/media/files/`;
    const id = url.startsWith(prefix) ? url.slice(prefix.length).split('/')[0] : undefined;
    return id !== undefined && isId(id) ? id : undefined;
  }

  async take({ id }: Upload, bytes: AsyncIterable<Buffer>, maxBytes: number): Promise<TakenFile | { readonly kind: 'too_large' }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const part = join(this.#folder, `${id}.${randomUUID()}.part`);
    const discard = (): Promise<void> => rm(part, { force: true });
    const digest = createHash('sha256');
    let sizeBytes = 0;
    try {
      await using file = await open(part, 'wx', 0o600);
      for await (const piece of bytes) {
        sizeBytes += piece.length;
        if (sizeBytes > maxBytes) break;
        digest.update(piece);
        await file.writeFile(piece);
      }
      await file.sync();
    } catch (error) {
      await discard();
      throw error;
    }
    if (sizeBytes <= maxBytes) return { kind: 'taken', sizeBytes, sha256: digest.digest('hex'), keep: () => rename(part, join(this.#folder, id)), discard };
    await discard();
    return { kind: 'too_large' };
  }

  async open(id: string): Promise<StoredFile | undefined> {
    const path = join(this.#folder, id);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    return {
      sizeBytes: found.size,
      read: async function* (start, end) {
        await using file = await open(path, 'r');
        yield* readPieces(file, start, end);
      },
    };
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#folder, id), { force: true });
  }
}
