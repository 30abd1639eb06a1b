import type { MediaFile } from '@plaza/connectors';
import type { PostMedia } from '../domain/post.ts';
import type { MediaSource, OpenMedia } from './ports.ts';

/** The files of one publication: each is fetched when it is first read, and let go when the work on the publication ends. */
export class PublicationFiles implements AsyncDisposable {
  readonly #source: MediaSource;
  readonly #open = new AsyncDisposableStack();

  constructor(source: MediaSource) {
    this.#source = source;
  }

  file(item: PostMedia): MediaFile {
    const { type, mimeType, sizeBytes, width, height, durationMs, videoCodec, audioCodec, frameRate, url, filename } = item;
    let opened: Promise<OpenMedia> | undefined;
    const open = (): Promise<OpenMedia> => (opened ??= this.#source.open(item).then((media) => this.#open.use(media)));
    return {
      ...{ type, mimeType, sizeBytes, width, height, durationMs, videoCodec, audioCodec, frameRate, url, filename },
      bytes: async () => Buffer.concat(await Array.fromAsync((await open()).read(0, sizeBytes))),
      stream: async (start = 0, end = sizeBytes) => {
        const media = await open();
        return { sizeBytes: end - start, open: () => media.read(start, end) };
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}
