import { endOfChunk, planOf } from './chunks.ts';
import { readChunks } from './simulator/requests.ts';

const MB = 1_000_000;
const MIB = 1024 * 1024;

/** First and last byte of each chunk, as `Content-Range` writes them. */
function rangesOf(sizeBytes: number): string[] {
  const plan = planOf(sizeBytes);
  const ranges: string[] = [];
  for (let start = 0, end = endOfChunk(plan, 0); end !== undefined; start = end, end = endOfChunk(plan, start)) ranges.push(`${start}-${end - 1}`);
  return ranges;
}

describe('chunks', () => {
  it('are those of the example in the documentation', () => {
    expect(planOf(50_000_123)).toEqual({ video_size: 50_000_123, chunk_size: 10_000_000, total_chunk_count: 5 });
    expect(rangesOf(50_000_123)).toEqual(['0-9999999', '10000000-19999999', '20000000-29999999', '30000000-39999999', '40000000-50000122']);
  });

  it.each([1, 5 * MB - 1, 5 * MB, 5 * MIB, 10 * MB, 20 * MB - 1])('of a file of %s bytes are one', (size) => {
    expect(planOf(size)).toEqual({ video_size: size, chunk_size: size, total_chunk_count: 1 });
    expect(rangesOf(size)).toEqual([`0-${size - 1}`]);
  });

  it.each([20 * MB, 20 * MB + 1, 64 * MB, 64 * MIB + 1, 128 * MB, 999_999_999, 4000 * MB])('of %s bytes keep to every rule, whatever a megabyte is, and cover the file', (size) => {
    const { chunk_size: chunk, total_chunk_count: count } = planOf(size);
    expect(count).toBe(Math.floor(size / chunk));
    expect(count).toBeLessThanOrEqual(1000);
    expect(chunk).toBeGreaterThanOrEqual(5 * MIB);
    expect(chunk).toBeLessThanOrEqual(64 * MB);
    const ranges = rangesOf(size).map((range) => range.split('-').map(Number));
    expect(ranges).toHaveLength(count);
    expect(ranges.at(-1)?.[1]).toBe(size - 1);
    expect((ranges.at(-1)?.[1] ?? 0) - (ranges.at(-1)?.[0] ?? 0)).toBeLessThan(128 * MB);
    for (const [index, [first]] of ranges.entries()) expect(first).toBe(index * chunk);
  });

  it('begin where one begins and nowhere else', () => {
    const plan = planOf(35 * MB);
    expect([0, 10 * MB, 20 * MB].map((start) => endOfChunk(plan, start))).toEqual([10 * MB, 20 * MB, 35 * MB]);
    expect([1, 15 * MB, 30 * MB, 35 * MB].map((start) => endOfChunk(plan, start))).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the simulator, as the judge of chunks', () => {
  const judged = (video_size: number, chunk_size: number, total_chunk_count: number) => typeof readChunks({ source: 'FILE_UPLOAD', video_size, chunk_size, total_chunk_count });
  it.each([
    ['the example', 50_000_123, 10_000_000, 5],
    ['one piece', 30 * MB, 30 * MB, 1],
    ['a small file', 1000, 1000, 1],
    ['a last chunk of nearly two', 127 * MB, 64 * MB, 1],
  ])('takes %s', (_name, size, chunk, count) => expect(judged(size, chunk, count)).toBe('object'));
  it.each([
    ['a count that was rounded up', 50_000_123, 10_000_000, 6],
    ['chunks below 5 MB', 50 * MB, 5 * MB, 10],
    ['chunks above 64 MB', 130 * MB, 65 * MB, 2],
    ['more than 64 MB in one piece', 65 * MB, 65 * MB, 1],
    ['no bytes', 0, 0, 1],
    ['more than 4 GB', 4001 * MB, 10 * MB, 400],
    ['half a byte', 1000.5, 1000.5, 1],
  ])('does not take %s', (_name, size, chunk, count) => expect(judged(size, chunk, count)).toBe('string'));
});
