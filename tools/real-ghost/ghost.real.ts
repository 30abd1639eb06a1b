import { createHttp } from '@plaza/chassis';
import { atHosts, callContext, connectorFor, NO_METRICS, type CallContext, type Connector, type Publication } from '@plaza/connectors';
import { startTestPlaza, type TestPlaza } from '../../apps/standalone/src/in-process.spec-support.ts';
import { startMediaServer, type MediaServer } from '../../apps/standalone/src/media-server.spec-support.ts';
import { eventually, type Json } from '../../apps/standalone/src/plaza-process.spec-support.ts';
import { mediaFile } from '../../libs/connectors/kit/testbed.spec-support.ts';
import { png, startGhost, startLossyProxy, type LossyProxy, type RealGhost } from './ghost.spec-support.ts';

describe('a real Ghost', () => {
  let ghost: RealGhost;
  let proxy: LossyProxy;
  let media: MediaServer;
  let plaza: TestPlaza;
  let liveKey: string;
  let accountId: string;

  const publish = (body: object, options: object = {}) => plaza.send('POST', '/v1/posts', { platforms: [{ platform: 'ghost', accountId, platformSpecificData: options }], ...body }, {}, liveKey);
  const read = async (postId: string): Promise<Json> => (await plaza.send('GET', `/v1/posts/${postId}`, undefined, {}, liveKey)).json.post;
  const posts = async (): Promise<Json[]> => (await ghost.admin<Json>('GET', '/posts/?limit=100&formats=html,lexical&include=tags,email')).posts;
  /** Straight from the connector, past Plaza. */
  const directly = async <T>(use: (connector: Connector, context: CallContext, account: Pick<Publication, 'account' | 'credential'>) => Promise<T>): Promise<T> => {
    const http = createHttp({ userAgent: 'plaza-test' });
    const connector = connectorFor('ghost');
    if (connector === undefined) throw new Error('There is no Ghost.');
    const context = atHosts(callContext(connector.manifest, 'live', { http, sandboxUrl: '', nowMs: Date.now() }), { site: proxy.url });
    const account = { account: { platformUserId: '', username: null, metadata: {} }, credential: { accessToken: { reveal: () => ghost.adminApiKey }, extra: {} } };
    return use(connector, context, account).finally(() => http.close());
  };
  const metrics = (ids: readonly string[]) =>
    directly(async (connector, context, account) => connector.analytics?.read(context, account, ids.map((platformPostId) => ({ platformPostId, publishedAtMs: Date.now() }))));
  const titled = async (title: string): Promise<Json[]> => (await posts()).filter((post) => post.title === title);

  beforeAll(async () => {
    ghost = await startGhost();
    proxy = await startLossyProxy(ghost.url);
    media = await startMediaServer();
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: `${proxy.host},${media.host}` });
    liveKey = await plaza.newKey({ mode: 'live' });
  }, 900_000);
  afterAll(async () => {
    await plaza?.stop();
    await media?.close();
    await proxy?.close();
    await ghost?.stop();
  }, 60_000);

  const connect = (adminApiKey: string) => plaza.send('POST', '/v1/connect/ghost/credentials', { credentials: { adminApiUrl: `${proxy.url}/ghost/`, adminApiKey } }, {}, liveKey);

  it.each([
    ['a wrong secret', () => `${ghost.adminApiKey.split(':')[0] ?? ''}:${'0'.repeat(64)}`],
    ['an unknown key', () => `${'0'.repeat(24)}:${'0'.repeat(64)}`],
  ])('refuses %s', async (_name, key) => {
    const refused = await connect(key());
    expect([refused.status, refused.json.code]).toEqual([401, 'connect.credentials_refused']);
  });

  it("connects with an Admin API key through Plaza's own API", async () => {
    const connected = await connect(ghost.adminApiKey);
    expect(connected.status).toBe(201);
    expect(connected.json.integration).toMatchObject({ platform: 'ghost', displayName: 'A real Ghost', authStatus: 'active' });
    expect(connected.text).not.toContain(ghost.adminApiKey.split(':')[1]);
    accountId = connected.json.integration.id;
  });

  it('publishes text with a picture, and it reads back as it was meant', async () => {
    const picture = png(64, 48);
    media.put('/picture.png', picture, 'image/png');
    const content = 'Grüße aus Plaza\n\nFirst <b>not bold</b> & https://example.com/a?b=1\nnext line\n\nSecond';
    const made = await publish({ content, mediaItems: [{ type: 'image', url: media.url('/picture.png') }] }, { altText: ['A "black" picture'], tags: ['Plaza'], customExcerpt: 'Short', visibility: 'public' });
    expect(made.json).toMatchObject({ success: true, status: 'published' });
    const { platforms } = await read(made.json.postId);
    const [post] = await titled('Grüße aus Plaza');
    expect(post).toMatchObject({ id: platforms[0].platformPostId, status: 'published', slug: 'grusse-aus-plaza', custom_excerpt: 'Short', visibility: 'public' });
    expect(post?.tags.map(({ name }: Json) => name)).toEqual(['Plaza']);
    expect(platforms[0].platformPostUrl).toBe(post?.url);
    expect(post?.html).toContain('First &lt;b&gt;not bold&lt;/b&gt; &amp; <a href="https://example.com/a?b=1">https://example.com/a?b=1</a><br>next line');
    expect(post?.html).toContain('alt="A &quot;black&quot; picture"');
    const [, address = ''] = /<img src="([^"]+)"/.exec(post?.html) ?? [];
    expect(Buffer.from(await (await fetch(address)).arrayBuffer()).subarray(1, 4).toString()).toBe('PNG');
    expect((await fetch(post?.url)).status).toBe(200);
  });

  it('gives the same title an address of its own, and keeps a chosen one', async () => {
    const made = await publish({ content: 'Grüße aus Plaza\n\nAgain' });
    expect((await read(made.json.postId)).platforms[0].platformPostUrl).toMatch(/\/grusse-aus-plaza-2\/$/);
    const chosen = await publish({ content: 'Chosen' }, { slug: 'my-own-slug' });
    expect((await read(chosen.json.postId)).platforms[0].platformPostUrl).toMatch(/\/my-own-slug\/$/);
  });

  it('takes HTML as it is, and a feature image', async () => {
    await publish({ content: '<p>With <strong>bold</strong></p>', mediaItems: [{ type: 'image', url: media.url('/picture.png') }] }, { title: 'HTML', format: 'html', featureImage: 'first', featureImageAlt: 'Above' });
    const [post] = await titled('HTML');
    expect(post).toMatchObject({ feature_image: expect.stringContaining('/content/images/'), feature_image_alt: 'Above' });
    expect(post?.html).toContain('<strong>bold</strong>');
    expect(post?.html).not.toContain('<img');
  });

  it('keeps videos and documents in the body', async () => {
    const media = [mediaFile({ type: 'video' }), mediaFile({ type: 'document' })];
    const [post] = await directly(async ({ publish }, context, account) => {
      const content = { text: 'With files', options: {} };
      const publication: Publication = { ...account, content, media, attachments: {}, before: [], publicationId: 'with-files', dueAtMs: Date.now(), checkpoint: {} };
      const prepared = await publish?.prepare?.(context, publication, async () => undefined);
      if (prepared?.kind !== 'ready') throw new Error(JSON.stringify(prepared));
      await publish?.submit(context, { ...publication, checkpoint: prepared.checkpoint });
      return titled('With files');
    });
    const [, video = ''] = /<video controls="" preload="metadata" src="([^"]+)"><\/video>/.exec(post?.html) ?? [];
    const [, document = ''] = new RegExp(`<a href="([^"]+)">${media[1]?.filename ?? ''}</a>`).exec(post?.html) ?? [];
    for (const [index, address] of [video, document].entries()) {
      const stored = Buffer.from(await (await fetch(address)).arrayBuffer());
      expect(stored.equals(Buffer.from((await media[index]?.bytes()) ?? []))).toBe(true);
    }
  });

  it('publishes at a scheduled time, and nothing is to be seen before', async () => {
    const scheduledFor = new Date(Date.now() + 1_500).toISOString();
    const made = await publish({ content: 'At its time', scheduledFor });
    expect(await titled('At its time')).toEqual([]);
    await eventually(() => read(made.json.postId), ({ status }) => status === 'published', 'published');
    expect(await titled('At its time')).toHaveLength(1);
  });

  it('an answer that is lost after Ghost has published is settled by a look-up, and the post is there once', async () => {
    proxy.loseNext('PUT');
    const made = await publish({ content: 'Was it sent?' });
    const post = await eventually(() => read(made.json.postId), ({ platforms }) => platforms[0].state === 'published', 'published');
    const found = await titled('Was it sent?');
    expect(found.map(({ id, status }) => [id, status])).toEqual([[post.platforms[0].platformPostId, 'published']]);
    const sent = proxy.requests.filter((request) => request === `PUT /ghost/api/admin/posts/${found[0]?.id ?? ''}/`);
    expect(sent).toHaveLength(1);
  });

  it('a draft whose answer is lost is found again, and there is no second', async () => {
    proxy.loseNext('POST');
    const made = await publish({ content: 'One draft' });
    await eventually(() => read(made.json.postId), ({ platforms }) => platforms[0].state === 'published', 'published');
    expect((await titled('One draft')).map(({ status }) => status)).toEqual(['published']);
  });

  it('a draft that changed since it was prepared is not published over: Ghost refuses the collision', async () => {
    const made = await ghost.admin<Json>('POST', '/posts/', { posts: [{ title: 'Collision', status: 'draft' }] });
    const [{ id, updated_at: seen }] = made.posts;
    await new Promise((later) => setTimeout(later, 1_100));
    await ghost.admin('PUT', `/posts/${id}/`, { posts: [{ title: 'Collision, edited', updated_at: seen }] });
    await expect(ghost.admin('PUT', `/posts/${id}/`, { posts: [{ status: 'published', updated_at: seen }] })).rejects.toThrow(/409.*UPDATE_COLLISION/);
  });

  it('refuses a newsletter that is not there, before anything is made', async () => {
    const made = await publish({ content: 'No such newsletter' }, { newsletter: 'no-such-newsletter' });
    expect(made.json.platforms[0]).toMatchObject({ success: false, error: expect.stringContaining('no active newsletter') });
    expect(await titled('No such newsletter')).toEqual([]);
  });

  it('publishes with a newsletter', async () => {
    const made = await publish({ content: 'With a newsletter' }, { newsletter: 'default-newsletter' });
    await eventually(() => read(made.json.postId), ({ platforms }) => platforms[0].state === 'published', 'published');
    expect((await titled('With a newsletter')).map(({ status }) => status)).toEqual(['published']);
  });

  it('counts, and deletes what it published', async () => {
    const made = await publish({ content: 'To be deleted' });
    const id = (await read(made.json.postId)).platforms[0].platformPostId;
    expect(await metrics([id, 'f'.repeat(24)])).toEqual({ kind: 'metrics', posts: { [id]: { ...NO_METRICS, clicks: 0, likes: 0 } } });
    const deleted = await plaza.send('DELETE', `/v1/posts/${made.json.postId}?deleteFromPlatforms=true`, undefined, {}, liveKey);
    expect(deleted.json.success).toBe(true);
    expect(await titled('To be deleted')).toEqual([]);
  });

  it('a key that was deleted asks for a reconnection', async () => {
    const { integrations } = await ghost.admin<Json>('GET', '/integrations/?limit=all');
    const mine = integrations.find(({ name }: Json) => name === 'Plaza');
    await ghost.admin('DELETE', `/integrations/${mine.id}/`);
    const failed = await publish({ content: 'No more' });
    expect(failed.json.platforms[0]).toMatchObject({ success: false, errorCode: 'reconnect_required' });
  });
});
