import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { jpeg, startMediaServer, type MediaServer } from './media-server.spec-support.ts';
import { eventually, type Json } from './plaza-process.spec-support.ts';

describe("a platform's budget", () => {
  let plaza: TestPlaza;
  let media: MediaServer;
  let accountId: string;

  const create = (content: string, account = accountId, key = plaza.key) =>
    plaza.send('POST', '/v1/posts', { content, platforms: [{ platform: 'instagram', accountId: account }], mediaItems: [{ type: 'image', url: media.url('/picture.jpg') }] }, { prefer: 'wait=0' }, key);
  const until = (postId: string, isDone: (target: Json) => boolean, what: string, key = plaza.key): Promise<Json> =>
    eventually(async () => (await plaza.send('GET', `/v1/posts/${postId}`, undefined, {}, key)).json.post.platforms[0], isDone, what);
  const published = ({ state }: Json): boolean => state === 'published';
  /** So many further posts as if they had gone out with the one that there is. */
  const spend = (posts: number) =>
    plaza.database.asAdmin(`insert into publishing.budget_spends (project_id, target_id, part, owner, unit, units, spent_at)
      select project_id, target_id, part + n, owner, unit, 1, spent_at from publishing.budget_spends, generate_series(1, ${posts}) as n where unit = 'posts'`);

  beforeAll(async () => {
    media = await startMediaServer();
    media.put('/picture.jpg', jpeg(640, 640), 'image/jpeg');
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: media.host });
    accountId = await plaza.connectAccount('instagram', 'thrifty');
  });
  afterAll(async () => {
    await plaza.stop();
    await media.close();
  });

  it('delays what would exceed it, says until when, and lets it go once there is room; other accounts go on', async () => {
    const first = await create('The first of many');
    await until(first.json.postId, published, 'published');
    await spend(49);
    const { postId } = (await create('One too many')).json;
    const waiting = await until(postId, ({ attempts }) => attempts.length > 0, 'held back');
    expect(waiting).toMatchObject({ state: 'due', attempts: [{ category: 'quota_exhausted', decision: 'budget', message: expect.stringContaining('50 posts in 24 hours') }] });
    expect(Date.parse(waiting.attempts[0].nextTryAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await plaza.ledger('One too many')).toEqual([]);
    const { key } = await plaza.newProject('Elsewhere');
    const twin = await create('Through another connection', await plaza.connectAccount('instagram', 'thrifty', key), key);
    expect(await until(twin.json.postId, ({ attempts }) => attempts.length > 0, 'held back', key)).toMatchObject({ attempts: [{ category: 'quota_exhausted' }] });
    const other = await create('Somebody else', await plaza.connectAccount('instagram', 'lavish'));
    await until(other.json.postId, published, 'published');
    await plaza.database.asAdmin("update publishing.budget_spends set spent_at = spent_at - interval '1 day'");
    await plaza.database.asAdmin("update publishing.targets set next_try_at = now() where state = 'due'");
    const target = await until(postId, published, 'published');
    expect(target.attempts.filter(({ kind }: Json) => kind === 'send')).toHaveLength(1);
    expect(await plaza.ledger('One too many')).toHaveLength(1);
  });
});
