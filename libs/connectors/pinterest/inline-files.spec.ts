import { randomBytes } from 'node:crypto';
import type { HttpBody } from '../kit/index.ts';
import { jsonWithFiles } from './inline-files.ts';
import { bytesOf } from './sent.spec-support.ts';

const fileOf = (bytes: Buffer, chunkBytes: number): HttpBody => ({
  sizeBytes: bytes.length,
  open: async function* () {
    for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
  },
});

describe('JSON with files', () => {
  it.each([0, 1, 2, 3, 4, 299, 300, 301])('holds a file of %s bytes as base64, wherever its chunks end', async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    for (const chunkBytes of [1, 2, 3, 7, 1000]) {
      const body = jsonWithFiles((inline) => ({ data: inline(fileOf(bytes, chunkBytes)) }));
      const sent = await bytesOf({ body });
      expect(sent.length).toBe(body.sizeBytes);
      expect(JSON.parse(sent.toString())).toEqual({ data: bytes.toString('base64') });
    }
  });

  it('is the same when it is sent again, and leaves what else there is alone', async () => {
    const [one, other] = [randomBytes(10), randomBytes(20)];
    const body = jsonWithFiles((inline) => ({ text: 'ä "quoted" \n file-', none: undefined, list: [inline(fileOf(one, 4)), inline(fileOf(other, 4))] }));
    const first = await bytesOf({ body });
    expect(await bytesOf({ body })).toEqual(first);
    expect(first.length).toBe(body.sizeBytes);
    expect(JSON.parse(first.toString())).toEqual({ text: 'ä "quoted" \n file-', list: [one.toString('base64'), other.toString('base64')] });
    expect(JSON.parse((await bytesOf({ body: jsonWithFiles(() => ({ plain: '()' })) })).toString())).toEqual({ plain: '()' });
  });
});
