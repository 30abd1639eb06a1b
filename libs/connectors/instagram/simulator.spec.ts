import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import type { SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { instagramSimulator, simulateInstagram } from './simulator.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REDIRECT = 'https://plaza.example/callback?tenant=1';
const SCOPES = 'instagram_business_basic,instagram_business_content_publish';
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
let sandbox: ListeningSandbox;
let nowMs = 0;

const fetchMedia: SimulatorHost['fetch'] = async (url) => {
  if (url.endsWith('.jpg')) return { mimeType: 'image/jpeg', bytes: JPEG };
  if (url.endsWith('.png')) return { mimeType: 'image/png', bytes: Buffer.from('\x89PNG', 'latin1') };
  if (url.endsWith('.large')) return { mimeType: 'image/jpeg', bytes: Buffer.concat([JPEG, Buffer.alloc(8 * 1024 * 1024)]) };
  if (url.endsWith('.mp4')) return { mimeType: 'video/mp4', bytes: Buffer.from('\0\0\0\x18ftypisom') };
  return undefined;
};
const start = (create: SimulatorFactory = instagramSimulator) =>
  listenOnLoopback({ simulators: [{ platform: 'instagram', create }], now: () => nowMs, fetchMedia });

beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  sandbox = await start();
});
afterEach(() => sandbox.close());

type Body = Record<string, unknown> & { error?: Record<string, unknown> };
const host = (name: string) => `${sandbox.url}/instagram/${name}`;
const answerOf = async (response: Response) => ({ status: response.status, body: (await response.json()) as Body });
const get = async (path: string, query: Record<string, string>) =>
  answerOf(await fetch(`${host('graph')}/${path}?${new URLSearchParams(query)}`));
const post = async (url: string, fields: Record<string, string>) =>
  answerOf(await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }));
const authorizeUrl = (changed: Record<string, string> = {}) => {
  const query = { client_id: 'app', redirect_uri: REDIRECT, response_type: 'code', scope: SCOPES, state: 's&1', ...changed };
  return `${host('web')}/oauth/authorize?${new URLSearchParams(query)}`;
};
const decide = async (fields: Record<string, string>, changed: Record<string, string> = {}) => {
  const answer = await fetch(authorizeUrl(changed), { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  return new URL(answer.headers.get('location') ?? '');
};
const exchange = (code: string, changed: Record<string, string> = {}) =>
  post(`${host('login')}/oauth/access_token`, {
    client_id: 'app',
    client_secret: 'secret',
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT,
    code,
    ...changed,
  });
const codeFor = async (account: string, scope = SCOPES) =>
  (await decide({ decision: 'approve', account }, { scope })).searchParams.get('code') ?? '';
const login = async (account = 'sandbox_user', scope = SCOPES) => {
  const short = String((await exchange(await codeFor(account, scope))).body['access_token']);
  const long = await get('access_token', { grant_type: 'ig_exchange_token', client_secret: 'secret', access_token: short });
  const token = String(long.body['access_token']);
  const userId = String((await get('v25.0/me', { fields: 'user_id', access_token: token })).body['user_id']);
  return { short, token, userId };
};
type Session = Awaited<ReturnType<typeof login>>;
const create = async ({ token, userId }: Session, fields: Record<string, string>) =>
  post(`${host('graph')}/v25.0/${userId}/media`, { ...fields, access_token: token });
const publish = async ({ token, userId }: Session, container: unknown) =>
  post(`${host('graph')}/v25.0/${userId}/media_publish`, { creation_id: String(container), access_token: token });
const status = async ({ token }: Session, container: unknown) =>
  (await get(`v25.0/${String(container)}`, { fields: 'status_code,status', access_token: token })).body;
const image = { image_url: 'https://m.example/a.jpg', caption: 'Hello' };

describe('the consent page', () => {
  it('shows the app and the scopes, everything escaped, and runs nothing', async () => {
    const answer = await fetch(authorizeUrl({ client_id: '<script>alert(1)</script>"', account: '"><img src=x>' }));
    const html = await answer.text();
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
    expect(html).not.toMatch(/<script|<img/);
    for (const shown of ['instagram_business_basic', 'instagram_business_content_publish', 'Approve', 'Deny'])
      expect(html).toContain(shown);
  });

  it('sends the browser back with code and state, or with the documented denial, and `#_`', async () => {
    const approved = await decide({ decision: 'approve' });
    expect(approved.origin + approved.pathname).toBe('https://plaza.example/callback');
    expect(Object.fromEntries(approved.searchParams)).toEqual({ tenant: '1', code: expect.stringMatching(/^AQ/), state: 's&1' });
    expect(approved.hash).toBe('#_');
    expect(Object.fromEntries((await decide({ decision: 'deny' })).searchParams)).toEqual({
      tenant: '1',
      error: 'access_denied',
      error_reason: 'user_denied',
      error_description: 'The user denied your request',
      state: 's&1',
    });
  });

  it.each([
    { client_id: '' },
    { redirect_uri: 'javascript:alert(1)' },
    { redirect_uri: '/callback' },
    { response_type: 'token' },
    { scope: '' },
    { scope: 'instagram_basic' },
  ])('does not ask for %j', async (changed) => {
    for (const method of ['GET', 'POST']) expect((await fetch(authorizeUrl(changed), { method, redirect: 'manual' })).status).toBe(400);
  });
});

describe('tokens', () => {
  it('come for a code once, flat with a bare id above 2^53', async () => {
    const code = await codeFor('sandbox_user');
    const body = new URLSearchParams({
      client_id: 'app',
      client_secret: 'secret',
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT,
      code,
    });
    const text = await (await fetch(`${host('login')}/oauth/access_token`, { method: 'POST', body })).text();
    const [, digits = ''] = /"user_id":(\d+)/.exec(text) ?? [];
    expect(Number(digits)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    expect(await exchange(code)).toEqual({
      status: 400,
      body: { error_type: 'OAuthException', code: 400, error_message: 'Matching code was not found or was already used' },
    });
  });

  it('come in the documented shape for accounts whose name asks for it', async () => {
    const { body } = await exchange(await codeFor('someone_docs'));
    expect(body).toEqual({
      data: [{ access_token: expect.stringMatching(/^IGAA/), user_id: expect.stringMatching(/^\d+$/), permissions: SCOPES }],
    });
  });

  it.each([
    [{ client_secret: 'wrong' }, 'Error validating client secret.'],
    [{ client_id: 'other' }, 'Matching code was not found or was already used'],
    [{ redirect_uri: 'https://plaza.example/callback' }, expect.stringContaining('redirect_uri is identical')],
    [{ grant_type: 'password' }, 'Invalid grant_type'],
  ])('are refused with %j', async (changed, message) => {
    const code = await codeFor('sandbox_user');
    expect((await exchange(code, changed)).body['error_message']).toEqual(message);
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(await codeFor('sandbox_user'), { client_secret: 'another' })).body['error_message']).toBe(
      'Error validating client secret.',
    );
  });

  it('are refused for a code of more than an hour', async () => {
    const code = await codeFor('sandbox_user');
    nowMs += HOUR;
    expect((await exchange(code)).body['error_message']).toBe('This authorization code has expired');
  });

  it('live an hour, then 60 days, and are renewed only after a day', async () => {
    const { short, token } = await login();
    const refresh = (access: string) => get('refresh_access_token', { grant_type: 'ig_refresh_token', access_token: access });
    expect((await refresh(token)).body.error).toMatchObject({ message: expect.stringContaining('24 hours old') });
    nowMs += HOUR;
    expect((await get('me', { access_token: short })).body.error).toMatchObject({ code: 190, error_subcode: 463 });
    nowMs += DAY;
    const renewed = await refresh(token);
    expect(renewed.body).toEqual({
      access_token: expect.not.stringMatching(token),
      token_type: 'bearer',
      expires_in: 5_184_000,
      permissions: SCOPES,
    });
    nowMs += 59 * DAY;
    expect((await refresh(token)).body.error).toMatchObject({ code: 190, error_subcode: 463 });
    expect((await get('me', { access_token: String(renewed.body['access_token']) })).status).toBe(200);
  });

  it('are needed, and known', async () => {
    expect((await get('me', {})).body.error).toMatchObject({ code: 2500 });
    expect((await get('me', { access_token: 'nonsense' })).body.error).toMatchObject({ code: 190 });
    const { token } = await login('jane_personal');
    const me = await fetch(`${host('graph')}/v25.0/me?fields=account_type`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ account_type: 'PERSONAL' });
  });
});

describe('containers', () => {
  it('are processed, published once, and listed', async () => {
    const session = await login();
    const { id } = (await create(session, image)).body;
    expect(await status(session, id)).toMatchObject({ status_code: 'IN_PROGRESS', id });
    expect((await publish(session, id)).body.error).toMatchObject({ code: 9007, error_subcode: 2207027 });
    nowMs += 1000;
    expect(await status(session, id)).toMatchObject({ status_code: 'FINISHED' });
    const published = await publish(session, id);
    expect(published).toEqual({ status: 200, body: { id: expect.stringMatching(/^\d+$/) } });
    expect(await status(session, id)).toMatchObject({ status_code: 'PUBLISHED' });
    expect((await publish(session, id)).body.error).toMatchObject({ code: 24, error_subcode: 2207006 });
    const fields = 'id,caption,permalink,timestamp,media_type';
    const list = await get(`v25.0/${session.userId}/media`, { fields, access_token: session.token });
    const entry = {
      id: published.body['id'],
      caption: 'Hello',
      permalink: expect.stringContaining('/p/'),
      timestamp: '2026-11-22T10:00:01+0000',
      media_type: 'IMAGE',
    };
    expect(list.body['data']).toEqual([entry]);
    const read = await get(`v25.0/${String(published.body['id'])}`, { fields, access_token: session.token });
    expect(read.body).toEqual(entry);
    expect(await (await fetch(String(read.body['permalink']))).text()).toContain('Hello');
    const { entries } = (await (await fetch(`${sandbox.url}/_/ledger`)).json()) as { entries: unknown[] };
    expect(entries).toMatchObject([{ accountId: session.userId, text: 'Hello' }]);
  });

  it.each([
    ['https://m.example/missing', '2207052'],
    ['https://m.example/a.png', '2207005'],
    ['https://m.example/a.large', '2207004'],
  ])('fail for %s', async (url, subcode) => {
    const session = await login();
    const { id } = (await create(session, { image_url: url })).body;
    nowMs += 1000;
    expect(await status(session, id)).toMatchObject({
      status_code: 'ERROR',
      status: `Error: Media upload has failed with error code ${subcode}`,
    });
    expect((await publish(session, id)).body.error).toMatchObject({ code: -1, error_subcode: 2207032 });
  });

  it('expire after a day', async () => {
    const session = await login();
    const { id } = (await create(session, image)).body;
    nowMs += DAY;
    expect(await status(session, id)).toMatchObject({ status_code: 'EXPIRED' });
    expect((await publish(session, id)).body.error).toMatchObject({ code: 24, error_subcode: 2207008 });
  });

  it('make a carousel of two to ten finished items', async () => {
    const session = await login();
    const child = async (more: Record<string, string>) => String((await create(session, { is_carousel_item: 'true', ...more })).body['id']);
    const ids = [await child(image), await child({ media_type: 'VIDEO', video_url: 'https://m.example/a.mp4' })];
    const carousel = (children: readonly string[]) =>
      create(session, { media_type: 'CAROUSEL', children: children.join(','), caption: 'Two' });
    expect((await carousel(ids)).body.error).toMatchObject({ code: 9007 });
    nowMs += 1000;
    expect((await carousel(ids.slice(1))).body.error).toMatchObject({ error_subcode: 2207028 });
    expect((await carousel(['1', '2'])).body.error).toMatchObject({ error_subcode: 2207006 });
    expect((await publish(session, ids[0])).body.error).toMatchObject({ code: 100 });
    const { id } = (await carousel(ids)).body;
    nowMs += 1000;
    expect((await publish(session, id)).status).toBe(200);
  });

  it('of stories stand in a list of their own for a day', async () => {
    const session = await login();
    const { id } = (await create(session, { media_type: 'STORIES', ...image })).body;
    nowMs += 1000;
    await publish(session, id);
    const list = async (edge: string) =>
      (await get(`${session.userId}/${edge}`, { fields: 'id,caption', access_token: session.token })).body['data'];
    expect(await list('media')).toEqual([]);
    expect(await list('stories')).toEqual([{ id: expect.any(String) }]);
    nowMs += DAY;
    expect(await list('stories')).toEqual([]);
  });

  it.each([
    [{ media_type: 'POEM', ...image }, 2207023],
    [{ ...image, caption: 'x'.repeat(2201) }, 2207010],
    [{ caption: 'x' }, undefined],
  ])('are refused for %j', async (fields, subcode) => {
    const { status: code, body } = await create(await login(), fields as Record<string, string>);
    expect([code, body.error?.['error_subcode']]).toEqual([400, subcode]);
  });

  it('need the scope and the account’s own token', async () => {
    const session = await login('sandbox_user', 'instagram_business_basic');
    expect((await create(session, image)).body.error).toMatchObject({ code: 10 });
    const other = await login('other_user');
    expect((await create({ ...other, userId: session.userId }, image)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  });

  it('are published as often as the limit allows, and the limit can be asked for', async () => {
    await sandbox.close();
    sandbox = await start(simulateInstagram({ processingMs: 0, publishesPerDay: 1 }));
    const session = await login();
    const publishOne = async () => publish(session, (await create(session, image)).body['id']);
    expect((await publishOne()).status).toBe(200);
    expect((await publishOne()).body.error).toMatchObject({ code: 9, error_subcode: 2207042 });
    const quota = await get(`${session.userId}/content_publishing_limit`, { fields: 'quota_usage,config', access_token: session.token });
    expect(quota.body['data']).toEqual([{ quota_usage: 1, config: { quota_total: 1, quota_duration: 86_400 } }]);
    nowMs += DAY;
    expect((await publishOne()).status).toBe(200);
  });
});

it('knows every refusal that it names, in the Graph API’s shape', () => {
  const host = { table: () => new Map(), now: () => 0 } as unknown as SimulatorHost;
  const simulator = instagramSimulator(host);
  expect(simulator.refusals.length).toBeGreaterThan(30);
  for (const name of simulator.refusals) {
    expect(JSON.parse(String(simulator.refusal(name)?.body))).toMatchObject({
      error: { message: expect.any(String), type: 'OAuthException', code: expect.any(Number) },
    });
  }
  expect(simulator.refusal('never_heard_of')).toBeUndefined();
});
