/** Of a size that TikTok takes, whether its megabytes are of 10^6 or of 2^20 bytes: chunks have 5 to 64 of them. */
const CHUNK_BYTES = 10_000_000;

/** How a file is cut, in the words of `source_info`. Bytes. */
export interface ChunkPlan {
  readonly video_size: number;
  readonly chunk_size: number;
  readonly total_chunk_count: number;
}

/**
 * Content Posting API, media transfer guide: the number of chunks is the size of the file divided by that of a chunk, rounded down, and the
 * last one takes the rest. A file of less than two chunks goes in one piece.
 */
export function planOf(sizeBytes: number): ChunkPlan {
  const count = Math.floor(sizeBytes / CHUNK_BYTES);
  if (count < 2) return { video_size: sizeBytes, chunk_size: sizeBytes, total_chunk_count: 1 };
  return { video_size: sizeBytes, chunk_size: CHUNK_BYTES, total_chunk_count: count };
}

/** Where the chunk ends that begins at this byte, exclusive; undefined where none begins. */
export function endOfChunk({ video_size: size, chunk_size: chunk, total_chunk_count: count }: ChunkPlan, start: number): number | undefined {
  const index = start / chunk;
  if (!Number.isInteger(index) || index >= count) return undefined;
  return index === count - 1 ? size : start + chunk;
}
