import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, eventually } from './plaza-process.spec-support.ts';

describe('API keys', () => {
  let plaza: TestPlaza;
  const status = async (key: string): Promise<number> => (await call(plaza, key, 'GET', '/v1/health/auth')).status;

  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  it('a key is shown once, works, is listed without itself, and is refused after its revocation', async () => {
    const made = await plaza.send('POST', '/v1/keys', { name: 'For CI', scopes: ['posts.read'] });
    expect(made.status).toBe(201);
    const { key, ...shown } = made.json.key;
    expect(key).toMatch(/^pz_test_[0-9A-Za-z]{52}$/);
    expect(await status(key)).toBe(200);
    const listed = await plaza.send('GET', '/v1/keys');
    const found = listed.json.keys.find(({ id }: { id: string }) => id === shown.id);
    expect(found).toEqual({ ...shown, lastUsedAt: found.lastUsedAt });
    expect(listed.text).not.toContain(key);
    expect((await plaza.send('DELETE', `/v1/keys/${shown.id}`)).status).toBe(200);
    await eventually(() => status(key), (code) => code === 401, 'refused');
  });

  it('stores hashes only', async () => {
    const key = await plaza.newKey();
    const [dump] = await plaza.database.asAdmin<{ text: string }>(`select string_agg(api_keys::text, '\n') as text from gateway.api_keys`);
    expect(dump?.text).not.toContain(key);
    expect(dump?.text).not.toContain(key.slice(20));
  });

  it('last uses are written in batches', async () => {
    const key = await plaza.newKey();
    const prefix = key.slice(0, 20);
    const lastUsed = async () => (await plaza.send('GET', '/v1/keys?limit=100')).json.keys.find((one: { prefix: string }) => one.prefix === prefix).lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await Promise.all(Array.from({ length: 20 }, () => status(key)));
    await eventually(lastUsed, (at) => at !== null, 'written');
  });

  it('a key gives away only what it has: scopes and mode', async () => {
    const small = await plaza.newKey({ scopes: ['keys.write', 'posts.read'] });
    const more = await plaza.send('POST', '/v1/keys', { name: 'More', scopes: ['publish'] }, {}, small);
    expect([more.status, more.json.code, more.json.details.scopes]).toEqual([403, 'key.scope_not_held', ['publish']]);
    const live = await plaza.send('POST', '/v1/keys', { name: 'Live', mode: 'live' }, {}, small);
    expect(live.json.code).toBe('key.scope_not_held');
    expect((await plaza.send('POST', '/v1/keys', { name: 'Same' }, {}, small)).json.key.scopes).toEqual(['keys.write', 'posts.read']);
  });

  it('an expired key is refused like an unknown one', async () => {
    const key = await plaza.newKey({ expiresAt: new Date(Date.now() + 2_000) });
    expect(await status(key)).toBe(200);
    await eventually(() => status(key), (code) => code === 401, 'expired');
  });

  it('a replayed creation shows the same key again, which is stored encrypted', async () => {
    const headers = { 'idempotency-key': 'one-key' };
    const first = await plaza.send('POST', '/v1/keys', { name: 'Once' }, headers);
    const again = await plaza.send('POST', '/v1/keys', { name: 'Once' }, headers);
    expect(again.text).toBe(first.text);
    const [row] = await plaza.database.asAdmin<{ answer: Buffer }>(`select answer from gateway.idempotency_keys where key = 'one-key'`);
    expect(row?.answer.toString('latin1')).not.toContain(first.json.key.key);
  });

  it('many invalid keys from one address are slowed down, and valid ones are not', async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, () => status('pz_test_nonsense')));
    expect(answers.filter((code) => code === 429).length).toBeGreaterThanOrEqual(10);
    expect(await status(plaza.key)).toBe(200);
  });

  it('a removed project takes its keys along', async () => {
    const { key } = await plaza.newProject('short-lived');
    expect(await status(key)).toBe(200);
    await plaza.plaza.gateway.projects.remove('short-lived');
    await eventually(() => status(key), (code) => code !== 200, 'refused');
  });
});
