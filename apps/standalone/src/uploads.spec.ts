import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { jpeg } from './media-server.spec-support.ts';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { eventually } from './plaza-process.spec-support.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const PICTURE = jpeg(800, 600);
const idOf = ({ publicUrl }: { readonly publicUrl: string }): string => /[0-9a-f-]{36}/.exec(publicUrl)?.[0] ?? '';

describe('uploads', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza({ PLAZA_MEDIA_MAX_BYTES: '100000' });
  });
  afterAll(() => plaza.stop());

  const ask = async (body: object = {}): Promise<{ uploadUrl: string; publicUrl: string; headers: Record<string, string>; uploadExpiresAt: string }> => {
    const made = await plaza.send('POST', '/v1/media/upload', { filename: 'a picture.jpg', mimeType: 'image/jpeg', ...body });
    expect(made.status).toBe(200);
    return made.json.data;
  };
  const put = async (url: string, bytes: Uint8Array, type = 'image/jpeg'): Promise<{ status: number; json: { code?: string; sizeBytes?: number; sha256?: string } }> => {
    const answer = await fetch(url, { method: 'PUT', body: Buffer.from(bytes), headers: { 'content-type': type } });
    return { status: answer.status, json: (await answer.json()) as { code?: string } };
  };

  const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('take a file at a signed address, give it out again, and publish it', async () => {
    const { uploadUrl, publicUrl, headers, uploadExpiresAt } = await ask({ sizeBytes: PICTURE.length, sha256: sha256(PICTURE) });
    expect(headers).toEqual({ 'content-type': 'image/jpeg' });
    expect(Date.parse(uploadExpiresAt)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await put(uploadUrl, PICTURE)).toMatchObject({ status: 200, json: { success: true, publicUrl, sizeBytes: PICTURE.length, sha256: sha256(PICTURE) } });
    const read = await fetch(publicUrl);
    expect(Buffer.from(await read.arrayBuffer())).toEqual(PICTURE);
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': "inline; filename*=UTF-8''a%20picture.jpg",
      'x-content-type-options': 'nosniff',
    });
    const accountId = await plaza.connectAccount('bluesky', 'uploader');
    const posted = await plaza.send('POST', '/v1/posts', { content: 'Uploaded', platforms: [{ platform: 'bluesky', accountId }], mediaItems: [{ type: 'image', url: publicUrl }] });
    expect(posted.json).toMatchObject({ success: true, status: 'published' });
  });

  it('are reached by platforms that fetch media themselves, in the sandbox too', async () => {
    const { uploadUrl, publicUrl } = await ask();
    await put(uploadUrl, PICTURE);
    const accountId = await plaza.connectAccount('instagram', 'fetcher');
    const posted = await plaza.send('POST', '/v1/posts', { content: 'Fetched', platforms: [{ platform: 'instagram', accountId }], mediaItems: [{ type: 'image', url: publicUrl }] });
    expect(posted.json).toMatchObject({ success: true, status: 'published' });
  });

  it('give out parts of a file', async () => {
    const { uploadUrl, publicUrl } = await ask();
    await put(uploadUrl, PICTURE);
    const part = await fetch(publicUrl, { headers: { range: 'bytes=2-5' } });
    expect([part.status, part.headers.get('content-range'), Buffer.from(await part.arrayBuffer())]).toEqual([206, `bytes 2-5/${PICTURE.length}`, PICTURE.subarray(2, 6)]);
    expect(await statusOf(publicUrl, { range: 'bytes=9999-' })).toBe(416);
  });

  it('take what was asked for, once, and keep nothing else', async () => {
    const sized = await ask({ sizeBytes: PICTURE.length, sha256: sha256(PICTURE) });
    expect(await put(sized.uploadUrl, PICTURE, 'image/png')).toMatchObject({ status: 415, json: { code: 'media.type_mismatch' } });
    expect(await put(sized.uploadUrl, PICTURE.subarray(1))).toMatchObject({ status: 400, json: { code: 'media.size_mismatch' } });
    expect(await put(sized.uploadUrl, randomBytes(PICTURE.length))).toMatchObject({ status: 400, json: { code: 'media.checksum_mismatch' } });
    expect(await statusOf(sized.publicUrl)).toBe(404);
    expect(await put(sized.uploadUrl, PICTURE)).toMatchObject({ status: 200 });
    expect(await put(sized.uploadUrl, PICTURE)).toMatchObject({ status: 409, json: { code: 'media.uploaded_before' } });
    const open = await ask();
    expect(await put(open.uploadUrl, Buffer.alloc(100_001))).toMatchObject({ status: 413, json: { code: 'media.too_large' } });
    expect((await readdir(plaza.mediaFolder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('are bounded while they arrive, whatever their length is said to be', async () => {
    const { uploadUrl } = await ask();
    const status = await new Promise((resolve, reject) => {
      const sending = request(uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/jpeg', 'transfer-encoding': 'chunked' } }, (answer) => resolve(answer.statusCode));
      sending.on('error', reject);
      sending.end(Buffer.alloc(150_000));
    });
    expect(status).toBe(413);
  });

  it('are the bytes of one of two that come at once', async () => {
    const { uploadUrl, publicUrl } = await ask();
    const begin = (first: string) => {
      const sending = request(uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/jpeg', 'transfer-encoding': 'chunked' } });
      const status = new Promise<number | undefined>((resolve, reject) => sending.on('response', (answer) => resolve(answer.statusCode)).on('error', reject));
      sending.write(first);
      return { end: (rest: string) => (sending.end(rest), status) };
    };
    const both = [begin('one '), begin('two ')];
    await eventually(() => readdir(plaza.mediaFolder), (names) => names.filter((name) => name.endsWith('.part')).length === 2, 'both uploads are on their way');
    const statuses = await Promise.all(both.map(({ end }) => end('picture')));
    expect(statuses.toSorted()).toEqual([200, 409]);
    expect(await (await fetch(publicUrl)).text()).toBe(`${statuses[0] === 200 ? 'one' : 'two'} picture`);
  });

  it('are taken again when they could not be put in their place', async () => {
    const { uploadUrl, publicUrl } = await ask();
    const place = join(plaza.mediaFolder, idOf({ publicUrl }));
    await mkdir(place);
    expect((await put(uploadUrl, PICTURE)).status).toBe(500);
    await rmdir(place);
    expect((await readdir(plaza.mediaFolder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(await put(uploadUrl, PICTURE)).toMatchObject({ status: 200 });
    expect(Buffer.from(await (await fetch(publicUrl)).arrayBuffer())).toEqual(PICTURE);
  });

  it('go to no other address: changed, expired or made up', async () => {
    const { uploadUrl } = await ask();
    const other = await ask();
    const changed = uploadUrl.replace(/uploads\/[^?]+/, new URL(other.uploadUrl).pathname.slice('/v1/media/'.length));
    const past = await ask();
    await plaza.database.asAdmin(`update publishing.media_uploads set expires_at = now() where id = '${idOf(past)}'`);
    for (const url of [changed, past.uploadUrl, uploadUrl.replace('signature=', 'signature=A')]) expect(await put(url, PICTURE)).toMatchObject({ status: 404, json: { code: 'media.upload_invalid' } });
  });

  it('are of types that a post can carry', async () => {
    for (const mimeType of ['text/html', 'image/svg+xml', 'application/javascript']) {
      expect((await plaza.send('POST', '/v1/media/upload', { filename: 'x', mimeType })).status).toBe(400);
    }
    expect((await plaza.send('POST', '/v1/media/upload', { filename: 'x', mimeType: 'video/mp4', sizeBytes: 100_001 })).json.code).toBe('media.too_large');
  });

  it('that no post names are deleted, the others stay', async () => {
    const unused = await ask();
    const used = await ask();
    const linked = await ask();
    for (const { uploadUrl } of [unused, used, linked]) await put(uploadUrl, PICTURE);
    const accountId = await plaza.connectAccount('bluesky', 'keeper');
    const scheduledFor = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString();
    await plaza.send('POST', '/v1/posts', { content: 'Kept', platforms: [{ platform: 'bluesky', accountId }], mediaItems: [{ type: 'image', url: used.publicUrl }], scheduledFor });
    const credentials = { publicationId: 'pub_00000000-0000-4000-8000-00000000cafe', apiKey: 'key' };
    const newsletter = (await plaza.send('POST', '/v1/connect/beehiiv/credentials', { credentials })).json.integration.id;
    const options = { title: 'Shown from here' };
    await plaza.send('POST', '/v1/posts', { content: 'Linked', platforms: [{ platform: 'beehiiv', accountId: newsletter, platformSpecificData: options }], mediaItems: [{ type: 'image', url: linked.publicUrl }], scheduledFor });
    await plaza.database.asAdmin(`update publishing.media_uploads set expires_at = expires_at - interval '2 days'`);
    await plaza.plaza.publishing.uploads.sweep(1000);
    const statuses = () => Promise.all([unused, used, linked].map(({ publicUrl }) => statusOf(publicUrl)));
    expect(await statuses()).toEqual([404, 200, 200]);
    expect(await readdir(plaza.mediaFolder)).not.toContain(idOf(unused));
    // beehiiv keeps no copies of what its posts show.
    await plaza.database.asAdmin(`update publishing.media_uploads set expires_at = expires_at - interval '60 days'`);
    await plaza.plaza.publishing.uploads.sweep(1000);
    expect(await statuses()).toEqual([404, 404, 200]);
  });
});

it('uploads to a bucket go there, at an address that is bound to type, size and bytes', async () => {
  const endpoint = 'http://store.example:9000';
  const plaza = await startTestPlaza({ PLAZA_S3_BUCKET: 'bucket', PLAZA_S3_ENDPOINT: endpoint, PLAZA_S3_ACCESS_KEY_ID: 'id', PLAZA_S3_SECRET_ACCESS_KEY: 'secret' });
  const { json } = await plaza.send('POST', '/v1/media/upload', { filename: 'a.jpg', mimeType: 'image/jpeg', sizeBytes: 5, sha256: sha256(Buffer.from('bytes')) });
  const url = new URL(json.data.uploadUrl);
  expect(url.origin).toBe(endpoint);
  expect(url.searchParams.get('X-Amz-SignedHeaders')?.split(';')).toEqual(expect.arrayContaining(['content-length', 'content-type', 'x-amz-checksum-sha256']));
  expect(json.data.headers).toEqual({ 'content-type': 'image/jpeg', 'x-amz-checksum-sha256': createHash('sha256').update('bytes').digest('base64') });
  await plaza.stop();
}, 60_000);
