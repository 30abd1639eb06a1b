import { connectors } from '@plaza/connectors';
import { publicRoutes } from '@plaza/contracts';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { checkedOperations, documentedOperations, documentedOptions } from './postpeer-check.spec-support.ts';

/** Each operation of PostPeer's document that Plaza answers is called, and its answer held against the document, strictly. */
describe("PostPeer's clients", () => {
  let plaza: TestPlaza;
  const dialect = { 'plaza-dialect': 'postpeer' };
  const send = (method: string, path: string, body?: unknown) => plaza.send(method, path, body, dialect);

  beforeAll(async () => {
    plaza = await startTestPlaza();
    await plaza.connectAccount('discord', 'unknown-to-postpeer');
  });
  afterAll(() => plaza.stop());

  it('read every answer', async () => {
    const twitter = await plaza.connectAccount('twitter', 'postpeer');
    await send('GET', '/v1/health');
    await send('GET', '/v1/health/auth');
    await send('GET', '/v1/platforms');
    const app = (await send('POST', '/v1/apps/', { platform: 'twitter', name: 'App', clientId: 'id', clientSecret: 'secret' })).json.app.id;
    await send('GET', '/v1/apps/');
    await send('GET', `/v1/apps/${app}`);
    await send('PATCH', `/v1/apps/${app}`, { name: 'Renamed', imageUrl: null });
    await send('DELETE', `/v1/apps/${app}`);
    const profile = (await send('POST', '/v1/profiles/', { name: 'Profile', description: 'For tests' })).json.profile.id;
    await send('GET', '/v1/profiles/?name=prof');
    await send('GET', `/v1/profiles/${profile}`);
    await send('PATCH', `/v1/profiles/${profile}`, { description: null });
    await send('GET', '/v1/connect/twitter?redirectUri=https://example.com/done');
    const pinterest = await plaza.connectAccount('pinterest', 'postpeer');
    await send('GET', `/v1/pinterest/boards?accountId=${pinterest}`);
    await send('GET', '/v1/connect/integrations?sort=asc');
    await send('GET', `/v1/connect/integrations/${twitter}`);
    await send('PATCH', `/v1/connect/integrations/${twitter}`, { profileId: profile });
    const platforms = [{ platform: 'twitter', accountId: twitter }];
    const now = (await send('POST', '/v1/posts/', { content: 'Now', platforms, publishNow: true })).json.postId;
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const later = (await send('POST', '/v1/posts/', { content: 'Later', platforms, scheduledFor, timezone: 'UTC' })).json.postId;
    await send('GET', '/v1/posts/?platform=twitter&platform=bluesky');
    await send('GET', `/v1/posts/${now}`);
    await send('GET', '/v1/analytics/');
    await send('GET', `/v1/analytics/?postId=${now}`);
    await send('GET', '/v1/posts/scheduled/');
    await send('GET', `/v1/tiktok/creator-info?accountId=${await plaza.connectAccount('tiktok', 'postpeer')}`);
    await send('POST', '/v1/media/upload', { filename: 'a.mp4', mimeType: 'video/mp4' });
    await send('PATCH', `/v1/posts/scheduled/${later}`, { scheduledFor });
    await send('PUT', `/v1/posts/scheduled/${later}`, { content: 'Edited', platforms });
    await send('DELETE', `/v1/posts/scheduled/${later}`);
    await send('DELETE', `/v1/posts/${later}`);
    await send('DELETE', `/v1/posts/${now}?deleteFromPlatforms=true`);
    await send('DELETE', `/v1/profiles/${profile}`);
    await send('DELETE', `/v1/connect/integrations/${twitter}`);
    const ours = new Set(publicRoutes.map(({ method, path }) => `${method} ${path}`));
    const wanted = documentedOperations().filter((operation) => ours.has(operation.replace(/\/$/, '')));
    expect([...checkedOperations()].toSorted()).toEqual(wanted.toSorted());
    expect(wanted.length).toBeGreaterThanOrEqual(25);
  });

  it('may give every option that they know of nine platforms', () => {
    const known = new Map(connectors.map(({ platform, manifest }) => [platform as string, Object.keys(manifest.options.shape)]));
    expect(documentedOptions()).toHaveLength(9);
    for (const [platform, names] of documentedOptions()) expect(known.get(platform)).toEqual(expect.arrayContaining(names));
  });

  it('see no platform that their closed list does not know, and others see all', async () => {
    const platformsOf = async (path: string, list: string, field: string, headers: Record<string, string>): Promise<string[]> =>
      (await plaza.send('GET', path, undefined, headers)).json[list].map((row: Record<string, string>) => row[field]);
    expect(await platformsOf('/v1/connect/integrations', 'integrations', 'platform', dialect)).not.toContain('discord');
    expect(await platformsOf('/v1/connect/integrations', 'integrations', 'platform', {})).toContain('discord');
    expect(await platformsOf('/v1/platforms', 'platforms', 'name', dialect)).not.toContain('discord');
    expect(await platformsOf('/v1/platforms', 'platforms', 'name', {})).toContain('discord');
  });
});

describe('every route', () => {
  let plaza: TestPlaza;
  beforeAll(async () => {
    plaza = await startTestPlaza();
  });
  afterAll(() => plaza.stop());

  const guarded = publicRoutes.filter(({ access }) => access !== 'public').map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(guarded)('%s refuses what its schema does not know, with the path', async (_name, route) => {
    const path = route.path.replace('{platform}', 'twitter').replaceAll(/\{\w+\}/g, 'none');
    const strange = await plaza.send(route.method, `${path}?strange=1`, route.body === undefined ? undefined : {});
    expect([strange.status, strange.json.code ?? strange.json.error]).toEqual([400, route.dialect === 'snake' ? 'invalid_request' : 'request.invalid']);
    if (route.body === undefined) return;
    const body = await plaza.send(route.method, path, { strange: 1 });
    expect([body.status, body.json.details.problems.map((problem: { path: string }) => problem.path)]).toEqual([400, expect.arrayContaining(['body.strange'])]);
  });

  it.each(guarded)('%s answers under /api/v1 and with a trailing slash too', async (_name, route) => {
    const path = route.path.replace('{platform}', 'twitter').replaceAll(/\{\w+\}/g, 'none');
    const ask = (form: string) => plaza.send(route.method, form, route.body === undefined ? undefined : { strange: 1 });
    const [plain, api, slash] = await Promise.all([ask(path), ask(`/api${path}`), ask(`${path}/`)]);
    expect([api.status, slash.status]).toEqual([plain.status, plain.status]);
    expect(plain.json?.code).not.toBe('route.not_found');
  });
});
