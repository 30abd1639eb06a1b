import { jpeg, startMediaServer, type MediaServer } from './media-server.spec-support.ts';
import { call, cleanUp, consent, eventually, newDataFolder, startPlaza, type Json, type PlazaProcess } from './plaza-process.spec-support.ts';

/** Class A: Bluesky, C: Instagram, D: X, E: Discord. Points that a platform's publication does not pass are not listed for it. */
const POINTS = {
  bluesky: ['publish.after_claim', 'publish.after_prepare', 'publish.before_intent', 'publish.after_intent', 'publish.after_send', 'publish.after_outcome'],
  instagram: ['publish.after_claim', 'publish.after_prepare', 'publish.before_intent', 'publish.after_intent', 'publish.after_send', 'publish.after_outcome'],
  twitter: ['publish.after_claim', 'publish.before_intent', 'publish.after_intent', 'publish.after_send', 'publish.after_outcome'],
  discord: ['publish.after_claim', 'publish.before_intent', 'publish.after_intent', 'publish.after_send', 'publish.after_outcome'],
} as const;
type Platform = keyof typeof POINTS;

describe('a process killed at each point of a publication', () => {
  const dataFolder = newDataFolder();
  const accounts = {} as Record<Platform, string>;
  let media: MediaServer;
  let plaza: PlazaProcess;
  let key: string;

  const start = async (crashAt?: string): Promise<void> => {
    const env = { PLAZA_SETTLE_MS: '300', PLAZA_ALLOWED_HOSTS: media.host };
    plaza = await startPlaza({ dataFolder, env: crashAt === undefined ? env : { ...env, PLAZA_CRASH_AT: crashAt } });
  };
  const target = async (postId: string): Promise<Json> => (await call(plaza, key, 'GET', `/v1/posts/${postId}`)).json.post.platforms[0];
  const seen = async (text: string): Promise<number> =>
    (await call(plaza, '', 'GET', '/sandbox/_/ledger')).json.entries.filter((entry: Json) => entry.text === text).length;
  const ended = (postId: string): Promise<Json> =>
    eventually(() => target(postId), ({ state }) => ['published', 'failed', 'unconfirmed'].includes(state), 'ended');

  /** Publishes with a process that dies at `point`, so many times, and goes on with one that does not. */
  const publishAcross = async (platform: Platform, point: string, text: string, { times = 1, options = {} } = {}): Promise<string> => {
    plaza.signal('SIGTERM');
    await plaza.exited;
    await start(point);
    const mediaItems = platform === 'instagram' ? { mediaItems: [{ type: 'image', url: media.url('/picture.jpg') }] } : {};
    const body = { content: text, platforms: [{ platform, accountId: accounts[platform], platformSpecificData: options }], ...mediaItems };
    const made = await call(plaza, key, 'POST', '/v1/posts', body, { prefer: 'wait=0' }).catch(() => undefined);
    expect(await plaza.exited).toBeNull();
    for (let again = 1; again < times; again += 1) {
      await start(point);
      expect(await plaza.exited).toBeNull();
    }
    await start();
    if (made?.status === 202) return made.json.postId;
    // The answer was lost with the process; the post was not.
    const { posts } = (await call(plaza, key, 'GET', '/v1/posts?limit=1')).json;
    expect(posts[0].content).toBe(text);
    return posts[0].postId;
  };

  beforeAll(async () => {
    media = await startMediaServer();
    media.put('/picture.jpg', jpeg(640, 640), 'image/jpeg');
    await start();
    key = plaza.key('test');
    for (const platform of ['twitter', 'instagram'] as const) {
      const started = await call(plaza, key, 'GET', `/v1/connect/${platform}?redirectUri=http://127.0.0.1:9999/done`);
      accounts[platform] = new URL(await consent(started.json.url, 'approve', 'crasher')).searchParams.get('integrationId') ?? '';
    }
    const bluesky = await call(plaza, key, 'POST', '/v1/connect/bluesky/auth', { identifier: 'crasher.sandbox.example', password: 'abcd-efgh-ijkl-mnop' });
    accounts.bluesky = bluesky.json.integration.id;
    const webhookUrl = `https://discord.com/api/webhooks/4242/${'c'.repeat(68)}`;
    const discord = await call(plaza, key, 'POST', '/v1/connect/discord/credentials', { credentials: { webhookUrl } });
    accounts.discord = discord.json.integration.id;
  }, 60_000);
  afterAll(async () => {
    await cleanUp(plaza, dataFolder);
    await media.close();
  }, 60_000);

  for (const platform of ['bluesky', 'instagram', 'twitter'] as const) {
    it.each(POINTS[platform])(`${platform}: %s loses nothing and doubles nothing`, async (point) => {
      const text = `${platform} ${point}`;
      const postId = await publishAcross(platform, point, text);
      expect((await ended(postId)).state).toBe('published');
      expect(await seen(text)).toBe(1);
    }, 60_000);
  }

  it.each(['publish.before_intent', 'publish.after_send', 'publish.after_outcome'])('a thread on X, three times: %s loses no post of it and doubles none', async (point) => {
    const text = `thread ${point}`;
    const texts = [text, `${text}, second`, `${text}, third`];
    const options = { threadItems: texts.slice(1).map((content) => ({ content })) };
    const postId = await publishAcross('twitter', point, text, { times: 3, options });
    const { state, parts } = await ended(postId);
    expect([state, parts.length]).toEqual(['published', 3]);
    for (const one of texts) expect(await seen(one)).toBe(1);
  }, 90_000);

  it.each(POINTS.discord)('discord: %s doubles nothing, and what cannot be known is unconfirmed, listed and settled', async (point) => {
    const text = `discord ${point}`;
    const postId = await publishAcross('discord', point, text);
    const { state, targetId } = await ended(postId);
    const isSent = point === 'publish.after_send' || point === 'publish.after_outcome';
    const isUnknown = point === 'publish.after_intent' || point === 'publish.after_send';
    expect(state).toBe(isUnknown ? 'unconfirmed' : 'published');
    expect(await seen(text)).toBe(isSent || !isUnknown ? 1 : 0);
    if (!isUnknown) return;
    const listed = await call(plaza, key, 'GET', '/v1/posts?status=pending');
    expect(listed.json.posts.map((post: Json) => post.postId)).toContain(postId);
    const outcome = isSent ? 'published' : 'not_published';
    const settled = await call(plaza, key, 'POST', `/v1/posts/${postId}/targets/${targetId}/settle`, { outcome });
    expect(settled.json.post.status).toBe(isSent ? 'published' : 'failed');
  }, 60_000);
});
