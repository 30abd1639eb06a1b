import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, consent, eventually, type Json } from './plaza-process.spec-support.ts';
import { checkedOperations } from './postpeer-check.spec-support.ts';
import { openSelectionPage } from './selection-page.spec-support.ts';

const DONE = 'http://127.0.0.1:9999/done';
const dialect = { 'plaza-dialect': 'postpeer' };

describe('choosing among the accounts that a consent reaches', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  /** Without a key: the browser of the user has none. */
  const send = (method: string, path: string, body?: unknown) => plaza.send(method, path, body, dialect, '');
  const pathOf = (platform: string, token: string): string => `/v1/connect/${platform}/selection/${token}`;
  /** Goes through the consent; gives where the browser is sent to by the callback. */
  const connect = async (platform: string, account: string, query = 'headless=true'): Promise<URL> => {
    const started = await plaza.send('GET', `/v1/connect/${platform}?redirectUri=${encodeURIComponent(DONE)}&${query}`);
    return new URL(await consent(started.json.url, 'approve', account));
  };
  const tokenFor = async (platform: string, account: string): Promise<string> => (await connect(platform, account)).searchParams.get('selectionToken') ?? '';
  const integrations = async (platform: string): Promise<Json[]> => (await plaza.send('GET', `/v1/connect/integrations?platform=${platform}&limit=100`)).json.integrations;

  describe.each([
    ['linkedin', ['person', 'organization', 'organization']],
    ['facebook', ['page', 'page', 'page']],
  ] as const)('on %s, headless', (platform, types) => {
    it('sends the browser back with a token and nothing else', async () => {
      const target = await connect(platform, 'pages_first');
      expect(`${target.origin}${target.pathname}`).toBe(DONE);
      expect(Object.fromEntries(target.searchParams)).toEqual({ status: 'selection_required', platform, selectionToken: expect.stringMatching(/^[\w-]{43,}$/) });
      expect(await integrations(platform)).toEqual([]);
    });

    it('shows the choices, and nothing of their tokens', async () => {
      const shown = await send('GET', pathOf(platform, await tokenFor(platform, 'pages_shown')));
      expect(shown.status).toBe(200);
      expect(shown.json).toMatchObject({ success: true, platform });
      expect(shown.json.expiresInSeconds).toBeGreaterThan(590);
      expect(shown.json.expiresInSeconds).toBeLessThanOrEqual(600);
      expect(shown.json.accounts.map(({ type }: Json) => type)).toEqual(types);
      expect(Object.keys(shown.json.accounts[0]).toSorted()).toEqual(['displayName', 'id', 'imageUrl', 'platformUserId', 'type', 'username']);
    });

    it('connects what was chosen, and only that, once', async () => {
      const path = pathOf(platform, await tokenFor(platform, 'pages_chosen'));
      const [first, , third] = (await send('GET', path)).json.accounts;
      const chosen = await send('POST', path, { selectedAccountIds: [first.id, third.id] });
      expect(chosen.status).toBe(200);
      expect(chosen.json.integrations.map(({ platformUserId }: Json) => platformUserId).toSorted()).toEqual([first.id, third.id].toSorted());
      expect(chosen.json.integrations).toEqual(expect.arrayContaining([expect.objectContaining({ platform, displayName: third.displayName, authStatus: 'active' })]));
      const back = new URL(chosen.json.redirectUri);
      expect(back.searchParams.get('integrationId')?.split(',')).toEqual(chosen.json.integrations.map(({ id }: Json) => id));
      for (const again of [await send('POST', path, { selectedAccountIds: [first.id] }), await send('GET', path)]) {
        expect([again.status, again.json.code, typeof again.json.error]).toEqual([404, 'connect.selection_invalid', 'string']);
      }
      expect((await integrations(platform)).map(({ platformUserId }) => platformUserId).toSorted()).toEqual([first.id, third.id].toSorted());
    });

    it('takes one of two choices that come at once', async () => {
      const path = pathOf(platform, await tokenFor(platform, 'pages_hasty'));
      const { accounts } = (await send('GET', path)).json;
      const answers = await Promise.all(accounts.map(({ id }: Json) => send('POST', path, { selectedAccountIds: [id] })));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404]);
    });

    it('refuses an account that was not offered, and the token stays good', async () => {
      const path = pathOf(platform, await tokenFor(platform, 'pages_strange'));
      const { accounts } = (await send('GET', path)).json;
      const refused = await send('POST', path, { selectedAccountIds: [accounts[1].id, '4711'] });
      expect([refused.status, refused.json.code, refused.json.details, typeof refused.json.error]).toEqual([400, 'connect.selection_unknown', { unknown: ['4711'] }, 'string']);
      expect((await integrations(platform)).some(({ platformUserId }) => platformUserId === accounts[1].id)).toBe(false);
      for (const body of [{ selectedAccountIds: [] }, {}, { selectedAccountIds: [accounts[1].id], more: true }]) expect((await send('POST', path, body)).status).toBe(400);
      expect((await send('POST', path, { selectedAccountIds: [accounts[1].id] })).status).toBe(200);
    });

    it('refuses a token that is wrong, of another platform, or over', async () => {
      const token = await tokenFor(platform, 'pages_late');
      const path = pathOf(platform, token);
      const { accounts } = (await send('GET', path)).json;
      const choice = { selectedAccountIds: [accounts[0].id] };
      const wrong = [pathOf(platform, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`), pathOf(platform === 'linkedin' ? 'facebook' : 'linkedin', token)];
      for (const strange of wrong) for (const answer of [await send('GET', strange), await send('POST', strange, choice)]) expect(answer.status).toBe(404);
      expect((await send('GET', path)).status).toBe(200);
      await plaza.database.asAdmin(`update connect.connect_selections set expires_at = now() - interval '1 second' where platform = $1`, [platform]);
      for (const answer of [await send('GET', path), await send('POST', path, choice)]) expect([answer.status, answer.json.code]).toEqual([404, 'connect.selection_invalid']);
      expect((await integrations(platform)).some(({ platformUserId }) => platformUserId === accounts[0].id)).toBe(false);
    });

    it('answers as PostPeer’s document says', () => {
      for (const method of ['GET', 'POST']) expect(checkedOperations()).toContain(`${method} /v1/connect/${platform}/selection/{token}`);
    });

    it('lets the user choose on Plaza’s own page as well', async () => {
      const target = await connect(platform, 'pages_browser', 'headless=false');
      expect(target.pathname).toMatch(new RegExp(`^/v1/connect/${platform}/selection/[\\w-]+/page$`));
      const page = await openSelectionPage(target.href);
      const names = page.choices();
      expect([names.length, page.note(), page.canSubmit()]).toEqual([3, 'Which accounts shall be connected?', false]);
      page.tick(names[1] ?? '');
      expect(page.canSubmit()).toBe(true);
      await page.submit();
      const back = await eventually(async () => page.location(), (location) => location !== undefined, 'sent on');
      const { searchParams } = new URL(back ?? '');
      expect(Object.fromEntries(searchParams)).toEqual({ status: 'success', platform, integrationId: expect.any(String) });
      const connected = (await integrations(platform)).find(({ id }) => id === searchParams.get('integrationId'));
      expect(connected).toMatchObject({ displayName: names[1], authStatus: 'active' });
      const late = await openSelectionPage(target.href);
      expect([late.choices(), late.canSubmit(), late.note()]).toEqual([[], false, expect.stringMatching(/\.$/)]);
    });
  });

  it('publishes as the organization that was chosen', async () => {
    const path = pathOf('linkedin', await tokenFor('linkedin', 'pages_publisher'));
    const organization = (await send('GET', path)).json.accounts.find(({ type }: Json) => type === 'organization');
    const [{ id, profileUrl }] = (await send('POST', path, { selectedAccountIds: [organization.id] })).json.integrations;
    expect(profileUrl).toMatch(/\/company\/pages-publisher-1$/);
    const platforms = [{ platform: 'linkedin', accountId: id, platformSpecificData: { firstComment: 'And a comment' } }];
    const made = await plaza.send('POST', '/v1/posts', { content: 'Hello (from the company) #hiring', platforms });
    const read = await eventually(() => plaza.send('GET', `/v1/posts/${made.json.postId}`), ({ json }) => json.post.status === 'published', 'published');
    expect(read.json.post.platforms[0].platformPostUrl).toMatch(/\/feed\/update\/urn:li:share:\d+\/$/);
    const entries = await plaza.ledger();
    expect(entries.filter(({ platform }) => platform === 'linkedin').map(({ accountId, text }) => [accountId, text])).toEqual([
      [organization.platformUserId, 'Hello (from the company) #hiring'],
      [organization.platformUserId, 'And a comment'],
    ]);
  });

  describe('a connection without a refresh token', () => {
    const connected = async (account: string): Promise<string> => (await connect('linkedin', account)).searchParams.get('integrationId') ?? '';
    const read = async (id: string): Promise<Json> => (await plaza.send('GET', `/v1/connect/integrations/${id}`)).json.integration;

    it('says when it ends, and that nothing renews it', async () => {
      const honest = await connected('norefresh_honest');
      const [row] = await plaza.database.asAdmin<{ isAtItsEnd: boolean }>(`select refresh_due_at = access_expires_at as "isAtItsEnd" from connect.integrations where id = $1`, [honest]);
      expect(row).toEqual({ isAtItsEnd: true });
      const { tokenStatus, accessTokenExpiresAt, refreshTokenExpiresAt } = await read(honest);
      expect(tokenStatus).toMatchObject({ valid: true, autoRefreshes: false });
      expect(refreshTokenExpiresAt).toBeNull();
      expect(Date.parse(accessTokenExpiresAt) - Date.now()).toBeGreaterThan(59 * 86_400_000);
      expect((await read(await connected('partner'))).tokenStatus).toMatchObject({ autoRefreshes: true });
    });

    it('ends with its token by itself, and no post is tried with it', async () => {
      const id = await connected('norefresh_ending');
      await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute', refresh_due_at = now() - interval '1 minute' where id = $1`, [id]);
      const ended = await eventually(() => read(id), ({ authStatus }) => authStatus === 'reconnect_required', 'ended');
      expect(ended).toMatchObject({ authFailureReason: 'token_expired', reconnectUrl: expect.any(String) });
      await plaza.send('POST', '/v1/posts', { content: 'Never', platforms: [{ platform: 'linkedin', accountId: id }] });
      expect(await plaza.ledger('Never')).toEqual([]);
    }, 60_000);

    it('has none after a reconnection that brought none, whatever was there before', async () => {
      const id = await connected('norefresh_again');
      await plaza.database.asAdmin(`update connect.integrations set refresh_expires_at = now() + interval '1 year' where id = $1`, [id]);
      expect((await read(id)).tokenStatus.autoRefreshes).toBe(true);
      expect(await connected('norefresh_again')).toBe(id);
      expect((await read(id)).tokenStatus.autoRefreshes).toBe(false);
    });
  });

  it('is not shown to who asks for the page of nothing', async () => {
    expect((await call({ url: plaza.url }, '', 'GET', '/v1/connect/linkedin/selection/nothing')).status).toBe(404);
  });
});
