import { openAddress, type HttpRequest, type Publication } from '../kit/index.ts';
import { Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { answering, answerOf, film, killedAfter, LOST } from './film.spec-support.ts';
import { tiktok } from './index.ts';
import { simulateTikTok, tiktokSimulator } from './simulator.ts';
import { uploadAddress } from './upload.ts';

const SIZE = 35_000_123;
const MINUTE_MS = 60_000;
const { publish } = tiktok;

let bed: Testbed;
let connected: Connected;
const openBed = async (options: Parameters<typeof simulateTikTok>[0] = {}): Promise<void> => {
  bed = await Testbed.open(tiktok, simulateTikTok(options));
  connected = await bed.connectByOAuth('jane');
};
beforeEach(() => openBed());
afterEach(() => bed.close());

const publication = (more: { size?: number; text?: string; options?: object } = {}): Publication =>
  bed.publication(connected, { text: more.text ?? 'A film', media: [film(more.size ?? SIZE)], options: { ...more.options } });
const ready = async (given: Publication): Promise<Publication> => {
  const prepared = await bed.prepare(given);
  if ('kind' in prepared) throw new Error(`${prepared.code}: ${prepared.message}`);
  return prepared;
};
const prepare = (given: Publication, context = bed.context()) => publish.prepare?.(context, given, async () => undefined);
const shortened = ({ url }: HttpRequest): string => new URL(url).pathname.replace('/tiktok/api/v2/post/publish/', '');
const calls = (from = 0): string[] => bed.exchanges.slice(from).map(({ request }) => (request.method === 'PUT' ? (request.headers?.['content-range'] ?? '') : shortened(request)));
const range = (first: number, end: number, size = SIZE): string => `bytes ${first}-${end - 1}/${size}`;
const isInit = (request: HttpRequest): boolean => shortened(request) === 'video/init/';
const CHUNKS = [range(0, 10_000_000), range(10_000_000, 20_000_000), range(20_000_000, SIZE)];

describe('an upload', () => {
  it('asks for the creator, says what will come, and publishes with the last chunk only', async () => {
    const before = bed.exchanges.length;
    const given = await ready(publication());
    expect(calls(before)).toEqual(['creator_info/query/', 'video/init/', CHUNKS[0], CHUNKS[1]]);
    expect([await bed.ledger(), bed.visibleRequests()]).toEqual([[], []]);
    expect(await publish.submit(bed.context(), given)).toEqual({ kind: 'submitted', handle: given.checkpoint['publishId'], retryInMs: 5000 });
    expect(calls().at(-1)).toBe(CHUNKS[2]);
    expect(bed.visibleRequests()).toHaveLength(1);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('sends no token with the bytes, and their type', async () => {
    await publish.submit(bed.context(), await ready(publication()));
    const puts = bed.exchanges.flatMap(({ request }) => (request.method === 'PUT' ? [request] : []));
    expect(puts.map(({ headers }) => Object.keys(headers ?? {}))).toEqual(CHUNKS.map(() => ['content-type', 'content-range']));
    expect(puts.map(({ body }) => (body as { sizeBytes: number }).sizeBytes)).toEqual([10_000_000, 10_000_000, 15_000_123]);
    expect(puts[0]?.headers?.['content-type']).toBe('video/mp4');
  });

  it('keeps its handle before a byte is sent, and the address unreadable', async () => {
    const { checkpoint } = await killedAfter(bed, publication(), 1);
    expect(calls().at(-1)).toBe('video/init/');
    expect(checkpoint).toMatchObject({ publishId: expect.stringMatching(/^v_pub_file~/), offset: 0 });
    const answer = bed.exchanges.at(-1)?.outcome;
    const { data } = JSON.parse(answer?.kind === 'response' ? Buffer.from(answer.body).toString() : '') as { data: { upload_url: string } };
    const token = new URL(data.upload_url).searchParams.get('upload_token') ?? '';
    expect(token.length).toBeGreaterThan(10);
    expect(JSON.stringify(checkpoint)).not.toContain(token);
  });

  it.each([
    [1, CHUNKS],
    [2, CHUNKS.slice(1)],
    [3, CHUNKS.slice(2)],
  ])('goes on after a kill behind checkpoint %s in the same publication', async (stop, rest) => {
    const given = await killedAfter(bed, publication(), stop);
    const before = bed.exchanges.length;
    expect(await bed.publishPart(given)).toMatchObject({ kind: 'published' });
    const [first, ...more] = calls(before);
    expect([first, more.filter((call) => call.startsWith('bytes'))]).toEqual(['status/fetch/', rest]);
    expect(more).not.toContain('video/init/');
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('trusts TikTok’s word on the bytes more than its own note', async () => {
    const given = await killedAfter(bed, publication(), 1);
    const lost = answering(bed, ({ method }) => method === 'PUT', LOST, 'sends');
    expect(await prepare(given, lost)).toMatchObject({ kind: 'refused', category: 'transient' });
    const before = bed.exchanges.length;
    await ready(given);
    expect(calls(before)).toEqual(['status/fetch/', CHUNKS[1]]);
  });

  it('takes the next chunk only where TikTok took the one before for a part', async () => {
    const strange = answering(bed, ({ method }) => method === 'PUT', answerOf(201));
    expect(await prepare(publication(), strange)).toMatchObject({ kind: 'refused', category: 'transient', message: expect.stringContaining('one of several') });
    const mute = answering(bed, ({ method }) => method === 'PUT', answerOf(503));
    expect(await prepare(publication({ text: 'Another' }), mute)).toMatchObject({ kind: 'refused', category: 'transient', httpStatus: 503 });
  });

  it('is begun anew when its beginning was lost, which publishes nothing', async () => {
    const lost = answering(bed, isInit, LOST, 'sends');
    const given = publication();
    expect(await prepare(given, lost)).toMatchObject({ kind: 'refused', category: 'transient' });
    expect(await bed.publishPart(given)).toMatchObject({ kind: 'published' });
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('of one chunk has no bytes sent before', async () => {
    const before = bed.exchanges.length;
    await ready(publication({ size: 15_000_000 }));
    expect(calls(before)).toEqual(['creator_info/query/', 'video/init/']);
  });
});

describe('an address for the bytes', () => {
  it('that is about to be over is given up for a new upload', async () => {
    const given = await killedAfter(bed, publication(), 2);
    await bed.pass(56 * MINUTE_MS);
    const before = bed.exchanges.length;
    expect(await bed.publishPart(given)).toMatchObject({ kind: 'published' });
    expect(calls(before).slice(0, 4)).toEqual(['status/fetch/', 'creator_info/query/', 'video/init/', CHUNKS[0]]);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('that is over before its time is noted, with the reason', async () => {
    await bed.close();
    await openBed({ uploadLifeMs: MINUTE_MS });
    const given = await killedAfter(bed, publication(), 2);
    await bed.pass(2 * MINUTE_MS);
    let saved: Publication['checkpoint'] = {};
    const refused = await publish.prepare?.(bed.context(), given, async (checkpoint) => void (saved = structuredClone(checkpoint)));
    expect(refused).toMatchObject({ kind: 'refused', category: 'transient', code: '403', message: expect.stringContaining('within an hour') });
    expect(saved).toMatchObject({ publishId: given.checkpoint['publishId'] });
    expect(saved['address']).toBeUndefined();
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...given, checkpoint: saved })).toMatchObject({ kind: 'published' });
    expect(calls(before)).toContain('video/init/');
  });

  it('cannot be read with another token, so that the upload begins anew', async () => {
    const given = await ready(publication());
    await bed.pass(MINUTE_MS);
    const renewed = await bed.refresh(connected);
    if (renewed.kind !== 'granted') throw new Error('not renewed');
    const later = { ...given, credential: { ...connected.credential, accessToken: { reveal: () => renewed.grant.accessToken } } };
    expect(await publish.submit(bed.context(), later)).toMatchObject({ kind: 'unsent', reason: expect.stringContaining('address') });
    const before = bed.exchanges.length;
    expect(await bed.publishPart(later)).toMatchObject({ kind: 'published' });
    expect(calls(before)).toContain('video/init/');
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('is not used for the last chunk when it is too old', async () => {
    const given = await ready(publication({ size: 1000 }));
    await bed.pass(56 * MINUTE_MS);
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'unsent' });
    expect(bed.visibleRequests()).toEqual([]);
  });

  const live = { isSandbox: false, hosts: tiktok.manifest.hosts, publicHosts: tiktok.manifest.hosts };
  it.each(['https://open-upload.tiktokapis.com/video/?upload_id=1', 'https://upload.us.tiktokapis.com/video/?upload_id=1'])('%s is TikTok’s', (url) => expect(uploadAddress(live, url)).toBe(url));
  it.each([
    'http://open-upload.tiktokapis.com/video/',
    'https://tiktokapis.com.evil.example/video/',
    'https://eviltiktokapis.com/video/',
    'https://open-upload.tiktokapis.com@evil.example/video/',
    'https://user@open-upload.tiktokapis.com/video/',
    'https://open-upload.tiktokapis.com:8443/video/',
    'https://127.0.0.1/video/',
    'nonsense',
  ])('%s gets no bytes', (url) => expect(uploadAddress(live, url)).toBeUndefined());
  it('of a stranger is not followed', async () => {
    const body = JSON.stringify({ data: { publish_id: 'v_pub_file~1', upload_url: 'https://evil.example/video/' }, error: { code: 'ok', message: '', log_id: '' } });
    expect(await prepare(publication(), answering(bed, isInit, answerOf(200, body)))).toMatchObject({ kind: 'refused', category: 'transient', message: expect.stringContaining('not its own') });
    expect(calls().some((call) => call.startsWith('bytes'))).toBe(false);
  });
});

describe('an upload that TikTok has all of', () => {
  it('is not sent again when the answer to the last chunk was lost', async () => {
    const given = await ready(publication());
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'unknown' });
    const before = bed.exchanges.length;
    const again = await ready(given);
    expect(again.checkpoint['isSent']).toBe(true);
    expect(await publish.submit(bed.context(), again)).toMatchObject({ kind: 'submitted', handle: given.checkpoint['publishId'] });
    expect(calls(before)).toEqual(['status/fetch/']);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it.each([{ status: 'PUBLISH_COMPLETE' }, { status: 'SEND_TO_USER_INBOX' }, { status: 'PROCESSING_DOWNLOAD' }])('and has got on with, as %j says, is not begun anew', async (data) => {
    const given = await killedAfter(bed, publication(), 2);
    const before = bed.exchanges.length;
    const told = answering(bed, (request) => shortened(request) === 'status/fetch/', answerOf(200, JSON.stringify({ data, error: { code: 'ok' } })));
    expect(await prepare(given, told)).toMatchObject({ kind: 'ready', checkpoint: { isSent: true, publishId: given.checkpoint['publishId'] } });
    expect(calls(before)).toEqual([]);
  });

  it('is sent from where it broke off when the last chunk never came', async () => {
    const given = await ready(publication());
    await bed.fault('publish', { kind: 'drop_before' });
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'unknown' });
    const before = bed.exchanges.length;
    expect(await bed.publishPart(given)).toMatchObject({ kind: 'published' });
    expect(calls(before).slice(0, 2)).toEqual(['status/fetch/', CHUNKS[2]]);
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('is taken for sent where TikTok does not tell how much it has', async () => {
    const given = await ready(publication());
    const state = JSON.stringify({ data: { status: 'PROCESSING_UPLOAD' }, error: { code: 'ok' } });
    const mute = answering(bed, (request) => shortened(request) === 'status/fetch/', answerOf(200, state));
    expect(await prepare(given, mute)).toMatchObject({ kind: 'ready', checkpoint: { isSent: true } });
  });

  it('is not followed by another one while TikTok cannot be asked', async () => {
    const given = await ready(publication());
    for (const answer of [LOST, answerOf(500), answerOf(400, JSON.stringify({ error: { code: 'invalid_publish_id' } }))]) {
      const mute = answering(bed, (request) => shortened(request) === 'status/fetch/', answer);
      const before = calls().length;
      expect(await prepare(given, mute)).toMatchObject({ kind: 'refused' });
      expect(calls().slice(before)).toEqual([]);
    }
  });

  it('and has refused is told, or tried again where that may help', async () => {
    const failed = async (reason: string): Promise<Publication> => {
      const given = await ready(publication({ size: 1000, text: `Fails ${reason}` }));
      await publish.submit(bed.context(), given);
      await bed.pass(MINUTE_MS);
      return given;
    };
    expect(await prepare(await failed('spam_risk_text'))).toMatchObject({ kind: 'refused', category: 'content_rejected', code: 'spam_risk_text' });
    expect(await prepare(await failed('internal'))).toMatchObject({ kind: 'ready' });
    expect(calls().filter((call) => call === 'video/init/')).toHaveLength(3);
  });

  it.each([
    ['bytes 0-19999999/35000123', { kind: 'refused', category: 'transient', code: 'incomplete' }],
    ['bytes 0-35000122/35000123', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
  ])('or not, as 206 with the range %s says', async (given, expected) => {
    const outcome = { ...answerOf(206), headers: given === '' ? {} : { 'content-range': given } };
    expect(await publish.submit(answering(bed, ({ method }) => method === 'PUT', outcome), await ready(publication()))).toMatchObject(expected);
  });

  it('needs an upload', async () => {
    expect(await publish.submit(bed.context(), publication())).toMatchObject({ kind: 'unsent' });
    expect(await bed.prepare({ ...publication(), media: [{ ...film(5), type: 'video' }], checkpoint: { publishId: 'v_pub_file~none' } })).toMatchObject({ checkpoint: { publishId: expect.not.stringContaining('none') } });
  });
});

it('the simulator judges the order, sizes and types of chunks', async () => {
  await bed.close();
  bed = await Testbed.open(tiktok, tiktokSimulator);
  connected = await bed.connectByOAuth('jane');
  const given = await killedAfter(bed, publication(), 1);
  const url = uploadAddress(bed.context(), openAddress(connected.credential, String(given.checkpoint['publishId']), String(given.checkpoint['address'])) ?? '') ?? '';
  const put = async (first: number, end: number, more: { type?: string; total?: number; to?: string } = {}): Promise<number> => {
    const headers = { 'content-type': more.type ?? 'video/mp4', 'content-range': `bytes ${first}-${end - 1}/${more.total ?? SIZE}` };
    return (await fetch(more.to ?? url, { method: 'PUT', headers, body: Buffer.alloc(Math.min(end - first, 10_000_000)) })).status;
  };
  expect(await put(10_000_000, 20_000_000)).toBe(416);
  expect(await put(0, 5_000_000)).toBe(400);
  expect(await put(0, 10_000_000, { total: 10_000_000 })).toBe(400);
  expect(await put(0, 10_000_000, { type: 'application/octet-stream' })).toBe(400);
  expect(await put(0, 10_000_000, { to: url.replace(/upload_token=.*/, 'upload_token=x') })).toBe(404);
  expect(await put(0, 10_000_000)).toBe(206);
  expect(await put(0, 10_000_000)).toBe(416);
  await bed.pass(61 * MINUTE_MS);
  expect(await put(10_000_000, 20_000_000)).toBe(403);
});
