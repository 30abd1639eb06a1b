import { createConnection } from 'node:net';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';

describe('bad input', () => {
  let plaza: TestPlaza;
  let accountId: string;
  let blueskyId: string;
  const post = (fields: object, key?: string) => plaza.send('POST', '/v1/posts', { content: 'Hello', platforms: [{ platform: 'twitter', accountId }], ...fields }, {}, key);
  const raw = async (body: string | Uint8Array<ArrayBuffer>, type: string): Promise<{ status: number; json: Json }> => {
    const response = await fetch(`${plaza.url}/v1/profiles`, { method: 'POST', body, headers: { 'x-access-key': plaza.key, 'content-type': type } });
    return { status: response.status, json: await response.json() };
  };

  beforeAll(async () => {
    plaza = await startTestPlaza();
    accountId = await plaza.connectAccount('twitter', 'badinput');
    blueskyId = await plaza.connectAccount('bluesky', 'badinput');
  });
  afterAll(() => plaza.stop());

  it('every problem is listed with its path, unknown fields included', async () => {
    const refused = await plaza.send('POST', '/v1/posts', { content: 1, platforms: [{ platform: 'nope', accountId: '', extra: true }], unknown: 1 });
    expect([refused.status, refused.json.code]).toEqual([400, 'request.invalid']);
    const paths = refused.json.details.problems.map(({ path }: { path: string }) => path).toSorted();
    expect(paths).toEqual(['body.content', 'body.platforms[0].accountId', 'body.platforms[0].extra', 'body.platforms[0].platform', 'body.unknown']);
    expect(refused.json).toMatchObject({ success: false, error: refused.json.message, requestId: refused.headers.get('x-request-id') });
  });

  it('an unknown query parameter is refused', async () => {
    expect((await plaza.send('GET', '/v1/posts?sirt=asc')).json.details.problems).toEqual([{ path: 'query.sirt', message: 'Unknown field.' }]);
    expect((await plaza.send('GET', '/v1/platforms?x=1')).status).toBe(400);
  });

  it.each([
    ['broken JSON', '{"name":', 'application/json', 400, 'request.malformed_json'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'application/json', 400, 'request.malformed_json'],
    ['a prototype', '{"name":"a","__proto__":{"x":1}}', 'application/json', 400, 'request.malformed_json'],
    ['another type', 'name=a', 'application/x-www-form-urlencoded', 415, 'request.unsupported_type'],
    ['a body of 2 MiB', JSON.stringify({ name: 'a'.repeat(2 * 1024 * 1024) }), 'application/json', 413, 'request.too_large'],
    ['no body at all', '', 'application/json', 400, 'request.invalid'],
    ['an array', '[]', 'application/json', 400, 'request.invalid'],
  ] as const)('%s is refused', async (_name, body, type, status, code) => {
    const refused = await raw(body, type);
    expect([refused.status, refused.json.code]).toEqual([status, code]);
  });

  it('an unknown route is 404, a wrong method 405 that names the right ones', async () => {
    expect((await plaza.send('GET', '/v1/nothing')).json.code).toBe('route.not_found');
    const wrong = await plaza.send('PUT', '/v1/apps');
    expect([wrong.status, wrong.json.code, wrong.headers.get('allow')]).toEqual([405, 'route.method_not_allowed', 'POST, GET']);
  });

  it.each([
    ['a day and more ago', () => new Date(Date.now() - 25 * 3_600_000).toISOString()],
    ['eleven years ahead', () => new Date(Date.now() + 11 * 365 * 86_400_000).toISOString()],
    ['the year 275760', () => '+275760-09-13T00:00:00Z'],
    ['no time at all', () => 'tomorrow'],
    ['the 30th of February', () => '2027-02-30T10:00:00'],
  ])('a post for %s is refused', async (_name, time) => {
    const refused = await post({ scheduledFor: time() });
    expect([refused.status, refused.json.code]).toEqual([400, 'post.time_invalid']);
  });

  it('a time that contradicts its time zone is refused with both readings', async () => {
    const year = new Date().getUTCFullYear() + 1;
    const refused = await post({ scheduledFor: `${year}-01-15T09:00:00Z`, timezone: 'Europe/Berlin' });
    expect(refused.json).toMatchObject({ code: 'post.time_conflict', details: { asWritten: `${year}-01-15T09:00:00Z`, asLocalTime: `${year}-01-15T08:00:00Z` } });
  });

  it('1,000 targets are refused', async () => {
    const platforms = Array.from({ length: 1_000 }, () => ({ platform: 'twitter', accountId }));
    expect((await post({ platforms })).json.code).toBe('request.invalid');
  });

  it.each([
    ['the same account twice', () => ({ platforms: [{ platform: 'twitter', accountId }, { platform: 'twitter', accountId }] }), 'post.account_twice'],
    ['an empty post', () => ({ content: '  ' }), 'post.content_refused'],
    ['an account of another platform', () => ({ platforms: [{ platform: 'bluesky', accountId }] }), 'post.account_platform'],
    ['an account that does not exist', () => ({ platforms: [{ platform: 'twitter', accountId: UNKNOWN }] }), 'post.account_unknown'],
    ['an account id that is none', () => ({ platforms: [{ platform: 'twitter', accountId: "'; drop table posts; --" }] }), 'post.account_unknown'],
    ['an unknown platform option', () => ({ platforms: [{ platform: 'twitter', accountId, platformSpecificData: { nope: 1 } }] }), 'post.content_refused'],
    ['a text over the limit', () => ({ content: 'x'.repeat(281) }), 'post.content_refused'],
    ['media that cannot be fetched', () => ({ mediaItems: [{ type: 'image', url: 'https://127.0.0.1/private.png' }] }), 'post.media_unreachable'],
  ])('%s is 422', async (_name, fields, code) => {
    const refused = await post(fields());
    expect([refused.status, refused.json.code]).toEqual([422, code]);
  });

  it('limits are counted as each platform counts, one entry per target with limit and actual', async () => {
    const platforms = [
      { platform: 'twitter', accountId },
      { platform: 'bluesky', accountId: blueskyId },
    ];
    const refused = await post({ content: '👨‍👩‍👧‍👦'.repeat(301), platforms });
    expect(refused.json.details.targets.map((target: { index: number; violations: unknown[] }) => [target.index, target.violations[0]])).toEqual([
      [0, expect.objectContaining({ rule: 'text_too_long', limit: 280, actual: 602 })],
      [1, expect.objectContaining({ rule: 'text_too_long', limit: 300, actual: 301 })],
    ]);
  });

  it('a test key with a live account, and a live key with a test account, are refused', async () => {
    const live = await plaza.newKey({ mode: 'live' });
    expect((await post({}, live)).json.code).toBe('post.account_mode');
  });

  it('a disconnected account is refused', async () => {
    const id = await plaza.connectAccount('twitter', 'leaving');
    await plaza.send('DELETE', `/v1/connect/integrations/${id}`);
    const body = { content: 'Too late', platforms: [{ platform: 'twitter', accountId: id }] };
    const refused = await eventually(() => plaza.send('POST', '/v1/posts/validate', body), ({ json }) => json.code === 'post.account_disconnected', 'known as disconnected');
    expect(refused.status).toBe(422);
  });

  it('publishNow, scheduledFor and draft exclude each other', async () => {
    expect((await post({ publishNow: true, draft: true })).json.code).toBe('post.modes_conflict');
  });

  it('both key headers with different values are refused, with the same value taken', async () => {
    const other = await plaza.newKey();
    const both = await call(plaza, plaza.key, 'GET', '/v1/health/auth', undefined, { authorization: `Bearer ${other}` });
    expect([both.status, both.json.code]).toEqual([400, 'request.two_keys']);
    expect((await call(plaza, plaza.key, 'GET', '/v1/health/auth', undefined, { authorization: `Bearer ${plaza.key}` })).status).toBe(200);
  });

  it('an identity that a caller makes up does not reach a service', async () => {
    const refused = await call(plaza, '', 'GET', '/v1/posts', undefined, { 'x-plaza-identity': plaza.serviceIdentity() });
    expect(refused.status).toBe(401);
  });

  it('inner services take a signed identity only, and inner routes no key at all', async () => {
    const { http } = plaza.plaza.connect;
    expect((await http.inject({ method: 'GET', url: '/v1/profiles' })).statusCode).toBe(401);
    expect((await http.inject({ method: 'GET', url: '/v1/profiles', headers: { 'x-access-key': plaza.key } })).statusCode).toBe(401);
    expect((await call(plaza, plaza.key, 'GET', `/internal/integrations/${accountId}`)).status).toBe(404);
  });

  it('half a request does not hold the server, and malformed HTTP is answered', async () => {
    const { port } = new URL(plaza.url);
    const answer = await new Promise<string>((done) => {
      const socket = createConnection(Number(port), '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('utf8'))).on('close', () => done(text));
    });
    expect(answer).toContain('400');
    expect((await plaza.send('GET', '/v1/health')).json).toEqual({ ok: true });
  });

  it('no error answer holds a stack trace or a path of the server', async () => {
    const answers = await Promise.all([post({ content: 1 }), plaza.send('GET', '/v1/nothing'), raw('{', 'application/json')]);
    for (const { json } of answers) expect(JSON.stringify(json)).not.toMatch(/node_modules|\.ts:\d|\bat .*\(/);
  });
});
