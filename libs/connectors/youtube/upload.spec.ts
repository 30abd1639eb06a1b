import type { CallContext, HttpOutcome, HttpRequest, MediaFile, Publication } from '../kit/index.ts';
import { fileOf, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { youtube } from './index.ts';
import { youtubeSimulator } from './simulator.ts';

const MIB = 1024 * 1024;
const SIZE = 20 * MIB + 5;
const { publish } = youtube;

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(youtube, youtubeSimulator);
  connected = await bed.connectByOAuth();
});
afterEach(() => bed.close());

/** A film whose bytes are made while they are read. */
function film(sizeBytes: number): MediaFile {
  const head = Buffer.from('\0\0\0\x18ftypisom', 'latin1');
  const file = fileOf(head, { type: 'video', sizeBytes });
  const stream = async (start = 0, end = sizeBytes) => ({
    sizeBytes: end - start,
    open: async function* () {
      let at = start;
      if (at < head.length) yield head.subarray(at, Math.min(head.length, end));
      for (at = Math.max(at, head.length); at < end; at += MIB) yield Buffer.alloc(Math.min(MIB, end - at), 1);
    },
  });
  return { ...file, stream, bytes: () => Promise.reject(new Error('Videos are not held in memory.')) };
}

const puts = (): readonly (string | undefined)[] => bed.exchanges.filter(({ request }) => request.method === 'PUT').map(({ request }) => request.headers?.['content-range']);
const opened = (): number => bed.exchanges.filter(({ request }) => request.method === 'POST' && request.url.includes('/upload/youtube/v3/videos')).length;
const publication = (sizeBytes = SIZE): Publication => bed.publication(connected, { text: 'A film', media: [film(sizeBytes)] });

/** Prepares until the `stop`th checkpoint, when the worker is killed: what was committed before is all that is left. */
async function killedAfter(stop: number): Promise<Publication> {
  const given = publication();
  let saved: Publication['checkpoint'] = {};
  let count = 0;
  const save = async (checkpoint: Publication['checkpoint']): Promise<void> => {
    saved = structuredClone(checkpoint);
    count += 1;
    if (count === stop) throw new Error('killed');
  };
  await expect(publish.prepare?.(bed.context(), given, save)).rejects.toThrow('killed');
  return { ...given, checkpoint: saved };
}

/** A context whose next answer to a request that fits is another one. */
function answering(fits: (request: HttpRequest) => boolean, outcome: HttpOutcome): CallContext {
  const context = bed.context();
  let isDone = false;
  return {
    ...context,
    http: {
      send: async (request) => {
        if (isDone || !fits(request)) return context.http.send(request);
        isDone = true;
        return outcome;
      },
    },
  };
}

async function ready(given: Publication): Promise<Publication> {
  const prepared = await bed.prepare(given);
  if ('kind' in prepared) throw new Error(prepared.message);
  return prepared;
}

const response = (status: number, headers: Record<string, string> = {}, body = ''): HttpOutcome => ({ kind: 'response', status, headers, body: Buffer.from(body) });

describe('an upload', () => {
  it('sends chunks of 8 MiB before, and makes the video with the last bytes only', async () => {
    const given = await ready(publication());
    expect(puts()).toEqual([`bytes 0-${8 * MIB - 1}/${SIZE}`, `bytes ${8 * MIB}-${16 * MIB - 1}/${SIZE}`]);
    expect(await bed.ledger()).toEqual([]);
    expect(bed.visibleRequests()).toEqual([]);
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'submitted' });
    expect(puts().at(-1)).toBe(`bytes ${16 * MIB}-${SIZE - 1}/${SIZE}`);
    expect(bed.visibleRequests()).toHaveLength(1);
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('goes on after a kill where YouTube has got to, in the same session', async () => {
    const given = await killedAfter(2);
    const before = puts().length;
    await publish.submit(bed.context(), await ready(given));
    expect(opened()).toBe(1);
    expect(puts().slice(before)).toEqual([`bytes */${SIZE}`, `bytes ${8 * MIB}-${16 * MIB - 1}/${SIZE}`, `bytes ${16 * MIB}-${SIZE - 1}/${SIZE}`]);
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('trusts the range of the session more than its own note', async () => {
    const given = await killedAfter(3);
    // The note says nothing was sent, while two chunks were.
    const behind = { ...given, checkpoint: { upload: { ...(given.checkpoint['upload'] as object), offset: 0 } } };
    const prepared = await ready(behind);
    expect(prepared.checkpoint).toMatchObject({ upload: { offset: 16 * MIB } });
  });
  it('begins anew when the session has expired, and tells so when that happens at the end', async () => {
    const given = await ready(publication());
    await bed.pass(8 * 24 * 3_600_000);
    const renewed = await bed.refresh(connected);
    if (renewed.kind !== 'granted') throw new Error('not renewed');
    const credential = { ...connected.credential, accessToken: { reveal: () => renewed.grant.accessToken } };
    const old = { ...given, credential };
    expect(await publish.submit(bed.context(), old)).toMatchObject({ kind: 'refused', category: 'transient', code: 'session_expired' });
    const fresh = await ready(old);
    expect(opened()).toBe(2);
    expect(await publish.submit(bed.context(), fresh)).toMatchObject({ kind: 'submitted' });
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('sends less than a chunk where YouTube took less than all of it, and does not go in circles', async () => {
    const short = answering(({ headers }) => headers?.['content-range']?.startsWith('bytes 0-') === true, response(308, {}));
    expect(await publish.prepare?.(short, publication(), async () => undefined)).toMatchObject({ kind: 'refused', category: 'transient' });
    const given = await ready(publication());
    const partly = answering(({ visible }) => visible === true, response(308, { range: `bytes=0-${16 * MIB - 1}` }));
    expect(await publish.submit(partly, given)).toMatchObject({ kind: 'refused', category: 'transient', code: 'incomplete', httpStatus: 308 });
  });
  it('does not take a redirect for a place to go on from', async () => {
    const given = await ready(publication(1000));
    const led = answering(({ visible }) => visible === true, response(308, { location: 'https://elsewhere.example/', range: 'bytes=0-9' }));
    expect(await publish.submit(led, given)).toMatchObject({ kind: 'unknown' });
  });
  it('keeps the token away from the host that an answer names', async () => {
    const led = answering(({ method }) => method === 'POST', response(200, { location: 'https://elsewhere.example/upload?upload_id=x&uploadType=resumable' }));
    await publish.prepare?.(led, publication(), async () => undefined);
    expect(bed.exchanges.every(({ request }) => request.url.startsWith(bed.url))).toBe(true);
  });
  it('tells what is wrong with the metadata before a byte is sent', async () => {
    const given = bed.publication(connected, { text: 'x', media: [film(1000)], options: { categoryId: '999' } });
    expect(await bed.prepare(given)).toMatchObject({ kind: 'refused', category: 'content_rejected', code: 'invalidCategoryId' });
    expect(puts()).toEqual([]);
  });
  it('opens another session after one that ended in a refusal, which it would repeat for ever', async () => {
    const given = await ready(publication(1000));
    const body = JSON.stringify({ error: { code: 400, message: 'Too many', errors: [{ reason: 'uploadLimitExceeded', message: 'Too many', domain: 'youtube.video' }] } });
    const context = answering(({ headers }) => headers?.['content-range'] === 'bytes */1000', response(400, { 'content-type': 'application/json' }, body));
    expect(await publish.prepare?.(context, given, async () => undefined)).toMatchObject({ kind: 'ready' });
    expect(opened()).toBe(2);
    const over = answering(({ headers }) => headers?.['content-range'] === 'bytes */1000', response(401, {}, JSON.stringify({ error: { code: 401, message: 'x', status: 'UNAUTHENTICATED' } })));
    expect(await publish.prepare?.(over, given, async () => undefined)).toMatchObject({ kind: 'refused', category: 'token_expired' });
  });
});

describe('an unknown outcome of an upload', () => {
  it('makes no second video when it is prepared and submitted again', async () => {
    const given = await ready(publication());
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'unknown' });
    const again = await ready(given);
    const outcome = await publish.submit(bed.context(), again);
    expect(outcome).toMatchObject({ kind: 'submitted', handle: (await bed.ledger())[0]?.postId });
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('is found in the list of uploads when the session has expired', async () => {
    const given = await ready(publication(1000));
    const dispatchedAtMs = bed.nowMs;
    await publish.submit(bed.context(), given);
    await bed.pass(2000);
    const expired = () => answering(({ method }) => method === 'PUT', response(404));
    const lookup = (one: Publication, attempt = {}) => publish.lookup?.(expired(), one, { dispatchedAtMs, taken: new Set(), ...attempt });
    expect(await lookup(given)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
    // Both the description and the title have to be the same.
    expect(await lookup({ ...given, content: { text: 'Another film', options: { title: 'A film' } } })).toEqual({ kind: 'absent' });
    expect(await lookup({ ...given, content: { text: 'A film', options: { title: 'Another film' } } })).toEqual({ kind: 'absent' });
    expect(await lookup(given, { dispatchedAtMs: dispatchedAtMs + 3_600_000 })).toEqual({ kind: 'absent' });
    expect(await lookup(given, { taken: new Set([(await bed.ledger())[0]?.postId]) })).toEqual({ kind: 'absent' });
    const unlisted = { ...given, account: { ...given.account, metadata: {} } };
    expect(await lookup(unlisted)).toMatchObject({ kind: 'inconclusive' });
  });
  it('says nothing while YouTube processes the video', async () => {
    const given = await ready(publication(1000));
    await publish.submit(bed.context(), given);
    expect(await bed.lookup(given)).toMatchObject({ kind: 'inconclusive' });
    await bed.pass(1000);
    expect(await bed.lookup(given)).toMatchObject({ kind: 'published' });
  });
  it('is absent without a session', async () => expect(await bed.lookup(publication())).toEqual({ kind: 'absent' }));
});
