import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import type { Json } from './plaza-process.spec-support.ts';

const SEEN = { impressions: 100, reach: null, likes: 5, comments: 2, shares: 2, saves: 1, clicks: 3, views: null, engagementRate: 0.1 };
const UNKNOWN = { impressions: null, reach: null, likes: null, comments: null, shares: null, saves: null, clicks: null, views: null, engagementRate: null };

describe('metrics of posts', () => {
  let plaza: TestPlaza;
  let twitter: string;
  let twitch: string;
  let stranger: string;
  beforeAll(async () => {
    plaza = await startTestPlaza();
    twitter = await plaza.connectAccount('twitter', 'measured');
    twitch = await plaza.connectAccount('twitch', 'silent');
    stranger = (await plaza.newProject('stranger')).key;
  });
  afterAll(() => plaza.stop());

  const publish = async (content: string, accounts: readonly string[] = [twitter]): Promise<Json> => {
    const platforms = accounts.map((accountId) => ({ platform: accountId === twitter ? 'twitter' : 'twitch', accountId }));
    const made = await plaza.send('POST', '/v1/posts', { content, platforms });
    expect(made.json.status).toBe('published');
    return (await plaza.send('GET', `/v1/posts/${made.json.postId}`)).json.post;
  };
  const read = async (query: string, key?: string): Promise<{ status: number; json: Json }> => plaza.send('GET', `/v1/analytics/?${query}`, undefined, {}, key);

  it('are asked for at the platform, and told with a reason where there are none', async () => {
    const post = await publish('On two platforms', [twitter, twitch]);
    const { json } = await read(`postId=${post.postId}`);
    expect(json.post).toMatchObject({ source: 'postpeer', postId: post.postId, content: 'On two platforms', aggregated: SEEN });
    const [ofTwitter, ofTwitch] = json.post.platforms;
    expect(ofTwitter).toMatchObject({ platform: 'twitter', accountId: twitter, platformPostId: post.platforms[0].platformPostId, metrics: SEEN, readAt: expect.any(String) });
    expect(ofTwitter.problem).toBeUndefined();
    expect(ofTwitch).toMatchObject({ platform: 'twitch', metrics: UNKNOWN, readAt: null, problem: { category: 'unsupported', message: expect.stringContaining('Twitch') } });
  });

  it('are found by the platform\'s own id, and kept until they have aged', async () => {
    const post = await publish('Asked once');
    const id = post.platforms[0].platformPostId as string;
    const first = await read(`postId=${id}`);
    await plaza.fault({ platform: 'twitter', operation: 'analytics', fault: { kind: 'server_error_before' }, times: 1 });
    expect((await read(`postId=${id}&accountId=${twitter}`)).json).toEqual(first.json);
    await plaza.database.asAdmin(`update publishing.target_metrics set asked_at = asked_at - interval '2 hours', read_at = read_at - interval '2 hours'`);
    const { json } = await read(`postId=${post.postId}`);
    expect(json.post.platforms[0]).toMatchObject({ metrics: SEEN, problem: { category: 'transient' } });
    expect(Date.parse(json.post.platforms[0].readAt)).toBeLessThan(Date.parse(first.json.post.platforms[0].readAt));
  });

  it('of a post that only the platform knows are read with its account', async () => {
    const post = await publish('Not ours, as it were');
    const id = post.platforms[0].platformPostId as string;
    const { json } = await read(`postId=${id}&accountId=${twitter}&source=platform`);
    expect(json.post).toMatchObject({ source: 'platform', postId: null, aggregated: SEEN, platforms: [{ platformPostId: id }] });
    expect((await read(`postId=1&accountId=${twitter}&source=platform`)).json.code).toBe('post.not_found');
    expect((await read(`postId=${id}&source=platform`)).json.code).toBe('analytics.account_missing');
    expect((await read(`postId=1&accountId=${twitch}&source=platform`)).json.code).toBe('analytics.unsupported');
  });

  it('come in pages of the posts of a time, sorted by date or metric', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const all = (await read('')).json;
    const { posts } = all;
    expect(all).toMatchObject({ total: posts.length, page: 1, limit: 50 });
    expect(posts.length).toBeGreaterThanOrEqual(3);
    const dates = posts.map((post: Json) => post.publishedAt);
    expect(dates).toEqual(dates.toSorted().toReversed());
    expect((await read(`fromDate=${today}&toDate=${today}&order=asc&limit=2&page=2`)).json.posts[0].postId).toBe(posts.at(-3).postId);
    expect((await read('toDate=2020-01-01')).json.total).toBe(0);
    expect((await read('platform=twitch')).json.posts.map((post: Json) => post.content)).toEqual(['On two platforms']);
    await plaza.database.asAdmin(`update publishing.target_metrics set metrics = metrics || '{"likes": 500}' from publishing.targets where targets.id = target_id and platform_post_id = '${posts[1].platforms[0].platformPostId}'`);
    expect((await read('sortBy=likes&limit=1')).json.posts[0].postId).toBe(posts[1].postId);
    expect((await read('fromDate=2026-01-02&toDate=2026-01-01')).json.code).toBe('analytics.range_invalid');
    expect((await read('fromDate=2024-01-01&toDate=2026-01-01')).json.code).toBe('analytics.range_invalid');
  });

  it('are no other project\'s to see', async () => {
    const post = await publish('Mine alone');
    for (const query of [`postId=${post.postId}`, `postId=${post.platforms[0].platformPostId}`, `postId=${post.platforms[0].platformPostId}&accountId=${twitter}`])
      expect((await read(query, stranger)).status).toBe(404);
    expect((await read(`postId=1&accountId=${twitter}&source=platform`, stranger)).json.code).toBe('post.account_unknown');
    expect((await read(`accountId=${twitter}`, stranger)).json.total).toBe(0);
  });
});
