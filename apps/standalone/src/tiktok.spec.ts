import { reservePort } from '@plaza/chassis';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { jpeg, startMediaServer, type MediaServer } from './media-server.spec-support.ts';
import { call, cleanUp, consent, eventually, newDataFolder, startPlaza, type Json, type PlazaProcess } from './plaza-process.spec-support.ts';

const SIZE = 35_000_123;

/** So many bytes that begin as an MP4 and hold one box. */
function mp4(size: number): Buffer {
  const bytes = Buffer.alloc(size, 7);
  bytes.writeUInt32BE(24, 0);
  bytes.write('ftypisom\0\0\0\0isommp42', 4, 'latin1');
  bytes.writeUInt32BE(size - 24, 24);
  bytes.write('mdat', 28, 'latin1');
  return bytes;
}

let media: MediaServer;
beforeAll(async () => {
  media = await startMediaServer();
  media.put('/film.mp4', mp4(SIZE), 'video/mp4');
  for (const path of ['/one.jpg', '/two.jpg']) media.put(path, jpeg(1080, 1080), 'image/jpeg');
});
afterAll(() => media.close());

describe('posts on TikTok', () => {
  let plaza: TestPlaza;
  let accountId: string;
  beforeAll(async () => {
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: media.host });
    accountId = await plaza.connectAccount('tiktok', 'direct_creator');
  });
  afterAll(() => plaza.stop());

  const post = async (content: string, mediaItems: Json[], platformSpecificData: object = {}): Promise<Json> => {
    const made = await plaza.send('POST', '/v1/posts', { content, mediaItems, platforms: [{ platform: 'tiktok', accountId, platformSpecificData }] }, { prefer: 'wait=30' });
    return made.json;
  };

  it('are a film or photos, visible once, with their addresses', async () => {
    const film = { type: 'video', url: media.url('/film.mp4') };
    const photos = ['/one.jpg', '/two.jpg'].map((path) => ({ type: 'image', url: media.url(path) }));
    const [one, two] = await Promise.all([post('A film', [film], { isAigc: true }), post('Photos', photos, { description: 'Below', photoCoverIndex: 1 })]);
    for (const [answer, content, kind] of [[one, 'A film', 'video'], [two, 'Photos', 'photo']] as const) {
      expect(answer).toMatchObject({ success: true, status: 'published' });
      const ledger = await plaza.ledger(content);
      expect(ledger).toHaveLength(1);
      expect(answer.platforms[0].platformPostUrl).toMatch(new RegExp(`/@direct_creator/${kind}/${ledger[0]?.postId}$`));
    }
  }, 60_000);

  it('are refused before they are scheduled where the account was connected without what they need', async () => {
    const refused = await post('Draft', [{ type: 'image', url: media.url('/one.jpg') }], { draft: true });
    expect(refused).toMatchObject({ success: false, code: 'post.content_refused' });
    expect(refused.details.targets[0].violations).toMatchObject([{ rule: 'scope_missing', message: expect.stringContaining('video.upload'), path: 'platformSpecificData.draft' }]);
  });

  it('that TikTok drops for a reason of its own go out again, and are visible once', async () => {
    const sent = await post('Fails once internal', [{ type: 'image', url: media.url('/one.jpg') }]);
    expect(sent.platforms[0]).toMatchObject({ success: true, state: 'published' });
    expect(await plaza.ledger('Fails once internal')).toHaveLength(1);
    const [target] = (await plaza.send('GET', `/v1/posts/${sent.postId}`)).json.post.platforms;
    expect(target.attempts).toContainEqual(expect.objectContaining({ category: 'transient', platformCode: 'internal', decision: 'retry' }));
    expect(target.attempts.filter(({ kind }: Json) => kind === 'send')).toHaveLength(2);
  }, 60_000);

  it('that TikTok cannot use fail with its reason', async () => {
    const failed = await post('Fails spam_risk_text', [{ type: 'image', url: media.url('/one.jpg') }]);
    expect(failed.platforms[0]).toMatchObject({ success: false, state: 'failed' });
    expect(JSON.stringify(failed)).toContain('spam_risk_text');
    expect(await plaza.ledger('Fails spam_risk_text')).toEqual([]);
  }, 60_000);
});

it('a worker killed in the middle of a film goes on where TikTok has got to', async () => {
  const dataFolder = newDataFolder();
  // The address for the bytes has to be the same after the kill, and here it is the sandbox's.
  const { port, release } = await reservePort();
  await release();
  const env = { PORT: String(port), PLAZA_SETTLE_MS: '300', PLAZA_ALLOWED_HOSTS: media.host };
  const start = () => startPlaza({ dataFolder, env });
  let plaza: PlazaProcess = await start();
  const key = plaza.key('test');
  const sandbox = async (path: string): Promise<Json> => (await call(plaza, '', 'GET', `/sandbox/_/${path}`)).json;
  const calls = async (): Promise<string[]> => (await sandbox('requests?platform=tiktok')).requests.map(({ method, path }: Json) => `${method} ${path.split('?')[0]}`);
  const chunks = async (): Promise<number> => (await calls()).filter((line) => line.startsWith('PUT')).length;
  try {
    const started = await call(plaza, key, 'GET', '/v1/connect/tiktok?redirectUri=http://127.0.0.1:9999/done');
    const accountId = new URL(await consent(started.json.url, 'approve', 'creator')).searchParams.get('integrationId');
    // TikTok takes the first chunk and is slow to say so: there is time to kill the worker between two of its notes.
    await call(plaza, '', 'POST', '/sandbox/_/faults', { platform: 'tiktok', operation: 'upload', times: 2, fault: { kind: 'slow', ms: 3000 } });
    const body = { content: 'A long film', platforms: [{ platform: 'tiktok', accountId }], mediaItems: [{ type: 'video', url: media.url('/film.mp4') }] };
    const made = await call(plaza, key, 'POST', '/v1/posts', body, { prefer: 'wait=0' });
    expect(made.json).toMatchObject({ success: true, status: 'publishing' });
    await eventually(chunks, (count) => count === 1, 'the first chunk was taken');
    plaza.signal('SIGKILL');
    await plaza.exited;
    plaza = await start();
    const read = async (): Promise<Json> => (await call(plaza, key, 'GET', `/v1/posts/${made.json.postId}`)).json.post.platforms[0];
    expect(await eventually(read, ({ state }) => ['published', 'failed', 'unconfirmed'].includes(state), 'ended')).toMatchObject({ state: 'published' });
    // The list of requests began anew with the process: no second publication was begun, and two chunks were left.
    expect([await chunks(), (await calls()).some((line) => line.includes('/init/'))]).toEqual([2, false]);
    expect((await sandbox('ledger?platform=tiktok')).entries).toMatchObject([{ text: 'A long film' }]);
  } finally {
    await cleanUp(plaza, dataFolder);
  }
}, 120_000);
