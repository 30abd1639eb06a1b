import { keyOf, KEY_ID } from '../../../libs/connectors/ghost/scenario.spec-support.ts';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { jpeg, startMediaServer, type MediaServer } from './media-server.spec-support.ts';
import { consent, eventually } from './plaza-process.spec-support.ts';

/** The servers that accounts bring themselves, through Plaza's own API. */
describe('platforms of many servers', () => {
  let plaza: TestPlaza;
  let media: MediaServer;
  beforeAll(async () => {
    media = await startMediaServer();
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: media.host });
  });
  afterAll(async () => {
    await plaza.stop();
    await media.close();
  });

  const publish = async (platform: string, accountId: string, content: string): Promise<string[]> => {
    const made = await plaza.send('POST', '/v1/posts', { content, platforms: [{ platform, accountId }] });
    await eventually(() => plaza.send('GET', `/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', `${platform} published`);
    return (await plaza.ledger()).filter((entry) => entry.platform === platform).map(({ text }) => text);
  };
  const consented = async (instance: string, account: string): Promise<string | null> => {
    const started = await plaza.send('GET', `/v1/connect/mastodon?instance=${instance}&redirectUri=${encodeURIComponent('http://127.0.0.1:9999/done')}`);
    return new URL(await consent(started.json.url, 'approve', account)).searchParams.get('integrationId');
  };

  it('Mastodon: registers itself once at a server, connects by consent and by a token, and publishes as both', async () => {
    const [first, second] = [await consented('mastodon.example', 'alice'), await consented('https://mastodon.example/', 'bob')];
    expect([first, second]).toEqual([expect.any(String), expect.any(String)]);
    const { requests } = (await (await fetch(`${plaza.url}/sandbox/_/requests?platform=mastodon`)).json()) as { requests: { path: string }[] };
    expect(requests.filter(({ path }) => path.endsWith('/api/v1/apps'))).toHaveLength(1);
    const pasted = await plaza.send('POST', '/v1/connect/mastodon/credentials', { credentials: { instance: 'mastodon.example', accessToken: 'pasted_carol' } });
    expect(pasted.status).toBe(201);
    await publish('mastodon', first ?? '', 'By consent');
    expect(await publish('mastodon', pasted.json.integration.id, 'By a token')).toEqual(['By consent', 'By a token']);
  });
  it('Mastodon: holds media, those of further posts too, against what the account’s server told', async () => {
    const pasted = await plaza.send('POST', '/v1/connect/mastodon/credentials', { credentials: { instance: 'mastodon.example', accessToken: 'pasted_dora' } });
    const { id } = pasted.json.integration;
    media.put('/wide.jpg', jpeg(100, 100), 'image/jpeg');
    const picture = { type: 'image', url: media.url('/wide.jpg') };
    const platforms = [{ platform: 'mastodon', accountId: id, platformSpecificData: { threadItems: [{ content: 'And another', mediaItems: [picture] }] } }];
    const made = () => plaza.send('POST', '/v1/posts', { content: 'A picture', mediaItems: [picture], platforms, scheduledFor: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await made()).json).toMatchObject({ success: true, status: 'scheduled' });
    await plaza.database.asAdmin(`update connect.integrations set metadata = jsonb_set(metadata, '{limits,imagePixels}', '9999') where id = '${id}'`);
    await plaza.database.asAdmin(`update publishing.accounts set facts = jsonb_set(facts, '{metadata,limits,imagePixels}', '9999') where account_id = '${id}'`);
    const refused = await made();
    expect(refused.json).toMatchObject({ success: false, code: 'post.content_refused' });
    const paths = ['mediaItems[0]', 'platformSpecificData.threadItems[0].mediaItems[0]'];
    expect(refused.json.details.targets[0].violations).toMatchObject(paths.map((path) => ({ rule: 'media_dimensions', limit: 9999, actual: 10_000, path })));
  });
  it.each([
    ['ghost', { adminApiUrl: 'https://blog.example.com', adminApiKey: keyOf(KEY_ID) }],
    ['beehiiv', { apiKey: 'a-key', publicationId: 'pub_00000000-0000-0000-0000-00000000000a' }],
  ])('%s: connects with a key and publishes an article once', async (platform, credentials) => {
    const connected = await plaza.send('POST', `/v1/connect/${platform}/credentials`, { credentials });
    expect(connected.status).toBe(201);
    expect(await publish(platform, connected.json.integration.id, 'A title\n\nA text')).toEqual(['A title\nA text']);
  });
});
