import { Testbed } from '../kit/testbed.spec-support.ts';
import { twitter } from './index.ts';
import { twitterSimulator } from './simulator.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('metrics of X', () => {
  let bed: Testbed;
  beforeEach(async () => {
    bed = await Testbed.open(twitter, twitterSimulator);
  });
  afterEach(() => bed.close());

  it('are the author\'s own for a month, and public after it', async () => {
    const connected = await bed.connectByOAuth();
    const ended = await bed.publish(connected, { text: 'Measured' });
    const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
    const posts = [{ platformPostId: id, publishedAtMs: bed.nowMs }];
    const read = () => twitter.analytics.read(bed.context(), connected, posts);
    const seen = { impressions: 100, reach: null, likes: 5, comments: 2, shares: 2, saves: 1, views: null };
    expect(await read()).toEqual({ kind: 'metrics', posts: { [id]: { ...seen, clicks: 3 } } });
    const old = [{ platformPostId: id, publishedAtMs: bed.nowMs - 29 * DAY_MS }];
    expect(await twitter.analytics.read(bed.context(), connected, old)).toEqual({ kind: 'metrics', posts: { [id]: { ...seen, clicks: null } } });
  });

  it('are read by the new names of the API as by the old ones', async () => {
    const connected = await bed.connectByOAuth();
    const answered = (metrics: object) => {
      const context = bed.context();
      const send = async () => ({ kind: 'response', status: 200, headers: {}, body: Buffer.from(JSON.stringify({ data: [{ id: '1', public_metrics: metrics }] })) }) as const;
      return twitter.analytics.read({ ...context, http: { ...context.http, send } }, connected, [{ platformPostId: '1', publishedAtMs: bed.nowMs }]);
    };
    const shares = async (metrics: object) => answered(metrics).then((reading) => (reading.kind === 'metrics' ? reading.posts['1']?.shares : reading));
    expect(await shares({ retweet_count: 2, quote_count: 1 })).toBe(3);
    expect(await shares({ repost_count: 2, quote_count: 1 })).toBe(3);
    expect(await shares({ repost_count: 2 })).toBe(2);
    expect(await shares({ like_count: 2 })).toBeNull();
  });

  it('of young and old posts are asked for apart, with what each may be asked for', async () => {
    const connected = await bed.connectByOAuth();
    bed.exchanges.length = 0;
    const posts = [0, 40].map((days) => ({ platformPostId: String(100 + days), publishedAtMs: bed.nowMs - days * DAY_MS }));
    expect(await twitter.analytics.read(bed.context(), connected, posts)).toEqual({ kind: 'metrics', posts: {} });
    expect(bed.exchanges.map(({ request }) => new URL(request.url).search)).toEqual([
      '?ids=100&tweet.fields=public_metrics%2Cnon_public_metrics',
      '?ids=140&tweet.fields=public_metrics',
    ]);
  });
});
