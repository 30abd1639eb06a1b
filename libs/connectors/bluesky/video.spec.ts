import { mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import type { CallContext, MediaFile, Publication } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { simulateBluesky, type BlueskySimulatorOptions } from './simulator.ts';

const FIELDS = { identifier: 'alice.sandbox.example', password: 'abcd-efgh-ijkl-mnop' };
const PART_BYTES = 400;
const VIDEO_SERVICE = 'https://video.bsky.app';
const HOUR_MS = 3_600_000;

let bed: Testbed;
let connected: Connected;
const open = async (videos: BlueskySimulatorOptions['videos'] = {}, identifier = FIELDS.identifier) => {
  bed = await Testbed.open(bluesky, simulateBluesky({ videos: { partBytes: PART_BYTES, ...videos } }));
  connected = await bed.connectWith({ ...FIELDS, identifier });
};
afterEach(() => bed.close());

/** Three parts of video, of which nobody may ask for all bytes at once. */
const film = (name?: string): MediaFile => {
  const file = mediaFile({ type: 'video', sizeBytes: 1000 });
  return { ...file, ...(name === undefined ? {} : { filename: name }), bytes: () => Promise.reject(new Error('The whole file was read into memory.')) };
};
const publicationOf = (media: MediaFile = film(), checkpoint: Publication['checkpoint'] = {}): Publication => bed.publication(connected, { text: 'A video', media: [media] }, { checkpoint });
/** Methods of the calls so far, without the host, but with the number of a part. */
const calls = (): string[] =>
  bed.exchanges.map(({ request }) => {
    const url = new URL(request.url);
    return [url.pathname.split('/').at(-1)?.split('.').at(-1), url.searchParams.get('partNumber')].filter((word) => word !== null).join(' ');
  });
const uploads = (): string[] => calls().filter((name) => /upload(Part|Video|Blob)|startUpload|finishUpload/.test(name));
/** One run of the preparation, with what it saved. */
const run = async (publication: Publication, context: CallContext = bed.context()) => {
  const saved: Publication['checkpoint'][] = [];
  const save = async (checkpoint: Publication['checkpoint']): Promise<void> => void saved.push(JSON.parse(JSON.stringify(checkpoint)) as Publication['checkpoint']);
  const prepared = await bluesky.publish.prepare?.(context, publication, save).catch((error: unknown) => ({ kind: 'killed', error }) as const);
  return { prepared, saved };
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('a video on Bluesky', () => {
  it('goes to the video service in parts with tokens for it alone, is waited for, and is in the post as the service stored it', async () => {
    await open();
    bed.exchanges.length = 0;
    const file = film();
    const ended = await bed.publish(connected, { text: 'A video', media: [file], options: { altText: ['What is seen'] } });
    expect(ended.kind).toBe('published');
    const store = 'getServiceAuth';
    expect(calls()).toEqual([
      ...[store, 'getUploadLimits', store, 'startUpload', store, 'uploadPart 1', store, 'uploadPart 2', store, 'uploadPart 3', store, 'finishUpload'],
      ...['getJobStatus', 'getJobStatus', 'putRecord'],
    ]);
    const [record] = bed.visibleRequests().map(({ body }) => (JSON.parse(String(body)) as { record: { embed: object } }).record);
    expect(record?.embed).toMatchObject({ $type: 'app.bsky.embed.video', alt: 'What is seen', video: { $type: 'blob', mimeType: 'video/mp4' }, aspectRatio: { width: 1080, height: 1080 } });
    const asked = bed.exchanges.find(({ request }) => request.url.includes('startUpload'))?.request;
    expect(JSON.parse(String(asked?.body))).toMatchObject({ sizeBytes: file.sizeBytes, mimeType: 'video/mp4', name: file.filename, durationMs: 10_000, width: 1080, height: 1080 });
    const claims = claimsOf(asked?.headers?.['authorization'] ?? '');
    expect(claims).toMatchObject({ iss: connected.account.platformUserId, lxm: 'com.atproto.repo.uploadBlob', aud: `did:web:${encodeURIComponent(new URL(bed.url).host)}` });
    const account = connected.credential.accessToken.reveal();
    const told = bed.exchanges.filter(({ request }) => new URL(request.url).pathname.startsWith('/bluesky/video/') && JSON.stringify(request.headers ?? {}).includes(account));
    expect(told).toEqual([]);
  });

  it('is gone on with at the part that the service misses when a worker is killed', async () => {
    await open();
    const file = film();
    const killed = { ...file, stream: (start = 0, end = file.sizeBytes) => (start === PART_BYTES ? Promise.reject(new Error('killed')) : file.stream(start, end)) };
    const { prepared, saved } = await run(publicationOf(killed));
    expect(prepared?.kind).toBe('killed');
    bed.exchanges.length = 0;
    expect((await run(publicationOf(file, saved.at(-1)))).prepared?.kind).toBe('wait');
    expect(uploads()).toEqual(['uploadPart 2', 'uploadPart 3', 'finishUpload']);
  });

  it('is not sent again when the answer to its end was lost, nor while it is processed', async () => {
    await open();
    const file = film();
    const first = await run(publicationOf(file));
    const beforeFinish = first.saved.find((checkpoint) => JSON.stringify(checkpoint).includes('"upload"'));
    bed.exchanges.length = 0;
    const second = await run(publicationOf(file, beforeFinish));
    expect(second.prepared?.kind).toBe('wait');
    const killed = second.saved.at(-1);
    await bed.pass(HOUR_MS);
    const ready = await run(publicationOf(file, killed));
    expect(ready.prepared).toMatchObject({ kind: 'ready', checkpoint: { blobs: [{ $type: 'blob' }] } });
    expect(uploads()).toEqual([]);
    // The blob is as old as its making, however long that took.
    bed.exchanges.length = 0;
    await bed.pass(60_000);
    expect((await run(publicationOf(file, ready.saved.at(-1)))).prepared).toEqual(ready.prepared);
    expect(calls()).toEqual([]);
  });

  it.each([
    ['an upload that expired', { kind: 'upload', id: 'u', partBytes: PART_BYTES, begunAtMs: 0 }, HOUR_MS],
    ['an upload that the service does not know', { kind: 'upload', id: 'u', partBytes: PART_BYTES, begunAtMs: 0 }, 0],
  ] as const)('is begun anew after %s', async (_name, state, passedMs) => {
    await open();
    const file = film();
    const killed = { ...file, stream: () => Promise.reject(new Error('killed')) };
    const begun = (await run(publicationOf(killed))).saved.at(-1) ?? {};
    await bed.pass(passedMs);
    bed.exchanges.length = 0;
    expect((await run(publicationOf(file, passedMs === 0 ? { ...begun, video: state } : begun))).prepared?.kind).toBe('wait');
    expect(uploads()).toEqual(['startUpload', 'uploadPart 1', 'uploadPart 2', 'uploadPart 3', 'finishUpload']);
  });

  it('is waited for while the service puts its parts together, and begun anew when that never ends', async () => {
    await open();
    const file = film();
    const begun = (await run(publicationOf({ ...file, stream: () => Promise.reject(new Error('killed')) }))).saved.at(-1);
    const { http, ...context } = bed.context();
    const send: typeof http.send = async (request) => {
      const outcome = await http.send(request);
      if (outcome.kind !== 'response' || !request.url.includes('getUploadStatus')) return outcome;
      return { ...outcome, body: Buffer.from(Buffer.from(outcome.body).toString().replace('"created"', '"finishing"')) };
    };
    bed.exchanges.length = 0;
    expect((await run(publicationOf(file, begun), { ...context, http: { send } })).prepared?.kind).toBe('wait');
    expect(uploads()).toEqual([]);
    const { video } = begun as { video: object };
    await run(publicationOf(file, { ...begun, video: { ...video, begunAtMs: bed.nowMs - 3 * HOUR_MS } }), { ...context, http: { send } });
    expect(uploads()[0]).toBe('startUpload');
  });

  it('is begun anew when the service forgot its job, and given up when it never ends', async () => {
    await open();
    const file = film();
    const waiting = (await run(publicationOf(file))).saved.at(-1) ?? {};
    const forgotten = await run(publicationOf(file, { ...waiting, video: { kind: 'job', id: 'gone', uploadedAtMs: bed.nowMs } }));
    expect(forgotten.prepared).toMatchObject({ kind: 'refused', category: 'transient' });
    expect(forgotten.saved.at(-1)).not.toHaveProperty('video');
    const { video } = waiting as { video: object };
    const endless = await run(publicationOf(file, { ...waiting, video: { ...video, uploadedAtMs: bed.nowMs - 3 * HOUR_MS } }));
    expect(endless.prepared).toMatchObject({ kind: 'refused', category: 'media_rejected', code: 'processing_timeout' });
  });

  it('is one that the service has: its blob is taken and nothing processed again', async () => {
    await open({ takesParts: false });
    const file = film();
    const ready = await bed.prepare(publicationOf(file));
    bed.exchanges.length = 0;
    const again = await run(publicationOf(file));
    expect(bed.exchanges.at(-1)?.outcome).toMatchObject({ status: 409 });
    expect(again.prepared).toMatchObject({ kind: 'ready', checkpoint: { blobs: (ready as Publication).checkpoint['blobs'] } });
  });

  it('is sent as a whole to a service that takes no parts', async () => {
    await open({ takesParts: false });
    bed.exchanges.length = 0;
    const file = film();
    const { prepared, saved } = await run(publicationOf(file));
    expect(prepared?.kind).toBe('wait');
    expect(uploads()).toEqual(['startUpload', 'uploadVideo']);
    const url = new URL(bed.exchanges.at(-1)?.request.url ?? '');
    expect(Object.fromEntries(url.searchParams)).toEqual({ did: connected.account.platformUserId, name: file.filename });
    bed.exchanges.length = 0;
    await run(publicationOf(file, saved.at(-1)));
    expect(calls()).toEqual(['getJobStatus']);
  });

  it.each([
    ['validation_failure', 'media_rejected'],
    ['encoding_failure', 'media_rejected'],
    ['pds_upload_unsupported_blob_size', 'media_rejected'],
    ['generic_failure', 'media_rejected'],
    ['pds_upload_failure', 'transient'],
  ])('that fails with %s is refused as %s', async (code, category) => {
    await open();
    const file = film(`fails_${code}.mp4`);
    const waiting = await run(publicationOf(file));
    await bed.pass(10_000);
    const failed = await run(publicationOf(file, waiting.saved.at(-1)));
    expect(failed.prepared).toMatchObject({ kind: 'refused', category, code, message: 'Video failed to process' });
    bed.exchanges.length = 0;
    await run(publicationOf(file, failed.saved.at(-1) ?? waiting.saved.at(-1)));
    expect(uploads().includes('startUpload')).toBe(category === 'transient');
  });

  it.each([
    ['videos', { videos: 1, bytes: 1_000_000 }],
    ['bytes', { videos: 10, bytes: 1500 }],
  ])('waits without a byte sent when the %s of the day are used up', async (_name, daily) => {
    await open({ daily });
    expect(await bed.publish(connected, { text: 'One', media: [film()] })).toMatchObject({ kind: 'published' });
    bed.exchanges.length = 0;
    expect((await run(publicationOf())).prepared).toMatchObject({ kind: 'refused', category: 'quota_exhausted', untilMs: bed.nowMs + HOUR_MS });
    expect(uploads()).toEqual([]);
    await bed.pass(24 * HOUR_MS);
    connected = await bed.connectWith(FIELDS);
    expect((await run(publicationOf())).prepared?.kind).toBe('wait');
  });

  it('is refused without a byte sent to an account whose e-mail address is not confirmed', async () => {
    await open({}, 'unconfirmed.sandbox.example');
    expect((await run(publicationOf())).prepared).toMatchObject({ kind: 'refused', category: 'account_restricted', code: 'unconfirmed_email' });
    expect(uploads()).toEqual([]);
  });

  it.each<readonly [string, object, string]>([
    ['a service that does not answer', { kind: 'drop_before' }, 'transient'],
    ['a service at its capacity', { kind: 'refuse', error: 'service_overloaded' }, 'transient'],
    ['a wrong shape', { kind: 'refuse', error: 'bad_aspect_ratio' }, 'media_rejected'],
    ['an allowance that ended meanwhile', { kind: 'refuse', error: 'daily_limit_exceeded' }, 'quota_exhausted'],
    ['too many uploads at once', { kind: 'refuse', error: 'too_many_open_uploads' }, 'rate_limited'],
    ['garbage', { kind: 'malformed' }, 'transient'],
  ])('is refused for %s', async (_name, fault, category) => {
    await open();
    await bed.fault('upload', fault as Parameters<Testbed['fault']>[1]);
    expect((await run(publicationOf())).prepared).toMatchObject({ kind: 'refused', category });
  });
});

describe('a video at servers of others', () => {
  beforeEach(() => open());
  /** The real network's names in front of the sandbox, whose service knows none of them. */
  const at = (pds: string, video = bed.context().hosts['video'] ?? ''): CallContext => {
    const { http, hosts, ...context } = bed.context();
    const inside = (url: string): string => url.replace(VIDEO_SERVICE, video).replace(pds, hosts['pds'] ?? '');
    return { ...context, isSandbox: false, hosts: { pds, video: VIDEO_SERVICE }, http: { send: (request) => http.send({ ...request, url: inside(request.url) }) } };
  };

  it.each(['http://localhost:2583', 'http://pds.example', 'https://pds.example:8443', 'https://192.0.2.7', 'https://[2001:db8::7]', 'https://localhost', 'https://bsky.social'])(
    'goes to %s as it is, since the service could not come to it',
    async (pds) => {
      bed.exchanges.length = 0;
      expect((await run(publicationOf(), at(pds))).prepared?.kind).toBe('ready');
      expect(calls()).toEqual(['uploadBlob']);
    },
  );

  it('goes to the server as it is when the service does not want its account or cannot be reached; accounts of Bluesky itself are told', async () => {
    for (const video of [undefined, 'http://127.0.0.1:1']) {
      bed.exchanges.length = 0;
      expect((await run(publicationOf(), at('https://pds.example', video))).prepared?.kind).toBe('ready');
      expect(calls()).toEqual(['getServiceAuth', 'getUploadLimits', 'uploadBlob']);
      const category = video === undefined ? 'platform_error' : 'transient';
      expect((await run(publicationOf(), at('https://morel.us-east.host.bsky.network', video))).prepared).toMatchObject({ kind: 'refused', category });
    }
  });

  it('goes to the server as it is when that makes no tokens for services', async () => {
    await bed.fault('other', { kind: 'refuse', error: 'method_not_implemented' });
    bed.exchanges.length = 0;
    expect((await run(publicationOf())).prepared?.kind).toBe('ready');
    expect(calls()).toEqual(['getServiceAuth', 'uploadBlob']);
  });

  it('goes to the server as it is when the service cannot store there', async () => {
    const file = film('fails_pds_upload_failure.mp4');
    const waiting = await run(publicationOf(file));
    await bed.pass(10_000);
    const elsewhere = publicationOf(file, { ...waiting.saved.at(-1), pds: 'https://pds.example' });
    expect((await run(elsewhere, at('https://pds.example'))).prepared?.kind).toBe('ready');
    expect(uploads().at(-1)).toBe('uploadBlob');
  });
});
