import { openAddress, type CallContext, type Publication } from '../kit/index.ts';
import { fileOf, mediaFile, Testbed, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { multipartOf } from '../kit/simulation/index.ts';
import { pinterest } from './index.ts';
import { bytesOf, jsonSent, pathSent } from './sent.spec-support.ts';
import { simulatePinterest } from './simulator.ts';
import { boardIdOf } from './simulator/world.ts';

const { publish } = pinterest;
const HOUR_MS = 3_600_000;
const options = { boardId: boardIdOf('jane', 0) };

let bed: Testbed;
let jane: Connected;
beforeEach(async () => {
  bed = await Testbed.open(pinterest, simulatePinterest({ processingMs: 30_000 }));
  jane = await bed.connectByOAuth('jane');
});
afterEach(() => bed.close());

const video = (more = {}) => mediaFile({ type: 'video', sizeBytes: 5000, ...more });
const example = (more: Partial<Example> = {}): Example => ({ text: 'A video', media: [video()], options, ...more });
const since = (before: number): string[] => bed.exchanges.slice(before).map(({ request }) => pathSent(request));
const REGISTER = 'POST /api/v5/media';
const UPLOAD = 'POST /upload/';
const STATUS = 'GET /api/v5/media/#';
const LIST = 'GET /api/v5/boards/#/pins';
const PIN = 'POST /api/v5/pins';

/** Runs `prepare` until it has saved `count` checkpoints, as a worker that is killed then. */
const killedAfter = async (publication: Publication, count: number): Promise<Publication['checkpoint']> => {
  const saved: Publication['checkpoint'][] = [];
  const save = async (checkpoint: Publication['checkpoint']): Promise<void> => {
    saved.push(structuredClone(checkpoint));
    if (saved.length === count) throw new Error('killed');
  };
  await publish.prepare?.(bed.context(), publication, save).catch(() => undefined);
  return saved.at(-1) ?? {};
};
/** One round of `prepare`; what it saved last, and what it said. */
const prepareOnce = async (publication: Publication) => {
  let { checkpoint } = publication;
  const said = await publish.prepare?.(bed.context(), publication, async (saved) => void (checkpoint = structuredClone(saved)));
  return { said, next: { ...publication, checkpoint } };
};

describe('a video', () => {
  it('is registered, sent to the store with its form and without the token, followed to its end, and pinned', async () => {
    const before = bed.exchanges.length;
    const media = [video()];
    expect(await bed.publish(jane, example({ media }))).toMatchObject({ kind: 'published' });
    expect(since(before)).toEqual([LIST, REGISTER, UPLOAD, ...[STATUS, STATUS, STATUS], LIST, PIN]);
    const [, register, upload] = bed.exchanges.slice(before);
    expect(await jsonSent(register?.request)).toEqual({ media_type: 'video' });
    expect(Object.keys(upload?.request.headers ?? {})).toEqual(['content-type']);
    const headers = upload?.request.headers ?? {};
    const parts = multipartOf({ method: 'POST', host: '', path: '', query: new URLSearchParams(), headers, body: await bytesOf(upload?.request ?? {}) }) ?? [];
    expect(parts.map(({ name }) => name)).toEqual(['x-amz-date', 'x-amz-signature', 'x-amz-security-token', 'x-amz-algorithm', 'key', 'policy', 'x-amz-credential', 'Content-Type', 'file']);
    expect(Buffer.from(parts.at(-1)?.bytes ?? [])).toEqual(Buffer.from((await media[0]?.bytes()) ?? []));
    const pin = await jsonSent(bed.visibleRequests()[0]);
    expect(pin).toMatchObject({ media_source: { source_type: 'video_id', media_id: expect.stringMatching(/^\d+$/), cover_image_key_frame_time: 0 } });
  });

  it('is not uploaded for a board that is not there', async () => {
    const before = bed.exchanges.length;
    expect(await bed.publish(jane, example({ options: { boardId: boardIdOf('joe', 0) } }))).toMatchObject({ kind: 'refused', category: 'content_rejected', message: 'Board not found.' });
    expect(since(before)).toEqual([LIST]);
  });

  it.each([
    [1, [STATUS, UPLOAD]],
    [2, []],
  ])('goes on after a kill behind checkpoint %s, and is registered once', async (count, first) => {
    const publication = bed.publication(jane, example());
    const checkpoint = await killedAfter(publication, count);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before)).toEqual([...first, STATUS, STATUS, STATUS, LIST, PIN]);
    expect(since(0).filter((path) => path === REGISTER)).toHaveLength(1);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('is not sent again when only the word of the store was lost', async () => {
    const publication = bed.publication(jane, example());
    const checkpoint = await killedAfter(publication, 1);
    // The file arrives, and its answer does not.
    await bed.fault('upload', { kind: 'drop_after' });
    const { said, next } = await prepareOnce({ ...publication, checkpoint });
    expect(said).toMatchObject({ kind: 'refused', category: 'transient' });
    const before = bed.exchanges.length;
    expect((await prepareOnce(next)).said).not.toHaveProperty('checkpoint.video.form');
    expect(await bed.publishPart(next)).toMatchObject({ kind: 'published' });
    expect(since(before)).not.toContain(UPLOAD);
    expect(since(before).slice(-2)).toEqual([LIST, PIN]);
  });

  it('keeps its form sealed in the checkpoint, and nothing of it once it is sent', async () => {
    const publication = bed.publication(jane, example());
    const checkpoint = (await killedAfter(publication, 1)) as { video: { mediaId: string; form: string } };
    expect(JSON.stringify(checkpoint)).not.toMatch(/policy|signature|upload\//);
    const { mediaId, form } = checkpoint.video;
    expect(JSON.parse(openAddress(jane.credential, mediaId, form) ?? '')).toMatchObject({ fields: { policy: expect.any(String) } });
    const { said } = await prepareOnce(publication);
    expect(said).toMatchObject({ kind: 'wait', checkpoint: { video: { uploadedAtMs: bed.nowMs } } });
    expect(said).not.toHaveProperty('checkpoint.video.form');
  });

  it('is registered anew where another token came before it was sent', async () => {
    const publication = bed.publication(jane, example());
    const checkpoint = await killedAfter(publication, 1);
    const { credential } = await bed.connectByOAuth('jane');
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, credential, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before).slice(0, 3)).toEqual([STATUS, REGISTER, UPLOAD]);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('is registered anew when its form has run out, or Pinterest has forgotten it', async () => {
    const publication = bed.publication(jane, example());
    const checkpoint = await killedAfter(publication, 1);
    await bed.pass(2 * HOUR_MS);
    const { said, next } = await prepareOnce({ ...publication, checkpoint });
    expect(said).toMatchObject({ kind: 'refused', category: 'transient', code: 'AccessDenied', httpStatus: 403 });
    expect(next.checkpoint).toEqual({});
    for (const given of [checkpoint, await killedAfter(publication, 2)]) {
      const strange = structuredClone(given) as { video: { mediaId: string } };
      strange.video.mediaId = '999999999999999999';
      const begun = await prepareOnce({ ...publication, checkpoint: strange });
      expect(await bed.publishPart(begun.next)).toMatchObject({ kind: 'published' });
    }
  });

  it('is uploaded anew when it was prepared a day ago', async () => {
    const publication = await bed.prepare(bed.publication(jane, example()));
    if ('kind' in publication) throw new Error(publication.message);
    await bed.pass(21 * HOUR_MS);
    expect(await publish.submit(bed.context(), publication)).toMatchObject({ kind: 'unsent' });
    const before = bed.exchanges.length;
    expect(await bed.publishPart(publication)).toMatchObject({ kind: 'published' });
    expect(since(before).slice(0, 3)).toEqual([LIST, REGISTER, UPLOAD]);
  });

  it('that is none is refused, and another try begins anew', async () => {
    const publication = bed.publication(jane, example({ media: [fileOf(Buffer.from('no video at all'), { type: 'video' })] }));
    expect(await bed.prepare(publication)).toMatchObject({ kind: 'refused', category: 'media_rejected', code: 'processing_failed' });
    const checkpoint = await killedAfter(publication, 2);
    await bed.pass(60_000);
    expect((await prepareOnce({ ...publication, checkpoint })).next.checkpoint).toEqual({});
  });

  it('is not waited for without end', async () => {
    const publication = bed.publication(jane, example({ media: [fileOf(Buffer.from('endless'), { type: 'video' })] }));
    const { next } = await prepareOnce(publication);
    await bed.pass(HOUR_MS - 1000);
    expect((await prepareOnce(next)).said).toMatchObject({ kind: 'wait', retryInMs: 20_000 });
    await bed.pass(1000);
    const late = await prepareOnce(next);
    expect(late.said).toMatchObject({ kind: 'refused', category: 'platform_error', code: 'processing_deadline' });
    expect(late.next.checkpoint).toEqual({});
  });

  it('that the store does not take is refused by its word', async () => {
    const { said, next } = await withStore(413, '<Error><Code>EntityTooLarge</Code><Message>Too large</Message></Error>');
    expect(said).toMatchObject({ kind: 'refused', category: 'media_rejected', code: 'EntityTooLarge', message: 'Too large' });
    expect(next.checkpoint).toEqual({});
    const slow = await withStore(400, '<Error><Code>RequestTimeout</Code><Message>Slow</Message></Error>');
    expect(slow.said).toMatchObject({ kind: 'refused', category: 'transient', code: 'RequestTimeout' });
    expect(slow.next.checkpoint).toMatchObject({ video: { form: expect.any(String) } });
    const busy = await withStore(503, '');
    expect(busy.said).toMatchObject({ kind: 'refused', category: 'transient', code: '503' });
    expect(busy.next.checkpoint).toMatchObject({ video: { form: expect.any(String) } });
  });

  it('goes to Pinterest’s own bucket and nowhere else', async () => {
    const good = 'https://pinterest-media-upload.s3-accelerate.amazonaws.com/';
    expect(await sentLive(good)).toEqual([good]);
    expect(await sentLive('https://pinterest-media-upload.s3.us-east-1.amazonaws.com/')).toHaveLength(1);
    for (const strange of [
      'http://pinterest-media-upload.s3-accelerate.amazonaws.com/',
      'https://pinterest-media-upload.s3-accelerate.amazonaws.com:8443/',
      'https://me@pinterest-media-upload.s3-accelerate.amazonaws.com/',
      'https://evil.s3-accelerate.amazonaws.com/',
      'https://pinterest-media-upload.s3-accelerate.amazonaws.com.evil.example/',
      'https://evil.example/pinterest-media-upload.s3.amazonaws.com',
      'no address',
    ])
      expect([strange, await sentLive(strange)]).toEqual([strange, []]);
  });
});

describe('a cover', () => {
  const cover = () => mediaFile({ type: 'image', mimeType: 'image/png', sizeBytes: 100 });
  const sourceSent = async (): Promise<unknown> => ((await jsonSent(bed.visibleRequests().at(-1))) as { media_source: unknown }).media_source;

  it('is the thumbnail, an image of its own before it, or a second of the video', async () => {
    const [thumbnail, own] = [cover(), cover()];
    const media = [{ ...video(), thumbnail: thumbnail.url }];
    expect(bed.attachmentsOf({ text: '', media, options })).toMatchObject([{ path: 'mediaItems[0].thumbnail', url: thumbnail.url }]);
    expect(bed.attachmentsOf({ text: '', media, options: { ...options, coverImageUrl: own.url } })).toMatchObject([{ path: 'platformSpecificData.coverImageUrl', url: own.url }]);
    expect(bed.attachmentsOf({ text: '', media: [cover()], options })).toEqual([]);
    await bed.publish(jane, example({ media, attachments: { 'mediaItems[0].thumbnail': thumbnail } }));
    const data = async (file: typeof own) => ({ source_type: 'video_id', media_id: expect.any(String), cover_image_content_type: 'image/png', cover_image_data: Buffer.from(await file.bytes()).toString('base64') });
    expect(await sourceSent()).toEqual(await data(thumbnail));
    await bed.publish(jane, example({ attachments: { 'platformSpecificData.coverImageUrl': own }, options: { ...options, coverImageUrl: own.url } }));
    expect(await sourceSent()).toEqual(await data(own));
    await bed.publish(jane, example({ options: { ...options, coverImageSecs: 3 } }));
    expect(await sourceSent()).toEqual({ source_type: 'video_id', media_id: expect.any(String), cover_image_key_frame_time: 3 });
  });
});

/** Prepares with a store that answers so. */
async function withStore(status: number, body: string) {
  const context = bed.context();
  const store: CallContext = {
    ...context,
    http: { send: async (request) => (request.url.includes('/upload/') ? { kind: 'response', status, headers: {}, body: Buffer.from(body) } : context.http.send(request)) },
  };
  const publication = bed.publication(jane, example());
  let { checkpoint } = publication;
  const said = await publish.prepare?.(store, publication, async (saved) => void (checkpoint = structuredClone(saved)));
  return { said, next: { ...publication, checkpoint } };
}

/** Where a file goes in live mode when Pinterest names this address. */
async function sentLive(uploadUrl: string): Promise<readonly string[]> {
  const urls: string[] = [];
  const context: CallContext = {
    ...bed.context(),
    isSandbox: false,
    http: {
      send: async ({ url }) => {
        if (!url.includes('/v5/')) urls.push(url);
        const body = JSON.stringify({ items: [], media_id: '1', media_type: 'video', upload_url: uploadUrl, upload_parameters: { key: 'k' } });
        return { kind: 'response', status: 201, headers: {}, body: Buffer.from(body) };
      },
    },
  };
  await publish.prepare?.(context, bed.publication(jane, example()), async () => undefined);
  return urls;
}
