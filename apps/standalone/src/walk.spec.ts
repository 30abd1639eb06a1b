import { call, cleanUp, consent, eventually, newDataFolder, startPlaza, type PlazaProcess } from './plaza-process.spec-support.ts';

const SECRET = 'a-client-secret-that-must-never-come-back';
const DONE = 'http://127.0.0.1:9999/done';

describe('the walk of the README, against a real process', () => {
  const dataFolder = newDataFolder();
  let plaza: PlazaProcess;
  let key: string;
  let appId: string;
  let profileId: string;
  let accountId: string;

  const post = (body: object, headers = {}) => call(plaza, key, 'POST', '/v1/posts', body, headers);
  const get = (path: string) => call(plaza, key, 'GET', path);
  const ledger = async (): Promise<{ text: string; postId: string }[]> => (await call(plaza, '', 'GET', '/sandbox/_/ledger')).json.entries;
  const restart = async (): Promise<void> => {
    plaza = await startPlaza({ dataFolder });
  };

  beforeAll(async () => {
    plaza = await startPlaza({ dataFolder });
    key = plaza.key('test');
  }, 60_000);
  afterAll(() => cleanUp(plaza, dataFolder), 60_000);

  it('prints both keys, the address, the docs and the data folder at the first start', () => {
    expect(plaza.output()).toMatch(/^live key {2}pz_live_[0-9A-Za-z]{52}$/m);
    expect(plaza.output()).toMatch(/^test key {2}pz_test_[0-9A-Za-z]{52}$/m);
    expect(plaza.output()).toMatch(/^docs +http:\/\/127\.0\.0\.1:\d+\/docs$/m);
    expect(plaza.output()).toContain(dataFolder);
  });

  it('registers an own OAuth app and never gives its secret back', async () => {
    const made = await call(plaza, key, 'POST', '/v1/apps/', { platform: 'twitter', name: 'Acme', clientId: 'client-1', clientSecret: SECRET });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      success: true,
      app: {
        id: expect.any(String),
        platform: 'twitter',
        name: 'Acme',
        imageUrl: null,
        clientId: 'client-1',
        integrationCount: 0,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    });
    appId = made.json.app.id;
  });

  it('connects an account through the consent page', async () => {
    profileId = (await call(plaza, key, 'POST', '/v1/profiles', { name: 'Acme' })).json.profile.id;
    const started = await get(`/v1/connect/twitter?appId=${appId}&profileId=${profileId}&redirectUri=${encodeURIComponent(DONE)}`);
    expect(started.status).toBe(200);
    const page = await (await fetch(started.json.url)).text();
    expect(page).toContain('client-1');
    expect(page).toContain('tweet.write');
    const target = new URL(await consent(started.json.url, 'approve', 'walker'));
    expect(`${target.origin}${target.pathname}`).toBe(DONE);
    expect(target.searchParams.get('status')).toBe('success');
    expect(target.searchParams.get('platform')).toBe('twitter');
    accountId = target.searchParams.get('integrationId') ?? '';
    expect((await get(`/v1/connect/integrations?profileId=${profileId}`)).json.integrations).toMatchObject([{ id: accountId, platform: 'twitter', byok: true, appId }]);
  });

  it('takes a denial to the cancel address', async () => {
    const cancel = 'http://127.0.0.1:9999/cancel';
    const started = await get(`/v1/connect/twitter?appId=${appId}&redirectUri=${encodeURIComponent(DONE)}&cancelRedirectUri=${encodeURIComponent(cancel)}`);
    const target = new URL(await consent(started.json.url, 'deny', 'walker'));
    expect(`${target.origin}${target.pathname}`).toBe(cancel);
    expect(Object.fromEntries(target.searchParams)).toEqual({ status: 'error', platform: 'twitter', code: 'connect.denied' });
  });

  it('publishes now, with the platform post and one attempt in the ledger', async () => {
    const made = await post({ content: 'Hello from the walk', platforms: [{ platform: 'twitter', accountId }] });
    expect(made.status).toBe(202);
    expect(made.json).toMatchObject({ success: true, status: 'published', platforms: [{ success: true, platformPostUrl: expect.stringContaining('/walker/status/') }] });
    const read = await get(`/v1/posts/${made.json.postId}`);
    expect(read.json.post.platforms[0]).toMatchObject({ status: 'published', state: 'published', attempts: [{ number: 1, kind: 'send', decision: 'published' }] });
    expect((await ledger()).filter(({ text }) => text === 'Hello from the walk')).toHaveLength(1);
  });

  it('publishes at a scheduled time', async () => {
    const scheduledFor = new Date(Date.now() + 1_500).toISOString();
    const made = await post({ content: 'Hello at a time', platforms: [{ platform: 'twitter', accountId }], scheduledFor });
    expect(made.json).toMatchObject({ status: 'scheduled', scheduledFor });
    const read = await eventually(() => get(`/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published');
    expect(new Date(read.json.post.platforms[0].publishedAt).getTime()).toBeGreaterThanOrEqual(Date.parse(scheduledFor));
  });

  it('publishes to several platforms in one call', async () => {
    const bluesky = await call(plaza, key, 'POST', '/v1/connect/bluesky/auth', { identifier: 'walker.sandbox.example', password: 'abcd-efgh-ijkl-mnop' });
    expect(bluesky.status).toBe(201);
    const webhookUrl = `${plaza.url}/sandbox/discord/api/webhooks/1234567890/${'t'.repeat(68)}`;
    const discord = await call(plaza, key, 'POST', '/v1/connect/discord/credentials', { credentials: { webhookUrl } });
    expect(discord.text).not.toContain('t'.repeat(68));
    expect(discord.status).toBe(201);
    const platforms = [
      { platform: 'x', accountId },
      { platform: 'bluesky', accountId: bluesky.json.integration.id },
      { platform: 'discord', accountId: discord.json.integration.id },
    ];
    const made = await post({ content: 'Hello everywhere', platforms });
    expect(made.json.platforms.map(({ state }: { state: string }) => state)).toEqual(['published', 'published', 'published']);
    expect((await ledger()).filter(({ text }) => text === 'Hello everywhere')).toHaveLength(3);
  });

  it('lists the accounts as Post-EZ does', async () => {
    const listed = await call(plaza, '', 'GET', '/api/v1/accounts', undefined, { authorization: `Bearer ${key}` });
    expect(listed.status).toBe(200);
    expect(listed.json.accounts.map(({ provider, kind }: { provider: string; kind: string }) => [provider, kind])).toEqual([
      ['bluesky', 'byok'],
      ['discord', 'byok'],
      ['twitter', 'oauth'],
    ]);
    expect(listed.json.accounts[2]).toEqual({ provider: 'twitter', kind: 'oauth', connected_at: expect.any(String), last_used_at: expect.any(String), expires_at: expect.any(String) });
  });

  it('keeps keys, tokens and posts over SIGTERM, and sends what came due meanwhile once', async () => {
    const made = await post({ content: 'Due while stopped', platforms: [{ platform: 'twitter', accountId }], scheduledFor: new Date(Date.now() + 500).toISOString() });
    plaza.signal('SIGTERM');
    expect(await plaza.exited).toBe(0);
    await restart();
    expect(plaza.output()).not.toContain('key  pz_');
    await eventually(() => get(`/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published after the restart');
    expect((await ledger()).filter(({ text }) => text === 'Due while stopped')).toHaveLength(1);
  }, 60_000);

  it('and the same over kill -9', async () => {
    const made = await post({ content: 'Due while dead', platforms: [{ platform: 'twitter', accountId }], scheduledFor: new Date(Date.now() + 500).toISOString() });
    plaza.signal('SIGKILL');
    await plaza.exited;
    await restart();
    await eventually(() => get(`/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published after the kill');
    expect((await ledger()).filter(({ text }) => text === 'Due while dead')).toHaveLength(1);
  }, 60_000);

  it('refuses to delete an app in use, and deletes it after the disconnection', async () => {
    const refused = await call(plaza, key, 'DELETE', `/v1/apps/${appId}`);
    expect(refused.status).toBe(409);
    expect(refused.json.details).toEqual({ integrationCount: 1 });
    expect((await call(plaza, key, 'DELETE', `/v1/connect/integrations/${accountId}`)).status).toBe(200);
    const gone = await eventually(() => call(plaza, key, 'DELETE', `/v1/apps/${appId}`), ({ status }) => status !== 409, 'deleted');
    expect(gone.status).toBe(200);
  });

  it('never printed or logged the client secret', () => {
    expect(plaza.output()).not.toContain(SECRET);
  });
});
