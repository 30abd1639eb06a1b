import { call, consent, eventually } from './plaza-process.spec-support.ts';

const SECRET = 'a-client-secret-that-must-never-come-back';
const DONE = 'http://127.0.0.1:9999/done';

/** A running Plaza, in one process or in many. */
export interface WalkHost {
  /** Of the gateway, without a trailing slash. */
  readonly url: string;
  readonly testKey: string;
  /** Default: through the gateway, which shows it to its own machine only. */
  readonly ledgerUrl?: string;
  /** Ends everything by this signal, and starts it again on the same data. Rejects when SIGTERM is not answered by an end in good order. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Everything that its processes printed. */
  output(): string;
  cleanUp(): Promise<void>;
}

/** The README's walk, step by step, against whatever runs it. */
export function describeWalk(name: string, open: () => Promise<WalkHost>): void {
  describe(`the walk of the README, against ${name}`, () => walk(open));
}

function walk(open: () => Promise<WalkHost>): void {
  let host: WalkHost;
  let appId: string;
  let profileId: string;
  let accountId: string;

  const send = (method: string, path: string, body?: unknown) => call(host, host.testKey, method, path, body);
  const post = (body: object) => send('POST', '/v1/posts', body);
  const get = (path: string) => send('GET', path);
  const ledger = async (): Promise<{ text: string; postId: string }[]> => (await call({ url: host.ledgerUrl ?? `${host.url}/sandbox/_/ledger` }, '', 'GET', '')).json.entries;

  beforeAll(async () => {
    host = await open();
  }, 120_000);
  afterAll(() => host.cleanUp(), 60_000);

  it('registers an own OAuth app and never gives its secret back', async () => {
    const made = await send('POST', '/v1/apps/', { platform: 'twitter', name: 'Acme', clientId: 'client-1', clientSecret: SECRET });
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
    profileId = (await send('POST', '/v1/profiles', { name: 'Acme' })).json.profile.id;
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
    const bluesky = await send('POST', '/v1/connect/bluesky/auth', { identifier: 'walker.sandbox.example', password: 'abcd-efgh-ijkl-mnop' });
    expect(bluesky.status).toBe(201);
    const webhookUrl = `${host.url}/sandbox/discord/api/webhooks/1234567890/${'t'.repeat(68)}`;
    const discord = await send('POST', '/v1/connect/discord/credentials', { credentials: { webhookUrl } });
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
    const list = () => call(host, '', 'GET', '/api/v1/accounts', undefined, { authorization: `Bearer ${host.testKey}` });
    // The list follows the events of the publications, which follow the answers.
    const listed = await eventually(list, ({ json }) => json.accounts?.length === 3 && json.accounts.every(({ last_used_at: used }: { last_used_at: string | null }) => used !== null), 'all accounts used');
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
    await host.restart('SIGTERM');
    await eventually(() => get(`/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published after the restart');
    expect((await ledger()).filter(({ text }) => text === 'Due while stopped')).toHaveLength(1);
  }, 60_000);

  it('and the same over kill -9', async () => {
    const made = await post({ content: 'Due while dead', platforms: [{ platform: 'twitter', accountId }], scheduledFor: new Date(Date.now() + 500).toISOString() });
    await host.restart('SIGKILL');
    await eventually(() => get(`/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published after the kill');
    expect((await ledger()).filter(({ text }) => text === 'Due while dead')).toHaveLength(1);
  }, 60_000);

  it('refuses to delete an app in use, and deletes it after the disconnection', async () => {
    const refused = await send('DELETE', `/v1/apps/${appId}`);
    expect(refused.status).toBe(409);
    expect(refused.json.details).toEqual({ integrationCount: 1 });
    expect((await send('DELETE', `/v1/connect/integrations/${accountId}`)).status).toBe(200);
    const gone = await eventually(() => send('DELETE', `/v1/apps/${appId}`), ({ status }) => status !== 409, 'deleted');
    expect(gone.status).toBe(200);
  });

  it('never printed or logged the client secret', () => {
    expect(host.output()).not.toContain(SECRET);
  });
}
