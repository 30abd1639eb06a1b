import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

describe('what is kept by events', () => {
  let plaza: TestPlaza;
  const accounts = async (): Promise<Json[]> => (await plaza.send('GET', '/v1/accounts')).json.accounts;
  const count = async (id: string): Promise<number> => (await plaza.send('GET', `/v1/apps/${id}`)).json.app.integrationCount;

  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  it('the account list is the same after it was built anew from the services\' own state', async () => {
    const twitter = await plaza.connectAccount('twitter', 'rebuilt');
    const bluesky = await plaza.connectAccount('bluesky', 'rebuilt');
    const gone = await plaza.connectAccount('discord', 'rebuilt');
    await plaza.send('POST', '/v1/posts', { content: 'Used', platforms: [{ platform: 'twitter', accountId: twitter }, { platform: 'bluesky', accountId: bluesky }] });
    await plaza.send('DELETE', `/v1/connect/integrations/${gone}`);
    const before = await eventually(accounts, (rows) => rows.length === 2 && rows.every((row) => row.last_used_at !== null), 'told');
    await plaza.plaza.accounts.rebuild.execute();
    expect(await accounts()).toEqual(before);
  });

  it('integrationCount follows connections and disconnections', async () => {
    const app = (await plaza.send('POST', '/v1/apps', { platform: 'twitter', name: 'Counted', clientId: 'counted', clientSecret: 'secret' })).json.app.id;
    const started = await plaza.send('GET', `/v1/connect/twitter?appId=${app}&redirectUri=http://127.0.0.1:9999/done`);
    const page = new URL(started.json.url);
    const back = await fetch(page.origin + page.pathname, { method: 'POST', body: new URLSearchParams([...page.searchParams, ['decision', 'approve'], ['account', 'counted']]), redirect: 'manual' });
    const done = await fetch(back.headers.get('location') ?? '', { redirect: 'manual' });
    const id = new URL(done.headers.get('location') ?? '').searchParams.get('integrationId') ?? '';
    await eventually(() => count(app), (now) => now === 1, 'counted');
    await plaza.send('DELETE', `/v1/connect/integrations/${id}`);
    await eventually(() => count(app), (now) => now === 0, 'counted down');
  });

  it('a rotated secret keeps connections working: only the app is asked for it, nobody has to connect again', async () => {
    const app = (await plaza.send('POST', '/v1/apps', { platform: 'twitter', name: 'Rotated', clientId: 'rotated', clientSecret: 'the-right-one' })).json.app.id;
    const started = await plaza.send('GET', `/v1/connect/twitter?appId=${app}&redirectUri=http://127.0.0.1:9999/done`);
    const page = new URL(started.json.url);
    const back = await fetch(page.origin + page.pathname, { method: 'POST', body: new URLSearchParams([...page.searchParams, ['decision', 'approve'], ['account', 'rotated']]), redirect: 'manual' });
    const done = await fetch(back.headers.get('location') ?? '', { redirect: 'manual' });
    const id = new URL(done.headers.get('location') ?? '').searchParams.get('integrationId') ?? '';
    const renew = async (): Promise<Json> => {
      await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute', refresh_due_at = null where id = $1`, [id]);
      const headers = { 'x-plaza-identity': plaza.serviceIdentity(), 'content-type': 'application/json' };
      const answer = await plaza.plaza.connect.http.inject({ method: 'POST', url: `/internal/integrations/${id}/credential`, headers, payload: '{"purpose":"test"}' });
      return JSON.parse(answer.body);
    };
    expect((await plaza.send('PATCH', `/v1/apps/${app}`, { clientSecret: 'a-typing-error' })).status).toBe(200);
    expect((await renew()).kind).toBe('try_later');
    expect((await plaza.send('GET', `/v1/connect/integrations/${id}`)).json.integration.authStatus).toBe('active');
    expect((await plaza.send('PATCH', `/v1/apps/${app}`, { clientSecret: 'the-right-one' })).status).toBe(200);
    expect((await renew()).kind).toBe('credential');
  });

  it('every use of a secret has its record, and no secret is in any table, event or answer in the clear', async () => {
    const secret = 'a-secret-to-search-for-7f3a';
    const app = (await plaza.send('POST', '/v1/apps', { platform: 'twitter', name: 'Searched', clientId: 'searched', clientSecret: secret })).json.app.id;
    const started = await plaza.send('GET', `/v1/connect/twitter?appId=${app}&redirectUri=http://127.0.0.1:9999/done`);
    const page = new URL(started.json.url);
    const back = await fetch(page.origin + page.pathname, { method: 'POST', body: new URLSearchParams([...page.searchParams, ['decision', 'approve'], ['account', 'searched']]), redirect: 'manual' });
    await fetch(back.headers.get('location') ?? '', { redirect: 'manual' });
    const uses = await plaza.database.asAdmin<{ actor: string; purpose: string }>(`select actor, purpose from registry.secret_access where subject = $1`, [`oauth_apps/${app}/client_secret`]);
    expect(uses).toEqual([{ actor: expect.stringMatching(/^connect /), purpose: expect.stringMatching(/^exchange code of session /) }]);
    const tables = await plaza.database.asAdmin<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('gateway', 'registry', 'connect', 'publishing', 'accounts')`,
    );
    for (const { name } of tables) {
      const [row] = await plaza.database.asAdmin<{ found: boolean }>(`select exists (select 1 from ${name} as t where t::text like $1) as found`, [`%${secret}%`]);
      expect([name, row?.found]).toEqual([name, false]);
    }
    expect(await plaza.plaza.registry.verifyAudit(plaza.projectId)).toBeUndefined();
    expect(await plaza.plaza.connect.verifyAudit(plaza.projectId)).toBeUndefined();
    await plaza.database.asAdmin(`update registry.secret_access set purpose = 'something harmless' where subject = $1`, [`oauth_apps/${app}/client_secret`]);
    expect(await plaza.plaza.registry.verifyAudit(plaza.projectId)).toMatch(/^Record \d+ was changed/);
  });

  it('an account list that lost its events is behind and not wrong: a dead letter is listed, replayed and handled', async () => {
    const id = await plaza.connectAccount('instagram', 'dead-letter');
    const [event] = await plaza.database.asAdmin<Json>(`select * from connect.outbox where type = 'integration.connected' and key = $1`, [id]);
    const envelope = { id: event.event_id, type: event.type, version: 1, source: 'connect', time: new Date().toISOString(), projectId: event.project_id, key: event.key, sequence: 1, data: event.data };
    await plaza.database.asAdmin(`delete from accounts.account_rows where account_id = $1`, [id]);
    await plaza.database.asAdmin(`delete from accounts.inbox where event_id = $1`, [event.event_id]);
    await plaza.database.asAdmin(
      `insert into accounts.parked_messages (consumer, event_id, project_id, type, key, event, attempts, next_try_at, last_error, dead_at) values ('accounts', $1, $2, $3, $4, $5, 5, now(), 'It failed.', now())`,
      [event.event_id, event.project_id, event.type, event.key, JSON.stringify(envelope)],
    );
    const [letter] = await plaza.plaza.accounts.deadLetters.list();
    expect(letter).toMatchObject({ type: 'integration.connected', key: id, lastError: 'It failed.' });
    expect(await plaza.plaza.accounts.deadLetters.replay(letter?.id ?? '')).toBe(true);
    await eventually(accounts, (rows) => rows.some(({ provider }) => provider === 'instagram'), 'handled');
    expect(await plaza.plaza.accounts.deadLetters.list()).toEqual([]);
    expect(await plaza.plaza.accounts.deadLetters.discard(letter?.id ?? '')).toBe(false);
  });

  it('documents are served, and the page needs nothing from elsewhere', async () => {
    const openapi = await call(plaza, '', 'GET', '/openapi.json');
    expect(openapi.json).toMatchObject({ openapi: '3.1.0', paths: { '/v1/posts': { post: { operationId: 'createPost' } } } });
    expect((await call(plaza, '', 'GET', '/asyncapi.json')).json).toMatchObject({ asyncapi: '3.0.0', channels: { 'post.published': expect.anything() } });
    const page = await call(plaza, '', 'GET', '/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    for (const path of sources) expect([path, (await call(plaza, '', 'GET', path)).status]).toEqual([path, 200]);
  });
});
