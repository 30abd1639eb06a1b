import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, consent, eventually } from './plaza-process.spec-support.ts';

/** Both documents that Plaza was founded on, request by request: bring your own key, and the account query. */
describe('bring your own key', () => {
  let plaza: TestPlaza;
  let app: { id: string };
  let accountId: string;

  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  it('POST /v1/apps/ answers 201 with the app and without its secret', async () => {
    const made = await plaza.send('POST', '/v1/apps/', { platform: 'twitter', name: 'Acme Twitter OAuth App', clientId: 'abc123', clientSecret: 'shh-very-secret' });
    expect(made.status).toBe(201);
    expect(Object.keys(made.json)).toEqual(['success', 'app']);
    expect(Object.keys(made.json.app).toSorted()).toEqual(['clientId', 'createdAt', 'id', 'imageUrl', 'integrationCount', 'name', 'platform', 'updatedAt']);
    expect(made.json.app).toMatchObject({ platform: 'twitter', name: 'Acme Twitter OAuth App', imageUrl: null, clientId: 'abc123', integrationCount: 0 });
    app = made.json.app;
  });

  it('x is accepted for twitter', async () => {
    const made = await plaza.send('POST', '/v1/apps/', { platform: 'x', name: 'As x', clientId: 'abc124', clientSecret: 'shh' });
    expect(made.json.app.platform).toBe('twitter');
  });

  it('GET /v1/connect/{platform} gives the URL to send the user to, under the own app, with the callback of Plaza', async () => {
    const profile = await plaza.send('POST', '/v1/profiles/', { name: 'Acme' });
    const started = await plaza.send('GET', `/v1/connect/twitter?appId=${app.id}&profileId=${profile.json.profile.id}&redirectUri=http://127.0.0.1:9999/done`);
    expect(Object.keys(started.json)).toEqual(['url']);
    const url = new URL(started.json.url);
    expect(url.searchParams.get('client_id')).toBe('abc123');
    expect(url.searchParams.get('redirect_uri')).toBe(`${plaza.url}/v1/connect/twitter/callback`);
    accountId = new URL(await consent(started.json.url, 'approve', 'founder')).searchParams.get('integrationId') ?? '';
    const listed = await plaza.send('GET', `/v1/connect/integrations?profileId=${profile.json.profile.id}`);
    expect(listed.json.integrations).toMatchObject([{ id: accountId, byok: true, appId: app.id, app: { id: app.id, name: 'Acme Twitter OAuth App', imageUrl: null } }]);
  });

  it('a live key gets the real platform, with the right client id, scopes, PKCE and callback', async () => {
    const live = await plaza.newKey({ mode: 'live' });
    const started = await plaza.send('GET', `/v1/connect/twitter?appId=${app.id}&redirectUri=https://example.com/done`, undefined, {}, live);
    const url = new URL(started.json.url);
    expect(url.origin + url.pathname).toBe('https://x.com/i/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'abc123',
      redirect_uri: `${plaza.url}/v1/connect/twitter/callback`,
      scope: 'tweet.read tweet.write users.read media.write offline.access',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it("without appId the operator's managed app is used", async () => {
    const started = await plaza.send('GET', '/v1/connect/twitter?redirectUri=http://127.0.0.1:9999/done');
    const id = new URL(await consent(started.json.url, 'approve', 'managed')).searchParams.get('integrationId');
    expect((await plaza.send('GET', `/v1/connect/integrations/${id}`)).json.integration).toMatchObject({ appId: null, app: null, byok: false });
  });

  it('POST /v1/posts publishes with the integration as the account', async () => {
    const made = await plaza.send('POST', '/v1/posts', { content: 'Hello world!', platforms: [{ platform: 'twitter', accountId }] });
    expect(made.status).toBe(202);
    expect(made.json).toMatchObject({ success: true, status: 'published', postId: expect.any(String) });
  });

  it('PATCH changes name, image and secret, and nothing else', async () => {
    const renamed = await plaza.send('PATCH', `/v1/apps/${app.id}`, { name: 'Renamed', imageUrl: 'https://example.com/icon.png', clientSecret: 'rotated' });
    expect(renamed.json.app).toMatchObject({ name: 'Renamed', imageUrl: 'https://example.com/icon.png', clientId: 'abc123' });
    for (const [field, code] of [['clientId', 'app.client_id_fixed'], ['platform', 'app.platform_fixed']]) {
      const refused = await plaza.send('PATCH', `/v1/apps/${app.id}`, { [field ?? '']: 'other' });
      expect([refused.status, refused.json.code]).toEqual([400, code]);
      expect(refused.json.message).toContain('refresh tokens are tied to the client id');
    }
  });

  it('DELETE is 409 while integrations depend on the app', async () => {
    const refused = await plaza.send('DELETE', `/v1/apps/${app.id}`);
    expect([refused.status, refused.json.details.integrationCount]).toEqual([409, 1]);
  });
});

describe('the account query', () => {
  let plaza: TestPlaza;
  const query = (key: string) => call(plaza, '', 'GET', '/api/v1/accounts', undefined, key === '' ? {} : { authorization: `Bearer ${key}` });

  beforeAll(async () => {
    plaza = await startTestPlaza({ PLAZA_RATE_LIMIT_PER_MINUTE: '600' });
  });
  afterAll(() => plaza.stop());

  it('lists no account at first', async () => {
    expect((await query(plaza.key)).json).toEqual({ ok: true, accounts: [] });
  });

  it('lists every account with provider, kind and times, sorted by kind, then provider', async () => {
    await plaza.connectAccount('twitter', 'query');
    await plaza.connectAccount('discord', 'query');
    await plaza.connectAccount('instagram', 'query');
    await plaza.connectAccount('bluesky', 'query');
    // The list follows the events of the connections.
    const { accounts } = (await eventually(() => query(plaza.key), ({ json }) => json.accounts.length === 4, 'all four listed')).json;
    expect(accounts.map(({ kind, provider }: { kind: string; provider: string }) => `${kind} ${provider}`)).toEqual(['byok bluesky', 'byok discord', 'oauth instagram', 'oauth twitter']);
    for (const account of accounts) expect(Object.keys(account)).toEqual(['provider', 'kind', 'connected_at', 'last_used_at', 'expires_at']);
    expect(accounts[0]).toMatchObject({ last_used_at: null, expires_at: null });
    expect(Date.parse(accounts[3].expires_at)).toBeGreaterThan(Date.now());
  });

  it('answers 401 without a valid key, one text for all', async () => {
    const typo = `${plaza.key.slice(0, -1)}${plaza.key.endsWith('0') ? '1' : '0'}`;
    const bodies = await Promise.all(['', 'nonsense', typo].map((key) => query(key)));
    for (const { status, json } of bodies) expect([status, json.ok, json.error, json.message]).toEqual([401, false, 'unauthorized', bodies[0]?.json.message]);
  });

  it('answers 403 without the scope accounts.read', async () => {
    const refused = await query(await plaza.newKey({ scopes: ['publish'] }));
    expect([refused.status, refused.json]).toEqual([403, { ok: false, error: 'forbidden', message: expect.stringContaining('accounts.read'), request_id: expect.any(String) }]);
  });

  it('answers 429 beyond 600 a minute, with the time to wait', async () => {
    const key = await plaza.newKey();
    const answers = await Promise.all(Array.from({ length: 605 }, () => query(key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(600);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ ok: false, error: 'rate_limited' });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused?.headers.get('ratelimit-policy')).toBe('"key";q=600;w=60');
  });
});
