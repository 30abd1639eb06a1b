import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeFile } from './probe.ts';

describe('what a file is', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plaza-probe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['isom', 'video/mp4'],
    ['M4V ', 'video/mp4'],
    ['M4VH', 'video/mp4'],
    ['qt  ', 'video/quicktime'],
  ])('is told by its bytes, in the words that platforms have for it: a film of brand %j is %s', async (brand, mimeType) => {
    const bytes = Buffer.alloc(4096);
    bytes.writeUInt32BE(24, 0);
    bytes.write(`ftyp${brand}\0\0\0\0${brand}mp42`, 4, 'latin1');
    const path = join(folder, 'film');
    await writeFile(path, bytes);
    expect(await probeFile(path, bytes.length)).toMatchObject({ type: 'video', mimeType, sizeBytes: 4096 });
  });

  it('is not told of text', async () => {
    const path = join(folder, 'text');
    await writeFile(path, 'Only words.');
    expect(await probeFile(path, 11)).toBeUndefined();
  });
});
