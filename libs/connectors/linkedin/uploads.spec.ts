import { openAddress, sealAddress, type CallContext, type HttpRequest, type Publication } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { uploadAddress } from './assets.ts';
import { linkedin } from './index.ts';
import { simulateLinkedIn } from './simulator.ts';

const { publish } = linkedin;
const PART = 30_000;
const HOUR_MS = 3_600_000;

let bed: Testbed;
let member: Connected;
let company: Connected;
beforeEach(async () => {
  bed = await Testbed.open(linkedin, simulateLinkedIn({ partBytes: PART, processingMs: 7_000 }));
  member = await bed.connectByOAuth('jane', { scopes: ['openid', 'profile', 'w_member_social'] });
  company = await bed.connectByOAuth('pages_jane', { choose: ({ metadata }) => metadata['type'] === 'organization' });
});
afterEach(() => bed.close());

const video = (more = {}) => mediaFile({ type: 'video', sizeBytes: 80_000, ...more });
const picture = (more = {}) => mediaFile({ type: 'image', ...more });
const shortened = ({ method, url }: HttpRequest): string => {
  const { pathname, searchParams } = new URL(url);
  const action = searchParams.get('action');
  return `${method} ${pathname.replace(/^\/linkedin\/(?:api|web)/, '').replace(/dms-uploads\/[^/]+/, 'dms-uploads').replace(/urn%3A.*/, 'urn')}${action === null ? '' : ` ${action}`}`;
};
const since = (before: number): string[] => bed.exchanges.slice(before).map(({ request }) => shortened(request));
const puts = (before = 0): HttpRequest[] => bed.exchanges.slice(before).flatMap(({ request }) => (request.method === 'PUT' ? [request] : []));

/** Runs `prepare` until it has saved `count` checkpoints, as a worker that is killed then. */
const killedAfter = async (publication: Publication, count: number): Promise<Publication['checkpoint']> => {
  const saved: Publication['checkpoint'][] = [];
  await publish
    .prepare?.(bed.context(), publication, async (checkpoint) => {
      saved.push(structuredClone(checkpoint));
      if (saved.length === count) throw new Error('killed');
    })
    .catch(() => undefined);
  return saved.at(-1) ?? {};
};

describe('a video', () => {
  it('goes in the parts that LinkedIn asks for, without the token, and is followed to its end', async () => {
    const before = bed.exchanges.length;
    expect(await bed.publish(company, { text: 'V', media: [video()] })).toMatchObject({ kind: 'published' });
    const status = 'GET /rest/videos/urn';
    expect(since(before)).toEqual([
      'POST /rest/videos initializeUpload',
      ...[0, 1, 2].map((part) => `PUT /dms-uploads/uploadedVideo/${part}`),
      'POST /rest/videos finalizeUpload',
      ...[status, status, status],
      'POST /rest/posts',
    ]);
    expect(puts(before).map(({ headers }) => headers)).toEqual([0, 1, 2].map(() => ({ 'content-type': 'application/octet-stream' })));
    expect(puts(before).map(({ body }) => (body as { sizeBytes: number }).sizeBytes)).toEqual([30_000, 30_000, 20_000]);
    const finalize = bed.exchanges.find(({ request }) => request.url.includes('finalizeUpload'));
    const { uploadedPartIds } = (JSON.parse(String(finalize?.request.body)) as { finalizeUploadRequest: { uploadedPartIds: string[] } }).finalizeUploadRequest;
    expect(uploadedPartIds).toEqual([expect.stringMatching(/^[\w-]+$/), expect.any(String), expect.any(String)]);
  });

  it.each([
    [1, ['PUT', 'PUT', 'PUT', 'POST']],
    [2, ['PUT', 'PUT', 'POST']],
    [3, ['PUT', 'POST']],
    [4, ['POST']],
    [5, ['POST']],
    [6, []],
  ])('goes on after a kill behind checkpoint %s, part by part', async (count, methods) => {
    const publication = bed.publication(company, { text: 'V', media: [video()] });
    const checkpoint = await killedAfter(publication, count);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(bed.exchanges.slice(before, -1).flatMap(({ request: { method } }) => (method === 'GET' ? [] : [method]))).toEqual(methods);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('is not finalized twice when the answer was lost', async () => {
    const publication = bed.publication(company, { text: 'V', media: [video()] });
    const checkpoint = await killedAfter(publication, 5);
    await bed.fault('upload', { kind: 'drop_after' });
    expect(await publish.prepare?.(bed.context(), { ...publication, checkpoint }, async () => undefined)).toMatchObject({ kind: 'refused', category: 'transient' });
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before).filter((call) => call.startsWith('POST'))).toEqual(['POST /rest/videos finalizeUpload', 'POST /rest/posts']);
  });

  it('is not taken for finalized when LinkedIn says no', async () => {
    const publication = bed.publication(company, { text: 'V', media: [video()] });
    const checkpoint = { assets: ((await killedAfter(publication, 5)) as { assets: object[] }).assets.map((asset) => ({ ...asset, etags: ['a', 'b', 'c'] })) };
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before).slice(0, 3)).toEqual(['POST /rest/videos finalizeUpload', 'GET /rest/videos/urn', 'POST /rest/videos initializeUpload']);
    await bed.fault('upload', { kind: 'refuse', error: 'updating_failed' });
    expect(await bed.publishPart({ ...publication, content: { ...publication.content, text: 'W' } })).toMatchObject({ kind: 'refused', category: 'media_rejected' });
  });

  it('is begun anew without another try when the addresses are about to be over', async () => {
    await bed.close();
    bed = await Testbed.open(linkedin, simulateLinkedIn({ partBytes: PART, uploadLifeMs: HOUR_MS }));
    const hasty = await bed.connectByOAuth('jane');
    const publication = bed.publication(hasty, { text: 'V', media: [video()] });
    const checkpoint = await killedAfter(publication, 2);
    await bed.pass(HOUR_MS - 30_000);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before)[0]).toBe('POST /rest/videos initializeUpload');
  });

  it('is begun anew when LinkedIn has lost it, or its addresses are over', async () => {
    const publication = bed.publication(company, { text: 'V', media: [video()] });
    const half = await killedAfter(publication, 2);
    const lost = structuredClone(half) as { assets: { urn: string; parts: { url: string }[] }[] };
    for (const { urn, parts } of lost.assets) {
      for (const part of parts) part.url = sealAddress(company.credential, urn, (openAddress(company.credential, urn, part.url) ?? '').replace(/dms-uploads\/[^/]+/, 'dms-uploads/gone'));
    }
    expect(await bed.publishPart({ ...publication, checkpoint: { ...lost } })).toMatchObject({ kind: 'published' });
    await bed.pass(25 * HOUR_MS);
    const before = bed.exchanges.length;
    const again = { ...publication, content: { ...publication.content, text: 'W' }, checkpoint: half };
    expect(await bed.publishPart(again)).toMatchObject({ kind: 'published' });
    expect(since(before)[0]).toBe('POST /rest/videos initializeUpload');
  });

  it('leaves no address in the clear behind, and is begun anew where another token came', async () => {
    const cover = picture();
    const example = { text: 'V', media: [{ ...video(), thumbnail: cover.url }], attachments: { 'mediaItems[0].thumbnail': cover } };
    const publication = bed.publication(company, example);
    const checkpoint = await killedAfter(publication, 2);
    expect(JSON.stringify(checkpoint)).not.toContain('dms-uploads');
    const again = await bed.connectByOAuth('pages_jane', { choose: ({ metadata }) => metadata['type'] === 'organization' });
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, credential: again.credential, checkpoint })).toMatchObject({ kind: 'published' });
    expect(since(before)[0]).toBe('POST /rest/videos initializeUpload');
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('that is none is told as a rejected medium, once and for all', async () => {
    const file = { ...picture({ sizeBytes: 80_000 }), type: 'video' as const, mimeType: 'video/mp4', durationMs: 5000 };
    const before = bed.exchanges.length;
    expect(await bed.publish(company, { text: 'V', media: [file] })).toMatchObject({ kind: 'refused', category: 'media_rejected', message: expect.stringContaining('decoded') });
    expect(since(before).filter((call) => call.endsWith('initializeUpload'))).toHaveLength(1);
    expect(await bed.ledger()).toEqual([]);
  });

  it('gets its cover before it is finalized; a refused one is a warning', async () => {
    const cover = picture();
    const example = { text: 'V', media: [{ ...video(), thumbnail: cover.url }], attachments: { 'mediaItems[0].thumbnail': cover } };
    const ended = await bed.publish(company, example);
    expect(ended).toMatchObject({ kind: 'published', parts: [expect.not.objectContaining({ warning: expect.anything() })] });
    expect(puts().at(-1)?.headers).toEqual({ 'content-type': 'application/octet-stream', 'media-type-family': 'STILLIMAGE' });
    const broken = { ...example, text: 'W', attachments: { 'mediaItems[0].thumbnail': mediaFile({ type: 'document' }) } };
    expect(await bed.publish(company, broken)).toMatchObject({ kind: 'published', parts: [{ warning: expect.stringContaining('cover') }] });
  });
});

describe('pictures and documents', () => {
  it('go with the token, and are waited for', async () => {
    const before = bed.exchanges.length;
    expect(await bed.publish(company, { text: 'P', media: [picture()] })).toMatchObject({ kind: 'published' });
    expect(puts(before)[0]?.headers).toMatchObject({ authorization: `Bearer ${company.credential.accessToken.reveal()}`, 'content-type': 'image/jpeg' });
    expect(since(before).filter((call) => call.startsWith('GET')).length).toBeGreaterThan(1);
  });

  it('of members get a while where LinkedIn does not tell how far they are', async () => {
    for (const example of [{ text: 'P', media: [picture()] }, { text: 'D', media: [mediaFile({ type: 'document' })], options: { documentTitle: 'T' } }]) {
      const before = bed.exchanges.length;
      const startedMs = bed.nowMs;
      expect(await bed.publish(member, example)).toMatchObject({ kind: 'published' });
      expect(since(before).filter((call) => call.startsWith('GET'))).toHaveLength(1);
      expect(bed.nowMs - startedMs).toBe(15_000);
    }
  });

  it('that come too early all the same are refused by LinkedIn as such, and tried again', async () => {
    await bed.close();
    bed = await Testbed.open(linkedin, simulateLinkedIn({ processingMs: 60_000 }));
    const slow = await bed.connectByOAuth('jane', { scopes: ['openid', 'profile', 'w_member_social'] });
    const ready = await bed.prepare(bed.publication(slow, { text: 'P', media: [picture()] }));
    if ('kind' in ready) throw new Error(ready.message);
    expect(await publish.submit(bed.context(), ready)).toMatchObject({ kind: 'refused', category: 'transient', code: 'MEDIA_ASSET_PROCESSING' });
    await bed.pass(60_000);
    expect(await publish.submit(bed.context(), ready)).toMatchObject({ kind: 'published' });
  });

  it('are not uploaded twice after a kill', async () => {
    const publication = bed.publication(company, { text: 'Two', media: [picture(), picture()] });
    const checkpoint = await killedAfter(publication, 1);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(puts(before)).toHaveLength(1);
  });

  it('are not posted when they are not there, or too old', async () => {
    const publication = bed.publication(company, { text: 'P', media: [picture()] });
    expect(await publish.submit(bed.context(), publication)).toMatchObject({ kind: 'unsent' });
    const ready = await bed.prepare(publication);
    if ('kind' in ready) throw new Error(ready.message);
    await bed.pass(21 * HOUR_MS);
    expect(await publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unsent' });
  });

  it('are refused as media when their upload is', async () => {
    await bed.fault('upload', { kind: 'refuse', error: 'invalid_value' });
    expect(await bed.publish(company, { text: 'P', media: [picture()] })).toMatchObject({ kind: 'refused', category: 'media_rejected' });
  });
});

describe('addresses to upload to', () => {
  const live: Pick<CallContext, 'isSandbox' | 'hosts' | 'publicHosts'> = { isSandbox: false, hosts: linkedin.manifest.hosts, publicHosts: linkedin.manifest.hosts };
  const at = (context: typeof live, url: string) => uploadAddress({ ...context, http: { send: () => Promise.reject(new Error('nothing is sent')) }, nowMs: 0 }, url);
  it.each(['https://www.linkedin.com/dms-uploads/a?b=c', 'https://api.linkedin.com/x', 'https://dms.licdn.com/x'])('%s is LinkedIn’s', (url) => expect(at(live, url)).toBe(url));
  it.each([
    'http://www.linkedin.com/x',
    'https://linkedin.com.evil.example/x',
    'https://evillinkedin.com/x',
    'https://www.linkedin.com@evil.example/x',
    'https://user@www.linkedin.com/x',
    'https://www.linkedin.com:8443/x',
    'https://127.0.0.1/x',
    'nonsense',
  ])('%s gets no token', (url) => expect(at(live, url)).toBeUndefined());
});
