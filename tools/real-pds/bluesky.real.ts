import { startTestPlaza, type TestPlaza } from '../../apps/standalone/src/in-process.spec-support.ts';
import { jpeg, startMediaServer, type MediaServer } from '../../apps/standalone/src/media-server.spec-support.ts';
import { eventually, type Json } from '../../apps/standalone/src/plaza-process.spec-support.ts';
import { startPds, type RealPds } from './pds.spec-support.ts';

const HANDLE = 'plaza.test';
const COLLECTION = 'app.bsky.feed.post';

/** So many bytes that begin as an MP4 and hold one box. */
function mp4(size: number): Buffer {
  const bytes = Buffer.alloc(size, 7);
  bytes.writeUInt32BE(24, 0);
  bytes.write('ftypisom\0\0\0\0isommp42', 4, 'latin1');
  bytes.writeUInt32BE(size - 24, 24);
  bytes.write('mdat', 28, 'latin1');
  return bytes;
}

describe('a real Bluesky PDS', () => {
  let pds: RealPds;
  let media: MediaServer;
  let plaza: TestPlaza;
  let liveKey: string;
  let appPassword: string;
  let did: string;
  let accountId: string;

  const publish = (body: object) => plaza.send('POST', '/v1/posts', { platforms: [{ platform: 'bluesky', accountId }], ...body }, {}, liveKey);
  const read = async (postId: string): Promise<Json> => (await plaza.send('GET', `/v1/posts/${postId}`, undefined, {}, liveKey)).json.post;
  const record = (uri: string): Promise<Json> => {
    const [repo = '', collection = '', rkey = ''] = uri.replace('at://', '').split('/');
    return pds.xrpc('com.atproto.repo.getRecord', { query: { repo, collection, rkey } });
  };
  const records = async (): Promise<Json[]> =>
    (await pds.xrpc<Json>('com.atproto.repo.listRecords', { query: { repo: did, collection: COLLECTION, limit: '100' } })).records;

  const blobLimit = async (): Promise<number> => (await pds.xrpc<Json>('com.atproto.server.describeServer', {})).blobUploadLimit;

  const integration = async (): Promise<Json> =>
    (await plaza.database.asAdmin('select username, display_name, profile_url, image_url, metadata from connect.integrations where id = $1', [accountId]))[0];

  beforeAll(async () => {
    pds = await startPds();
    media = await startMediaServer();
    const account = await pds.xrpc<Json>('com.atproto.server.createAccount', { body: { email: 'plaza@example.test', handle: HANDLE, password: 'a-generated-password' } });
    did = account.did;
    const made = await pds.xrpc<Json>('com.atproto.server.createAppPassword', { body: { name: 'plaza' }, token: account.accessJwt });
    appPassword = made.password;
    const { host } = new URL(pds.url);
    plaza = await startTestPlaza({ PLAZA_ALLOWED_HOSTS: `${host},${media.host}` });
    liveKey = await plaza.newKey({ mode: 'live' });
  }, 900_000);
  afterAll(async () => {
    await plaza?.stop();
    await media?.close();
    await pds?.stop();
  }, 60_000);

  const connect = (password: string) =>
    plaza.send('POST', '/v1/connect/bluesky/credentials', { credentials: { identifier: HANDLE, password, service: pds.url } }, {}, liveKey);

  it('refuses a wrong app password', async () => {
    const refused = await connect('aaaa-bbbb-cccc-dddd');
    expect([refused.status, refused.json.code]).toEqual([401, 'connect.credentials_refused']);
  });

  it('refuses the password of the account', async () => {
    const refused = await connect('a-generated-password');
    expect([refused.status, refused.json.code]).toEqual([401, 'connect.credentials_refused']);
    expect(refused.text).toContain('Make an app password');
  });

  it("connects with an app password through Plaza's own API", async () => {
    const connected = await connect(appPassword);
    expect(connected.status).toBe(201);
    expect(connected.json.integration).toMatchObject({ platform: 'bluesky', platformUserId: did, authStatus: 'active' });
    expect(connected.text).not.toContain(appPassword);
    accountId = connected.json.integration.id;
    // The service for videos could not come to a server on loopback, so that they go to it as they are.
    expect((await integration()).metadata).toEqual({ blobUploadLimit: await blobLimit(), storesVideosItself: true });
  });

  it('is read again after a day, and what its server allows by then counts', async () => {
    const before = await integration();
    await plaza.database.asAdmin(`update connect.integrations set metadata = '{"blobUploadLimit": 1}', created_at = now() - interval '25 hours' where id = $1`, [accountId]);
    expect(await eventually(integration, ({ metadata }) => metadata.blobUploadLimit !== 1, 'read again')).toEqual(before);
  });

  it('publishes text with a link, a mention, a tag and an image, and it reads back as it was meant', async () => {
    const picture = jpeg(640, 480);
    media.put('/picture.jpg', picture, 'image/jpeg');
    const content = `Grüße 👋 to @${HANDLE}: https://example.com/a?b=1 #plaza`;
    const made = await publish({ content, mediaItems: [{ type: 'image', url: media.url('/picture.jpg') }] });
    expect(made.json).toMatchObject({ success: true, status: 'published' });
    const { platforms } = await read(made.json.postId);
    const { value } = await record(platforms[0].platformPostId);
    expect(value.text).toBe(content);
    const features = value.facets.map((facet: Json) => [Buffer.from(content).subarray(facet.index.byteStart, facet.index.byteEnd).toString('utf8'), facet.features[0]]);
    expect(features).toEqual([
      [`@${HANDLE}`, { $type: 'app.bsky.richtext.facet#mention', did }],
      ['https://example.com/a?b=1', { $type: 'app.bsky.richtext.facet#link', uri: 'https://example.com/a?b=1' }],
      ['#plaza', { $type: 'app.bsky.richtext.facet#tag', tag: 'plaza' }],
    ]);
    const [image] = value.embed.images;
    expect(image.aspectRatio).toEqual({ width: 640, height: 480 });
    const blob = await fetch(`${pds.url}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${image.image.ref.$link}`);
    expect(Buffer.from(await blob.arrayBuffer()).equals(picture)).toBe(true);
    expect(platforms[0].platformPostUrl).toMatch(new RegExp(`^https://bsky.app/profile/${did}/post/`));
  });

  it('publishes a video that its server takes as it is, and a link card and a picture without a text', async () => {
    const film = mp4(1_000_000);
    media.put('/film.mp4', film, 'video/mp4');
    const made = await publish({ content: 'A film', mediaItems: [{ type: 'video', url: media.url('/film.mp4') }] });
    expect(made.json).toMatchObject({ success: true, status: 'published' });
    const { value } = await record((await read(made.json.postId)).platforms[0].platformPostId);
    expect(value.embed).toMatchObject({ $type: 'app.bsky.embed.video', video: { mimeType: 'video/mp4', size: film.length } });
    const card = { linkCard: { url: 'https://example.com/a', title: 'A page' }, threadItems: [{ content: '', mediaItems: [{ type: 'image', url: media.url('/picture.jpg') }] }] };
    const bare = await publish({ content: '', platforms: [{ platform: 'bluesky', accountId, platformSpecificData: card }] });
    expect(bare.json).toMatchObject({ success: true, status: 'published' });
    const written = (await records()).filter(({ value: post }) => post.text === '').map(({ value: post }) => post.embed.$type);
    expect(written.toSorted()).toEqual(['app.bsky.embed.external', 'app.bsky.embed.images']);
  });

  it('makes the tokens that the video service asks for, with an app password', async () => {
    const session = await pds.xrpc<Json>('com.atproto.server.createSession', { body: { identifier: HANDLE, password: appPassword } });
    const exp = String(Math.floor(Date.now() / 1000) + 1_800);
    for (const [aud, lxm] of [['did:web:video.bsky.app', 'app.bsky.video.getUploadLimits'], ['did:web:pds.example', 'com.atproto.repo.uploadBlob']] as const) {
      const { token } = await pds.xrpc<Json>('com.atproto.server.getServiceAuth', { query: { aud, lxm, exp }, token: session.accessJwt });
      expect(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'))).toMatchObject({ iss: did, aud, lxm, exp: Number(exp) });
    }
  });

  it('refuses a video that is larger than its server takes before anything is scheduled', async () => {
    const limit = await blobLimit();
    media.put('/large.mp4', mp4(limit + 1), 'video/mp4');
    const refused = await publish({ content: 'A large film', mediaItems: [{ type: 'video', url: media.url('/large.mp4') }] });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`; ${limit} are allowed`);
  });

  it('publishes at a scheduled time', async () => {
    const scheduledFor = new Date(Date.now() + 1_500).toISOString();
    const made = await publish({ content: 'At its time', scheduledFor });
    expect((await records()).map(({ value }) => value.text)).not.toContain('At its time');
    const post = await eventually(() => read(made.json.postId), ({ status }) => status === 'published', 'published');
    expect(Date.parse(post.platforms[0].publishedAt)).toBeGreaterThanOrEqual(Date.parse(scheduledFor));
    expect((await records()).filter(({ value }) => value.text === 'At its time')).toHaveLength(1);
  });

  it('renews the session at the real server when the token is about to expire', async () => {
    const revision = async () => (await plaza.database.asAdmin<{ revision: number }>('select grant_revision as revision from connect.integrations where id = $1', [accountId]))[0]?.revision;
    const before = await revision();
    await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute' where id = $1`, [accountId]);
    expect((await publish({ content: 'With a new session' })).json.status).toBe('published');
    expect(await revision()).toBe((before ?? 0) + 1);
    const { integration } = (await plaza.send('GET', `/v1/connect/integrations/${accountId}`, undefined, {}, liveKey)).json;
    expect(Date.parse(integration.accessTokenExpiresAt)).toBeGreaterThan(Date.now() + 60_000);
  });

  it('a publication whose outcome was lost is sent again under the same record key and is there once', async () => {
    const made = await publish({ content: 'Was it sent?' });
    await plaza.database.asAdmin(
      `update publishing.targets set state = 'unknown', next_try_at = now(), published_at = null, had_unknown = true, failures = 0,
         parts = '[]', platform_post_id = null, platform_post_url = null where post_id = $1`,
      [made.json.postId],
    );
    const post = await eventually(() => read(made.json.postId), ({ platforms }) => platforms[0].state === 'published', 'published again');
    expect(post.platforms[0].platformPostId).toBe((await records()).find(({ value }) => value.text === 'Was it sent?')?.uri);
    expect((await records()).filter(({ value }) => value.text === 'Was it sent?')).toHaveLength(1);
  });

  it('deletes what it published', async () => {
    const made = await publish({ content: 'To be deleted' });
    const deleted = await plaza.send('DELETE', `/v1/posts/${made.json.postId}?deleteFromPlatforms=true`, undefined, {}, liveKey);
    expect(deleted.json.success).toBe(true);
    expect((await records()).map(({ value }) => value.text)).not.toContain('To be deleted');
  });

  it('an app password that was revoked asks for a reconnection', async () => {
    const session = await pds.xrpc<Json>('com.atproto.server.createSession', { body: { identifier: HANDLE, password: 'a-generated-password' } });
    await fetch(`${pds.url}/xrpc/com.atproto.server.revokeAppPassword`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessJwt}` },
      body: JSON.stringify({ name: 'plaza' }),
    });
    await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute' where id = $1`, [accountId]);
    const failed = await publish({ content: 'No more' });
    expect(failed.json.platforms[0]).toMatchObject({ success: false, errorCode: 'reconnect_required' });
  });
});
