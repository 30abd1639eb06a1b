import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call } from './plaza-process.spec-support.ts';

/** What the sandbox saw of one kind of call. */
async function requests(plaza: TestPlaza, platform: string, operation: string): Promise<unknown[]> {
  return (await call(plaza, '', 'GET', `/sandbox/_/requests?platform=${platform}&operation=${operation}`)).json.requests;
}

describe('many at once', () => {
  let plaza: TestPlaza;

  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  it('50 callbacks with one state exchange the code once', async () => {
    const started = await plaza.send('GET', '/v1/connect/twitter?redirectUri=http://127.0.0.1:9999/done');
    const url = new URL(started.json.url);
    const approved = await fetch(url.origin + url.pathname, {
      method: 'POST',
      body: new URLSearchParams([...url.searchParams, ['decision', 'approve'], ['account', 'fifty']]),
      redirect: 'manual',
    });
    const callback = approved.headers.get('location') ?? '';
    const before = (await requests(plaza, 'twitter', 'token')).length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(callback, { redirect: 'manual' })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
    expect((await requests(plaza, 'twitter', 'token')).length - before).toBe(1);
  });

  it('20 posts on one expired token renew it once', async () => {
    const accountId = await plaza.connectAccount('twitter', 'twenty');
    await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute' where id = $1`, [accountId]);
    const before = (await requests(plaza, 'twitter', 'token')).length;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        plaza.plaza.connect.http.inject({
          method: 'POST',
          url: `/internal/integrations/${accountId}/credential`,
          headers: { 'x-plaza-identity': plaza.serviceIdentity(), 'content-type': 'application/json' },
          payload: JSON.stringify({ purpose: `test ${index}` }),
        }),
      ),
    );
    const tokens = new Set(answers.map(({ body }) => JSON.parse(body).accessToken));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(tokens.size).toBe(1);
    expect((await requests(plaza, 'twitter', 'token')).length - before).toBe(1);
    const published = await plaza.send('POST', '/v1/posts', { content: 'After the renewal', platforms: [{ platform: 'twitter', accountId }] });
    expect(published.json.status).toBe('published');
  });

  it('100 posts with one idempotency key make one post, and the replay is the same byte for byte', async () => {
    const accountId = await plaza.connectAccount('twitter', 'hundred');
    const body = { content: 'Only once', platforms: [{ platform: 'twitter', accountId }] };
    const headers = { 'idempotency-key': 'hundred-at-once' };
    const answers = await Promise.all(Array.from({ length: 100 }, () => plaza.send('POST', '/v1/posts', body, headers)));
    const first = answers.filter(({ status }) => status === 202);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(first.length === 100 ? [202] : [202, 409]));
    expect(new Set(first.map(({ text }) => text)).size).toBe(1);
    for (const { headers: got } of answers.filter(({ status }) => status === 409)) expect(got.get('retry-after')).toBe('1');
    expect(await plaza.ledger('Only once')).toHaveLength(1);
    const replay = await plaza.send('POST', '/v1/posts', body, headers);
    expect([replay.status, replay.text, replay.headers.get('idempotent-replayed')]).toEqual([202, first[0]?.text, 'true']);
    const other = await plaza.send('POST', '/v1/posts', { ...body, content: 'Another' }, headers);
    expect([other.status, other.json.code]).toEqual([422, 'idempotency.body_differs']);
    expect((await plaza.send('GET', '/v1/posts')).json.total).toBe(2);
  });

  it("another project's idempotency keys are its own", async () => {
    const other = await plaza.newProject('idempotent neighbour');
    const body = { name: 'Same key' };
    const headers = { 'idempotency-key': 'shared' };
    const mine = await plaza.send('POST', '/v1/profiles', body, headers);
    const theirs = await plaza.send('POST', '/v1/profiles', body, headers, other.key);
    expect(theirs.status).toBe(201);
    expect(theirs.json.profile.id).not.toBe(mine.json.profile.id);
  });
});
