import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { BLUESKY_LIMITS, blueskySimulator, simulateBluesky } from './simulator.ts';
import type { SimulatorFactory } from '../kit/simulator.ts';

const HOUR = 3_600_000;
const PASSWORD = 'abcd-efgh-ijkl-mnop';
const POST = 'app.bsky.feed.post';
let sandbox: ListeningSandbox;
let nowMs = 0;
const start = (create: SimulatorFactory = blueskySimulator, more: { stateFile?: string } = {}) =>
  listenOnLoopback({ simulators: [{ platform: 'bluesky', create }], now: () => nowMs, ...more });

beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  sandbox = await start();
});
afterEach(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
};
const post = async (method: string, body?: unknown, token?: unknown, type = 'application/json') =>
  answerOf(
    await fetch(`${sandbox.url}/bluesky/pds/xrpc/${method}`, {
      method: 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(token === undefined ? {} : { authorization: `Bearer ${String(token)}` }),
      },
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? new Blob([new Uint8Array(body)]) : JSON.stringify(body) }),
    }),
  );
const get = async (method: string, query: Record<string, string> = {}, token?: unknown) =>
  answerOf(
    await fetch(`${sandbox.url}/bluesky/pds/xrpc/${method}?${new URLSearchParams(query)}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${String(token)}` },
    }),
  );
const login = async (identifier = 'alice.sandbox.example', password = PASSWORD) =>
  (await post('com.atproto.server.createSession', { identifier, password })).body;
const claims = (token: unknown) =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const record = { $type: POST, text: 'Hello', createdAt: '2026-11-22T10:00:00.000Z' };
const RKEY = '3n2ve77r646ua';
const put = async (session: Record<string, unknown>, more: object = {}, changed: object = {}) =>
  post(
    'com.atproto.repo.putRecord',
    { repo: session['did'], collection: POST, rkey: RKEY, record: { ...record, ...changed }, ...more },
    session['accessJwt'],
  );

describe('sessions', () => {
  it('open for any handle with an app password, the same account each time', async () => {
    const [one, two, other] = [await login(), await login('ALICE.sandbox.example'), await login('bob.sandbox.example')];
    expect(one['did']).toBe(two['did']);
    expect(one['did']).not.toBe(other['did']);
    expect(await login(String(one['did']))).toMatchObject({ handle: 'alice.sandbox.example', active: true });
    expect(claims(one['accessJwt'])).toMatchObject({ scope: 'com.atproto.appPass', exp: nowMs / 1000 + 7200 });
    expect(claims((await login('alice.sandbox.example', 'account-abcd'))['accessJwt'])).toMatchObject({ scope: 'com.atproto.access' });
    expect(claims(one['refreshJwt'])).toMatchObject({ scope: 'com.atproto.refresh', exp: nowMs / 1000 + 7_776_000 });
  });

  it.each([
    ['alice.sandbox.example', 'wrong-efgh-ijkl-mnop'],
    ['alice.sandbox.example', 'password'],
    ['alice', PASSWORD],
    ['@alice.sandbox.example', PASSWORD],
    ['did:plc:unknown', PASSWORD],
  ])('stay closed for %s with %s', async (identifier, password) => {
    const answer = await post('com.atproto.server.createSession', { identifier, password });
    expect(answer).toMatchObject({ status: 401, body: { error: 'AuthenticationRequired', message: 'Invalid identifier or password' } });
  });

  it('rotate, with two hours of grace in which the successor stays the same', async () => {
    const session = await login();
    const refresh = () => post('com.atproto.server.refreshSession', undefined, session['refreshJwt']);
    const first = await refresh();
    nowMs += HOUR;
    const second = await refresh();
    expect(claims(first.body['refreshJwt'])['jti']).toBe(claims(second.body['refreshJwt'])['jti']);
    nowMs += HOUR;
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'ExpiredToken', message: 'Token has been revoked' } });
  });

  it('end for the refresh token only', async () => {
    const session = await login();
    expect((await post('com.atproto.server.deleteSession', undefined, session['refreshJwt'])).status).toBe(200);
    expect((await post('com.atproto.server.refreshSession', undefined, session['refreshJwt'])).body['message']).toBe(
      'Token has been revoked',
    );
    expect((await get('com.atproto.server.getSession', {}, session['accessJwt'])).body).toMatchObject({ handle: 'alice.sandbox.example' });
    nowMs += 2 * HOUR;
    expect(await get('com.atproto.server.getSession', {}, session['accessJwt'])).toMatchObject({
      status: 400,
      body: { message: 'Token has expired' },
    });
  });

  it('tell tokens apart', async () => {
    const session = await login();
    const message = async (token?: unknown) => (await get('com.atproto.server.getSession', {}, token)).body['message'];
    expect(await message()).toBe('Authentication Required');
    expect(await message('x.y.z')).toBe('Token could not be verified');
    expect(await message(session['refreshJwt'])).toBe('Invalid token type');
  });

  it('outlive a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plaza-'));
    const stateFile = join(folder, 'state');
    await sandbox.close();
    sandbox = await start(blueskySimulator, { stateFile });
    const session = await login();
    await put(session);
    await sandbox.close();
    sandbox = await start(blueskySimulator, { stateFile });
    expect((await put(session, { swapRecord: null })).body['error']).toBe('InvalidSwap');
    rmSync(folder, { recursive: true });
  });
});

describe('records', () => {
  it('are put once with swapRecord null, and replaced without', async () => {
    const session = await login();
    const first = await put(session, { swapRecord: null });
    expect(first).toMatchObject({
      status: 200,
      body: { uri: `at://${String(session['did'])}/${POST}/${RKEY}`, validationStatus: 'valid' },
    });
    const cid = String(first.body['cid']);
    expect(cid).toMatch(/^bafyrei[a-z2-7]{52}$/);
    expect(await put(session, { swapRecord: null })).toMatchObject({
      status: 400,
      body: { error: 'InvalidSwap', message: `Record was at ${cid}` },
    });
    expect((await put(session, {}, { text: 'Changed' })).status).toBe(200);
    expect((await put(session, { swapRecord: cid })).body['error']).toBe('InvalidSwap');
    const { entries } = (await (await fetch(`${sandbox.url}/_/ledger`)).json()) as { entries: unknown[] };
    expect(entries).toHaveLength(1);
  });

  it('created under a taken key give an error that looks like a crash', async () => {
    const session = await login();
    const create = () =>
      post('com.atproto.repo.createRecord', { repo: session['did'], collection: POST, rkey: RKEY, record }, session['accessJwt']);
    expect((await create()).status).toBe(200);
    expect(await create()).toMatchObject({ status: 500, body: { error: 'InternalServerError' } });
  });

  it('are read, listed newest first, and deleted as often as one likes', async () => {
    const session = await login();
    const repo = String(session['did']);
    for (const text of ['1', '2', '3'])
      await post('com.atproto.repo.createRecord', { repo, collection: POST, record: { ...record, text } }, session['accessJwt']);
    const page = await get('com.atproto.repo.listRecords', { repo, collection: POST, limit: '2' });
    const texts = (answer: Answer) => (answer.body['records'] as { value: { text: string } }[]).map(({ value }) => value.text);
    expect(texts(page)).toEqual(['3', '2']);
    expect(texts(await get('com.atproto.repo.listRecords', { repo, collection: POST, cursor: String(page.body['cursor']) }))).toEqual([
      '1',
    ]);
    await put(session);
    const remove = () => post('com.atproto.repo.deleteRecord', { repo, collection: POST, rkey: RKEY }, session['accessJwt']);
    expect(await remove()).toMatchObject({ status: 200, body: { commit: {} } });
    expect(await remove()).toMatchObject({ status: 200, body: {} });
    const missing = await get('com.atproto.repo.getRecord', { repo, collection: POST, rkey: RKEY });
    expect(missing).toMatchObject({
      status: 400,
      body: { error: 'RecordNotFound', message: `Could not locate record: at://${repo}/${POST}/${RKEY}` },
    });
  });

  it('belong to their account', async () => {
    const [alice, bob] = [await login(), await login('bob.sandbox.example')];
    expect(await put(alice, { repo: bob['did'] })).toMatchObject({ status: 401, body: { error: 'AuthenticationRequired' } });
  });

  const blob = (mimeType: string, size: number, link = 'bafkreinone') => ({ $type: 'blob', ref: { $link: link }, mimeType, size });
  const images = (...items: object[]) => ({ embed: { $type: 'app.bsky.embed.images', images: items } });
  it.each<readonly [string, object, object, string]>([
    [
      '301 graphemes',
      {},
      { text: 'é'.repeat(301) },
      'Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.record.text',
    ],
    [
      '3600 bytes',
      {},
      { text: 'x👨‍👩‍👧‍👦'.repeat(138) },
      'Invalid app.bsky.feed.post record: string too big (maximum 3000, got 3588) at $.record.text',
    ],
    ['no time', {}, { createdAt: undefined }, 'Invalid app.bsky.feed.post record: Missing required key "createdAt" at $.record'],
    [
      'a time without a zone',
      {},
      { createdAt: '2026-11-22T10:00:00' },
      'Invalid app.bsky.feed.post record: Invalid datetime at $.record.createdAt',
    ],
    [
      'four languages',
      {},
      { langs: ['a', 'b', 'c', 'd'] },
      'Invalid app.bsky.feed.post record: array too big (maximum 3, got 4) at $.record.langs',
    ],
    [
      'five images',
      {},
      images({}, {}, {}, {}, {}),
      'Invalid app.bsky.feed.post record: array too big (maximum 4, got 5) at $.record.embed.images',
    ],
    [
      'an image without alt',
      {},
      images({ image: {} }),
      'Invalid app.bsky.feed.post record: Missing required key "alt" at $.record.embed.images[0]',
    ],
    [
      'a large image',
      {},
      images({ alt: '', image: blob('image/png', 2_000_001) }),
      'Invalid app.bsky.feed.post record: blob too big (maximum 1000000, got 2000001) at $.record.embed.images[0].image',
    ],
    [
      'a document',
      {},
      images({ alt: '', image: blob('application/pdf', 1) }),
      'Invalid app.bsky.feed.post record: Expected "image/*" (got "application/pdf") at $.record.embed.images[0].image',
    ],
    ['a blob that nobody uploaded', {}, images({ alt: '', image: blob('image/png', 1) }), 'Could not find blob: bafkreinone'],
    ['a key that is no TID', { rkey: 'my-job-id' }, {}, 'Invalid TID string (got "my-job-id") at $'],
    ['no record', { record: undefined }, {}, 'Missing required key "record" at $'],
  ])('are refused with %s', async (_name, more, changed, message) => {
    expect(await put(await login(), more, changed)).toMatchObject({ status: 400, body: { message } });
  });

  it('hold blobs, whose type is that of the bytes', async () => {
    const session = await login();
    const bytes = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(10)]);
    const { body } = await post('com.atproto.repo.uploadBlob', bytes, session['accessJwt'], 'image/jpeg');
    expect(body['blob']).toMatchObject({ $type: 'blob', mimeType: 'image/png', size: bytes.length });
    expect((await put(session, {}, images({ alt: '', image: body['blob'] }))).status).toBe(200);
  });
});

it('resolves handles that logged in and those of the sandbox', async () => {
  const session = await login('carol.example');
  expect((await get('com.atproto.identity.resolveHandle', { handle: 'carol.example' })).body['did']).toBe(session['did']);
  expect((await get('com.atproto.identity.resolveHandle', { handle: 'dave.sandbox.example' })).status).toBe(200);
  expect(await get('com.atproto.identity.resolveHandle', { handle: 'dave.example' })).toMatchObject({
    status: 400,
    body: { error: 'InvalidRequest' },
  });
});

it('counts logins and writes as Bluesky does, when asked to', async () => {
  await sandbox.close();
  sandbox = await start(simulateBluesky({ limits: { ...BLUESKY_LIMITS, writes: { points: 4, windowSeconds: 3600 } } }));
  for (let time = 0; time < 30; time += 1) await login();
  const refused = await post('com.atproto.server.createSession', { identifier: 'alice.sandbox.example', password: PASSWORD });
  expect(refused).toMatchObject({ status: 429, body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' } });
  expect(Object.fromEntries([...refused.headers].filter(([name]) => name.startsWith('ratelimit')))).toEqual({
    'ratelimit-limit': '30',
    'ratelimit-remaining': '0',
    'ratelimit-reset': String(nowMs / 1000 + 300),
    'ratelimit-policy': '30;w=300',
  });
  expect(refused.headers.has('retry-after')).toBe(false);
  const session = await login('bob.sandbox.example');
  expect([(await put(session)).status, (await put(session)).status, (await put(session)).status]).toEqual([200, 200, 429]);
  nowMs += HOUR;
  expect((await put(await login('bob.sandbox.example'))).status).toBe(200);
});

it('makes a blob’s real address', async () => {
  const session = await login();
  const { body } = await post('com.atproto.repo.uploadBlob', Buffer.from('hello world'), session['accessJwt'], 'text/plain');
  // The CIDv1 of "hello world" as raw bytes.
  expect(createHash('sha256').update('hello world').digest('hex')).toMatch(/^b94d27b9/);
  expect((body['blob'] as { ref: { $link: string } }).ref.$link).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
});

describe('the video service', () => {
  const video = async (method: string, { body, query = {}, token, type }: { body?: object | Uint8Array; query?: Record<string, string>; token?: string; type?: string }) => {
    const isBytes = body instanceof Uint8Array;
    const contentType = body === undefined ? {} : { 'content-type': type ?? (isBytes ? 'application/octet-stream' : 'application/json') };
    const headers = { ...contentType, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const sent = body === undefined ? {} : { method: 'POST', body: isBytes ? new Blob([new Uint8Array(body)]) : JSON.stringify(body) };
    return answerOf(await fetch(`${sandbox.url}/bluesky/video/xrpc/app.bsky.video.${method}?${new URLSearchParams(query)}`, { headers, ...sent }));
  };
  const audience = () => `did:web:${encodeURIComponent(new URL(sandbox.url).host)}`;
  const auth = async (session: Record<string, unknown>, more: Record<string, string | undefined> = {}) => {
    const query = { aud: audience(), lxm: 'com.atproto.repo.uploadBlob', exp: String(nowMs / 1000 + 1800), ...more };
    const given = Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return get('com.atproto.server.getServiceAuth', given, session['accessJwt']);
  };
  const tokenOf = async (session: Record<string, unknown>, more: Record<string, string> = {}) => String((await auth(session, more)).body['token']);
  const MP4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(1000)]);

  it.each([
    ['an end in the past', { exp: '1' }, 'BadExpiration'],
    ['an end in more than an hour', { exp: String(Date.parse('2026-11-22T12:00:00Z') / 1000) }, 'BadExpiration'],
    ['half an hour for every method', { lxm: undefined }, 'BadExpiration'],
    ['an audience that is none', { aud: 'video.bsky.app' }, 'InvalidRequest'],
  ])('gets no token for %s', async (_name, more, error) => expect(await auth(await login(), more)).toMatchObject({ status: 400, body: { error } }));

  it('takes a token for itself, for its method, while it lasts, of the account in question', async () => {
    const session = await login();
    const did = String(session['did']);
    const upload = async (token: string | undefined, query: Record<string, string> = { did, name: 'a.mp4' }) => {
      const { status, body } = await video('uploadVideo', { body: MP4, query, type: 'video/mp4', ...(token === undefined ? {} : { token }) });
      return `${status} ${String(body['error'])}`;
    };
    expect(await upload(undefined)).toBe('401 AuthMissing');
    expect(await upload(String(session['accessJwt']))).toBe('401 BadJwt');
    expect(await upload(await tokenOf(session, { aud: 'did:web:other.example' }))).toBe('401 BadJwtAudience');
    expect(await upload(await tokenOf(session, { lxm: 'app.bsky.video.getUploadLimits' }))).toBe('401 BadJwtLexiconMethod');
    const token = await tokenOf(session);
    expect(await upload(token, { did: 'did:plc:other', name: 'a.mp4' })).toBe('401 AuthenticationRequired');
    expect(await upload(await tokenOf(await login('unconfirmed.example')), { did: String((await login('unconfirmed.example'))['did']), name: 'a.mp4' })).toBe('401 unconfirmed_email');
    nowMs += 1_800_000;
    expect(await upload(token)).toBe('401 JwtExpired');
    expect(await upload(await tokenOf(session))).toBe('200 undefined');
    expect(await upload(await tokenOf(session))).toBe('409 already_exists');
  });

  it('goes through its states to a blob that a post may refer to', async () => {
    const session = await login();
    const uploaded = await video('uploadVideo', { body: MP4, query: { did: String(session['did']), name: 'a.mp4' }, token: await tokenOf(session), type: 'video/mp4' });
    const states = [];
    let status: Record<string, unknown> = {};
    for (let round = 0; round < 5; round += 1) {
      status = (await video('getJobStatus', { query: { jobId: String(uploaded.body['jobId']) } })).body['jobStatus'] as Record<string, unknown>;
      states.push(status['state']);
      nowMs += 2000;
    }
    expect(states).toEqual(['JOB_STATE_CREATED', 'JOB_STATE_ENCODING', 'JOB_STATE_SCANNING', 'JOB_STATE_SCANNING', 'JOB_STATE_COMPLETED']);
    expect((await put(session, {}, { embed: { $type: 'app.bsky.embed.video', video: status['blob'] } })).status).toBe(200);
    expect(await video('getJobStatus', { query: { jobId: 'never' } })).toMatchObject({ status: 404 });
  });

  it('counts parts exactly, and ends an upload once', async () => {
    await sandbox.close();
    sandbox = await start(simulateBluesky({ videos: { partBytes: 600, daily: { videos: 2, bytes: 5000 } } }));
    const session = await login();
    const token = await tokenOf(session);
    const call = async (method: string, body: object | Uint8Array, query: Record<string, string> = {}) => video(method, { body, query, token });
    const started = await call('startUpload', { sizeBytes: MP4.length, mimeType: 'video/mp4', name: 'a.mp4', durationMs: 1000 });
    expect(started.body).toMatchObject({ partSizeBytes: 600, partCount: 2 });
    const jobId = String(started.body['jobId']);
    const part = async (partNumber: number, bytes: Uint8Array) => (await call('uploadPart', bytes, { jobId, partNumber: String(partNumber) })).body['error'];
    const finish = async () => (await call('finishUpload', { jobId })).body;
    expect(await part(1, MP4.subarray(0, 599))).toBe('PartSizeMismatch');
    expect(await part(3, MP4.subarray(0, 600))).toBe('InvalidPartNumber');
    expect(await part(2, MP4.subarray(600))).toBeUndefined();
    expect(await finish()).toEqual({ error: 'MissingParts', message: 'Missing parts: 1' });
    expect((await video('getUploadStatus', { query: { jobId }, token })).body).toMatchObject({ state: 'created', receivedParts: [2] });
    expect(await part(1, MP4.subarray(0, 600))).toBeUndefined();
    const finished = await finish();
    expect(await finish()).toEqual(finished);
    expect(await part(1, MP4.subarray(0, 600))).toBe('UploadAlreadyCompleted');
    expect((await video('getUploadStatus', { query: { jobId }, token })).body).toMatchObject({ state: 'completed', completedJobId: finished['completedJobId'] });
    expect(await video('getUploadStatus', { query: { jobId }, token: await tokenOf(await login('bob.sandbox.example')) })).toMatchObject({ status: 404, body: { error: 'UploadNotFound' } });
    const second = String((await call('startUpload', { sizeBytes: 4, mimeType: 'video/mp4' })).body['jobId']);
    const refusal = async () => (await call('startUpload', { sizeBytes: 4, mimeType: 'video/mp4' })).body['error'];
    expect(await refusal()).toBe('DailyLimitExceeded');
    const limits = await video('getUploadLimits', { token: await tokenOf(session, { lxm: 'app.bsky.video.getUploadLimits' }) });
    expect(limits.body).toMatchObject({ canUpload: false, remainingDailyVideos: 0 });
    expect((await call('abortUpload', { jobId: second })).body).toEqual({ state: 'aborted' });
    expect(await refusal()).toBeUndefined();
  });

  it('is a host of its own, and its parts are not there when it is asked to be older', async () => {
    expect(await get('app.bsky.video.getJobStatus', { jobId: 'any' })).toMatchObject({ status: 501, body: { error: 'MethodNotImplemented' } });
    await sandbox.close();
    sandbox = await start(simulateBluesky({ videos: { takesParts: false } }));
    expect(await video('startUpload', { body: { sizeBytes: 4, mimeType: 'video/mp4' }, token: await tokenOf(await login()) })).toMatchObject({ status: 501 });
  });
});

it('describes itself with its limit for blobs', async () => {
  expect((await get('com.atproto.server.describeServer')).body).toMatchObject({ did: expect.stringMatching(/^did:web:/), blobUploadLimit: 52_428_800 });
});

it('knows every refusal that it names, in the protocol’s shape', () => {
  const host = { table: () => new Map(), now: () => 0 } as unknown as Parameters<SimulatorFactory>[0];
  const simulator = blueskySimulator(host);
  expect(simulator.refusals.length).toBeGreaterThan(20);
  for (const name of simulator.refusals)
    expect(JSON.parse(String(simulator.refusal(name)?.body))).toEqual({ error: expect.any(String), message: expect.any(String) });
  expect(simulator.refusal('never_heard_of')).toBeUndefined();
});
