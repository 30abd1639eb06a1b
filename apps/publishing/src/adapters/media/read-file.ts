import type { FileHandle } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;

/** The bytes of an open file from `start` up to `end` (exclusive), in pieces. */
export async function* readPieces(handle: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  let position = start;
  while (position < end) {
    const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - position));
    const { bytesRead } = await handle.read({ buffer, position });
    if (bytesRead === 0) throw new Error('The file is shorter than it was.');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
