import { CLIENT, Testbed, toCredential } from '../kit/testbed.spec-support.ts';
import { tiktok } from './index.ts';
import { tiktokSimulator } from './simulator.ts';

const { manifest, oauth } = tiktok;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(tiktok, tiktokSimulator);
});
afterEach(() => bed.close());

const lastForm = (): object => Object.fromEntries(new URLSearchParams(String(bed.exchanges.at(-1)?.request.body)));
const lastPath = (): string => (bed.exchanges.at(-1)?.request.url ?? '').replace(/^.*\/tiktok\/api/, '');

describe('connecting', () => {
  it('asks with TikTok’s names, commas and a hexadecimal challenge', async () => {
    const url = new URL(oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'key', redirectUri: 'https://plaza.example/cb', scopes: ['user.info.basic', 'video.publish'], state: 's', codeChallenge: 'abc' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://www.tiktok.com/v2/auth/authorize/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_key: 'key', response_type: 'code', scope: 'user.info.basic,video.publish', redirect_uri: 'https://plaza.example/cb', state: 's' },
      ...{ code_challenge: 'abc', code_challenge_method: 'S256' },
    });
    expect(manifest.auth.oauth?.pkce).toBe('S256_hex');
    const without = new URL(oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'key', redirectUri: 'https://plaza.example/cb', scopes: [], state: 's' }));
    expect(without.searchParams.has('code_challenge_method')).toBe(false);
  });

  it('exchanges the code with client_key and verifier; tokens live a day and a year', async () => {
    const params = await bed.consent('jane');
    expect(params.get('scopes')).toContain('video.publish');
    const grant = await bed.exchange(params.get('code') ?? '');
    expect(lastPath()).toBe('/v2/oauth/token/');
    expect(lastForm()).toEqual({
      ...{ client_key: 'my app', client_secret: 's3cret&', grant_type: 'authorization_code', code: params.get('code') },
      ...{ redirect_uri: 'https://plaza.example/callback', code_verifier: 'v'.repeat(43) },
    });
    expect(grant).toMatchObject({ ok: true, value: { accessExpiresAtMs: bed.nowMs + DAY_MS, refreshExpiresAtMs: bed.nowMs + 365 * DAY_MS, scopes: expect.arrayContaining(['video.publish', 'video.upload', 'video.list']) } });
  });

  it('knows an error that comes with HTTP 200', async () => {
    expect(await bed.exchange('made-up')).toMatchObject({ ok: false, failure: { kind: 'denied', message: 'Authorization code is expired.' } });
    expect(bed.exchanges.at(-1)?.outcome).toMatchObject({ kind: 'response', status: 200 });
  });

  it('needs one of the permissions to post, and is content with one', async () => {
    const exchange = async (name: string) => bed.exchange((await bed.consent(name)).get('code') ?? '');
    expect(await exchange('declined_jane')).toMatchObject({ ok: false, failure: { kind: 'denied', message: expect.stringContaining('video.publish and video.upload') } });
    for (const name of ['drafts_jane', 'direct_jane', 'unlisted_jane']) expect(await exchange(name)).toMatchObject({ ok: true });
    const basic = await bed.exchange((await bed.consent('jane', { scopes: ['video.publish'] })).get('code') ?? '');
    expect(basic).toMatchObject({ ok: false, failure: { kind: 'denied' } });
  });

  it('reads id, names and picture as far as the permissions go', async () => {
    expect((await bed.connectByOAuth('jane')).account).toEqual({
      ...{ platformUserId: expect.stringMatching(/^-000/), username: '@jane', displayName: 'jane on TikTok', imageUrl: expect.stringMatching(/^https:/) },
      ...{ profileUrl: expect.stringMatching(/\/@jane$/), metadata: { unionId: expect.any(String), isVerified: false } },
    });
    const nameless = await bed.connectByOAuth('nameless_jane');
    expect(nameless.account).toMatchObject({ username: null, profileUrl: null, displayName: 'nameless_jane on TikTok', metadata: { isVerified: null } });
    expect(new URL(bed.exchanges.at(-1)?.request.url ?? '').searchParams.get('fields')).toBe('open_id,union_id,avatar_url,display_name');
  });

  it('tells what the account itself refuses', async () => {
    const credential = toCredential({ accessToken: 'made-up', extra: { scopes: '' } });
    expect(await oauth.accounts(bed.context(), { client: CLIENT, credential })).toMatchObject({ ok: false, failure: { kind: 'platform' } });
    for (const [error, kind] of [['scope_not_authorized', 'denied'], ['active_user_cap', 'platform'], ['unaudited_client', 'app']] as const) {
      await bed.fault('profile', { kind: 'refuse', error });
      const code = (await bed.consent('jane')).get('code') ?? '';
      const grant = await bed.exchange(code);
      if (!grant.ok) throw new Error('not connected');
      expect(await oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) })).toMatchObject({ ok: false, failure: { kind } });
    }
  });
});

describe('renewing and ending', () => {
  it('sends the refresh token, and takes the one that comes back', async () => {
    const connected = await bed.connectByOAuth('jane');
    await bed.pass(20 * HOUR_MS);
    const renewed = await bed.refresh(connected);
    expect(lastForm()).toEqual({ client_key: 'my app', client_secret: 's3cret&', grant_type: 'refresh_token', refresh_token: connected.grant.refreshToken });
    expect(renewed).toMatchObject({ kind: 'granted', grant: { refreshToken: expect.not.stringMatching(connected.grant.refreshToken ?? ''), accessExpiresAtMs: bed.nowMs + DAY_MS } });
  });

  it.each([
    ['invalid_grant', 'reconnect'],
    ['invalid_client', 'app'],
    ['unauthorized_client', 'app'],
    ['server_error', 'transient'],
    ['temporarily_unavailable', 'transient'],
    ['invalid_request', 'transient'],
    ['access_denied', 'reconnect'],
    ['news', 'transient'],
  ])('reads %s as %s, with 200 as with 400', (error, kind) => {
    const body = Buffer.from(JSON.stringify({ error, error_description: 'Words', log_id: '1' }));
    for (const status of [200, 400]) expect(oauth.refresher?.read({ kind: 'response', status, headers: {}, body }, 0)).toMatchObject({ kind });
    expect(oauth.refresher?.read({ kind: 'response', status: 500, headers: {}, body }, 0)).toMatchObject({ kind: 'transient' });
  });

  it('revokes by the access token, which is over then', async () => {
    const connected = await bed.connectByOAuth('jane');
    expect(await bed.revoke(connected)).toBe(true);
    expect([lastPath(), lastForm()]).toEqual(['/v2/oauth/revoke/', { client_key: 'my app', client_secret: 's3cret&', token: connected.grant.accessToken }]);
    expect(await oauth.accounts(bed.context(), { client: CLIENT, credential: connected.credential })).toMatchObject({ ok: false });
    expect(await bed.revoke({ ...connected, credential: toCredential({ accessToken: 'made-up' }) })).toBe(false);
    for (const [status, body] of [[200, '{"error":"invalid_request"}'], [500, '']] as const) {
      const http = { send: async () => ({ kind: 'response', status, headers: {}, body: Buffer.from(body) }) as const };
      expect(await oauth.revoke?.({ ...bed.context(), http }, { client: CLIENT, credential: connected.credential })).toBe(false);
    }
  });
});

describe('the simulated Login Kit', () => {
  const page = (more: Record<string, string>): Promise<Response> => {
    const query = new URLSearchParams({ client_key: 'key', response_type: 'code', scope: 'user.info.basic', redirect_uri: 'https://plaza.example/cb', state: 's', ...more });
    return fetch(`${bed.url}/tiktok/web/v2/auth/authorize/?${query}`, { redirect: 'manual' });
  };
  it.each([
    [200, {}],
    [400, { scope: 'user.info.basic video.publish' }],
    [400, { redirect_uri: 'http://plaza.example/cb' }],
    [400, { redirect_uri: 'https://plaza.example/cb?a=b' }],
    [400, { redirect_uri: 'http://127.0.0.1:3000/cb' }],
    [200, { redirect_uri: 'http://127.0.0.1:3000/cb', code_challenge: 'abc', code_challenge_method: 'S256' }],
    [400, { code_challenge: 'abc', code_challenge_method: 'plain' }],
    [400, { state: '' }],
    [400, { client_key: '' }],
  ])('answers %s to %j', async (status, more) => expect((await page(more)).status).toBe(status));
  it('takes challenges in hexadecimal only', async () => {
    const code = (await bed.consent('jane')).get('code') ?? '';
    const grant = await oauth.exchange(bed.context(), { client: CLIENT, code, redirectUri: 'https://plaza.example/callback', codeVerifier: 'w'.repeat(43) });
    expect(grant).toMatchObject({ ok: false, failure: { kind: 'denied' } });
  });
});
