import { createHash, randomBytes } from 'node:crypto';
import { startTestPlaza, type TestPlaza } from '../../apps/standalone/src/in-process.spec-support.ts';
import { jpeg } from '../../apps/standalone/src/media-server.spec-support.ts';
import { startMinio, type RealMinio } from './minio.spec-support.ts';

const PICTURE = jpeg(800, 600);
const SHA256 = createHash('sha256').update(PICTURE).digest('hex');

describe('uploads to a real S3-compatible store', () => {
  let minio: RealMinio;
  let plaza: TestPlaza;
  beforeAll(async () => {
    minio = await startMinio();
    plaza = await startTestPlaza({
      PLAZA_S3_BUCKET: minio.bucket,
      PLAZA_S3_ENDPOINT: minio.endpoint,
      PLAZA_S3_ACCESS_KEY_ID: minio.accessKeyId,
      PLAZA_S3_SECRET_ACCESS_KEY: minio.secretAccessKey,
    });
  }, 900_000);
  afterAll(async () => {
    await plaza?.stop();
    await minio?.stop();
  }, 60_000);

  const ask = async (body: object = {}): Promise<{ uploadUrl: string; publicUrl: string; headers: Record<string, string> }> =>
    (await plaza.send('POST', '/v1/media/upload', { filename: 'picture.jpg', mimeType: 'image/jpeg', ...body })).json.data;
  const put = async ({ uploadUrl, headers }: { uploadUrl: string; headers: Record<string, string> }, bytes: Uint8Array, more: Record<string, string> = {}): Promise<number> => {
    const answer = await fetch(uploadUrl, { method: 'PUT', body: Buffer.from(bytes), headers: { ...headers, ...more } });
    await answer.arrayBuffer();
    return answer.status;
  };
  const read = async (url: string, headers: Record<string, string> = {}): Promise<{ status: number; bytes: Buffer }> => {
    const answer = await fetch(url, { headers });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('go there without passing Plaza, are given out by it, and are published', async () => {
    const upload = await ask({ sizeBytes: PICTURE.length, sha256: SHA256 });
    expect(new URL(upload.uploadUrl).origin).toBe(minio.endpoint);
    expect(await put(upload, PICTURE)).toBe(200);
    expect(await read(upload.publicUrl)).toEqual({ status: 200, bytes: PICTURE });
    expect(await read(upload.publicUrl, { range: 'bytes=2-5' })).toEqual({ status: 206, bytes: PICTURE.subarray(2, 6) });
    const accountId = await plaza.connectAccount('bluesky', 'bucket');
    const posted = await plaza.send('POST', '/v1/posts', { content: 'From a bucket', platforms: [{ platform: 'bluesky', accountId }], mediaItems: [{ type: 'image', url: upload.publicUrl }] });
    expect(posted.json.status).toBe('published');
  });

  it('are refused by the store when they are not what was asked for', async () => {
    const bound = await ask({ sizeBytes: PICTURE.length, sha256: SHA256 });
    expect(await put(bound, randomBytes(PICTURE.length))).toBe(400);
    expect(await put(bound, PICTURE.subarray(1))).toBe(403);
    expect(await put(bound, PICTURE, { 'content-type': 'text/html' })).toBe(403);
    expect(await put({ ...bound, uploadUrl: bound.uploadUrl.replace(/X-Amz-Signature=.{4}/, 'X-Amz-Signature=0000') }, PICTURE)).toBe(403);
    expect((await read(bound.publicUrl)).status).toBe(404);
    expect(await put(bound, PICTURE)).toBe(200);
  });

  it('that no post names are deleted', async () => {
    const upload = await ask();
    await put(upload, PICTURE);
    await plaza.database.asAdmin(`update publishing.media_uploads set expires_at = now() - interval '2 hours'`);
    expect(await plaza.plaza.publishing.uploads.sweep(1000)).toBeGreaterThan(0);
    expect((await read(upload.publicUrl)).status).toBe(404);
  });
});
