import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAddressGuard, createGuardedFetch } from '@plaza/chassis';
import { MediaProblem } from '../../application/ports.ts';
import type { PostMedia } from '../../domain/post.ts';
import { GuardedMedia } from './guarded-media.ts';
import { MediaCache } from './media-cache.ts';

const MAX_BYTES = 1024 * 1024;
/** No process has this id: it is beyond the highest that Linux gives. */
const NO_PROCESS = 2 ** 22 + 1;

/** A GIF of this size in pixels and bytes. */
function gif(width: number, height: number, sizeBytes = 1000): Buffer {
  const bytes = Buffer.alloc(sizeBytes, `${width}x${height}`);
  bytes.write('GIF89a', 0, 'latin1');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
}

let content: Buffer;
let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  response.end(content);
});
let folder: string;
let url: string;
let fetcher: ReturnType<typeof createGuardedFetch>;
const caches: MediaCache[] = [];

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/a%20b.gif`;
  fetcher = createGuardedFetch({ guard: createAddressGuard({ allow: [`127.0.0.1:${port}`] }), userAgent: 'Plaza test' });
});
afterAll(async () => {
  await fetcher.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plaza-media-test-'));
  content = gif(8, 4);
  asked = 0;
});
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.stop();
  await rm(folder, { recursive: true });
});

async function openCache(maxBytes = 10 * MAX_BYTES): Promise<MediaCache> {
  const cache = new MediaCache({ folder, maxBytes });
  caches.push(cache);
  await cache.start();
  return cache;
}
const mediaOf = (cache: MediaCache): GuardedMedia => new GuardedMedia(fetcher, cache, MAX_BYTES, undefined);
async function probed(media: GuardedMedia): Promise<PostMedia> {
  const result = await media.probe({ type: 'gif', url });
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}
async function bytesOf(media: GuardedMedia, item: PostMedia, start = 0, end = item.sizeBytes): Promise<Buffer> {
  await using file = await media.open(item);
  return Buffer.concat(await Array.fromAsync(file.read(start, end)));
}

describe('media by URL', () => {
  it('are known by their bytes, and read again without another fetch', async () => {
    const media = mediaOf(await openCache());
    const item = await probed(media);
    expect(item).toMatchObject({ type: 'gif', mimeType: 'image/gif', sizeBytes: 1000, width: 8, height: 4, filename: 'a b.gif' });
    expect(await bytesOf(media, item)).toEqual(content);
    expect(await bytesOf(media, item, 6, 10)).toEqual(content.subarray(6, 10));
    expect(asked).toBe(1);
  });

  it('are what was checked or nothing: other bytes at the address are refused', async () => {
    const item = await probed(mediaOf(await openCache()));
    content = gif(4, 8);
    const elsewhere = mediaOf(await openCache());
    await expect(elsewhere.open(item)).rejects.toEqual(new MediaProblem('media_rejected', `${url} holds other bytes than when the post was checked.`));
  });

  it('that are too large, or nothing that a post can carry, are refused', async () => {
    const media = mediaOf(await openCache());
    content = gif(8, 4, MAX_BYTES + 1);
    expect(await media.probe({ type: 'gif', url })).toMatchObject({ ok: false, failure: { code: 'post.media_unreachable' } });
    content = Buffer.from('plain text');
    expect(await media.probe({ type: 'gif', url })).toMatchObject({ ok: false, failure: { message: expect.stringContaining('known here') } });
    expect((await readdir(folder)).length).toBe(1);
  });

  it('are fetched once for all who want them at the same time', async () => {
    const item = await probed(mediaOf(await openCache()));
    const elsewhere = mediaOf(await openCache());
    const read = await Promise.all(Array.from({ length: 5 }, () => bytesOf(elsewhere, item)));
    expect(read.every((bytes) => bytes.equals(content))).toBe(true);
    expect(asked).toBe(2);
  });
});

describe('the cache', () => {
  it('lets the least recently used go, which whoever reads it does not notice', async () => {
    const media = mediaOf(await openCache(2500));
    const first = await probed(media);
    await using held = await media.open(first);
    const before = content;
    content = gif(1, 1);
    const second = await probed(media);
    await bytesOf(media, first);
    content = gif(2, 2);
    await probed(media);
    const [own = ''] = await readdir(folder);
    expect((await readdir(join(folder, own))).length).toBe(2);
    expect(await readdir(join(folder, own))).not.toContain(second.sha256);
    expect(Buffer.concat(await Array.fromAsync(held.read(0, 1000)))).toEqual(before);
  });

  it('sweeps what killed processes left, and nothing of the living', async () => {
    const living = await openCache();
    await probed(mediaOf(living));
    const left = join(folder, `${hostname()}-${NO_PROCESS}-x`);
    const ofBefore = join(folder, `${hostname()}-${process.pid}-x`);
    const others = join(folder, `another-host-${NO_PROCESS}-x`);
    for (const each of [left, ofBefore, others]) await mkdir(each);
    await openCache();
    const names = await readdir(folder);
    expect(names).toHaveLength(3);
    expect(names).toContain(`another-host-${NO_PROCESS}-x`);
  });
});
