import { publicRoutes, SCOPES, type RouteContract, type Scope } from '@plaza/contracts';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';

/** Ids of one project, as another one might try them. */
interface Ids {
  readonly app: string;
  readonly profile: string;
  readonly integration: string;
  readonly post: string;
  readonly scheduled: string;
  readonly target: string;
  readonly key: string;
}

/** One place where an id can stand: the request with that id, and what answers to an id that does not exist. */
interface Probe {
  readonly place: string;
  readonly path: (ids: Ids) => string;
  readonly body?: (ids: Ids) => object;
  readonly status: number;
}

const absent = (place: string, path: Probe['path'], body?: Probe['body']): Probe => ({ place, path, status: 404, ...(body === undefined ? {} : { body }) });
const redirect = 'redirectUri=https://example.com/done';
const content = (ids: Ids) => ({ content: 'x', platforms: [{ platform: 'twitter', accountId: ids.integration }] });

/** Every route with every place where an id can stand in it; an empty list says that there is none. */
const PROBES: Readonly<Record<string, readonly Probe[]>> = {
  healthCheck: [],
  healthCheckAuth: [],
  listPlatforms: [],
  createApp: [],
  listApps: [],
  getApp: [absent('path', (ids) => `/v1/apps/${ids.app}`)],
  updateApp: [absent('path', (ids) => `/v1/apps/${ids.app}`, () => ({ name: 'mine now' }))],
  deleteApp: [absent('path', (ids) => `/v1/apps/${ids.app}`)],
  verifyApp: [absent('path', (ids) => `/v1/apps/${ids.app}/verify`)],
  getOAuthUrl: [
    absent('appId', (ids) => `/v1/connect/twitter?${redirect}&appId=${ids.app}`),
    absent('profileId', (ids) => `/v1/connect/twitter?${redirect}&profileId=${ids.profile}`),
  ],
  connectCallback: [],
  reconnect: [],
  getAnalytics: [
    absent('postId', (ids) => `/v1/analytics?postId=${ids.post}`),
    { place: 'accountId', path: (ids) => `/v1/analytics?accountId=${ids.integration}`, status: 200 },
    { place: 'accountId, at the platform', path: (ids) => `/v1/analytics?postId=1&source=platform&accountId=${ids.integration}`, status: 422 },
  ],
  getPinterestBoards: [absent('accountId', (ids) => `/v1/pinterest/boards?accountId=${ids.integration}`)],
  getTikTokCreatorInfo: [absent('accountId', (ids) => `/v1/tiktok/creator-info?accountId=${ids.integration}`)],
  // A signed address is of its upload, and a public one of its file.
  createMediaUpload: [],
  uploadMedia: [],
  readMedia: [],
  // Whoever holds the token may choose; it is of no project but the one of its row.
  getSelection: [],
  submitSelection: [],
  selectionPage: [],
  connectCredentials: [
    absent('profileId', () => '/v1/connect/bluesky/credentials', (ids) => ({ profileId: ids.profile, credentials: { identifier: 'a.example', password: 'abcd-efgh-ijkl-mnop' } })),
  ],
  connectBluesky: [absent('profileId', (ids) => `/v1/connect/bluesky/auth?profileId=${ids.profile}`, () => ({ identifier: 'a.example', password: 'abcd-efgh-ijkl-mnop' }))],
  listIntegrations: [
    { place: 'profileId', path: (ids) => `/v1/connect/integrations?profileId=${ids.profile}`, status: 200 },
    { place: 'q', path: (ids) => `/v1/connect/integrations?q=${ids.integration}`, status: 200 },
  ],
  getIntegration: [absent('path', (ids) => `/v1/connect/integrations/${ids.integration}`)],
  moveIntegration: [absent('path', (ids) => `/v1/connect/integrations/${ids.integration}`, () => ({ profileId: null }))],
  disconnectIntegration: [absent('path', (ids) => `/v1/connect/integrations/${ids.integration}`)],
  createProfile: [],
  listProfiles: [],
  getProfile: [absent('path', (ids) => `/v1/profiles/${ids.profile}`)],
  updateProfile: [absent('path', (ids) => `/v1/profiles/${ids.profile}`, () => ({ name: 'mine now' }))],
  deleteProfile: [absent('path', (ids) => `/v1/profiles/${ids.profile}`)],
  createPost: [{ place: 'accountId', path: () => '/v1/posts', body: content, status: 422 }],
  validatePost: [{ place: 'accountId', path: () => '/v1/posts/validate', body: content, status: 422 }],
  listPosts: [{ place: 'profileId', path: (ids) => `/v1/posts?profileId=${ids.profile}`, status: 200 }],
  getPost: [absent('path', (ids) => `/v1/posts/${ids.post}`)],
  deletePost: [absent('path', (ids) => `/v1/posts/${ids.post}`)],
  retryPost: [absent('path', (ids) => `/v1/posts/${ids.post}/retry`)],
  settleTarget: [absent('path', (ids) => `/v1/posts/${ids.post}/targets/${ids.target}/settle`, () => ({ outcome: 'published' }))],
  listScheduledPosts: [],
  cancelScheduledPost: [absent('path', (ids) => `/v1/posts/scheduled/${ids.scheduled}`)],
  reschedulePost: [absent('path', (ids) => `/v1/posts/scheduled/${ids.scheduled}`, () => ({ scheduledFor: new Date(Date.now() + 60_000).toISOString() }))],
  editScheduledPost: [absent('path', (ids) => `/v1/posts/scheduled/${ids.scheduled}`, () => ({ content: 'mine now', platforms: [{ platform: 'twitter', accountId: 'a' }] }))],
  listAccounts: [],
  createKey: [],
  listKeys: [],
  revokeKey: [absent('path', (ids) => `/v1/keys/${ids.key}`)],
};

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
const NO_IDS: Ids = { app: UNKNOWN, profile: UNKNOWN, integration: UNKNOWN, post: UNKNOWN, scheduled: UNKNOWN, target: UNKNOWN, key: UNKNOWN };

describe('tenants', () => {
  let plaza: TestPlaza;
  let ids: Ids;
  let stranger: string;

  beforeAll(async () => {
    plaza = await startTestPlaza();
    const app = (await plaza.send('POST', '/v1/apps', { platform: 'twitter', name: 'Mine', clientId: 'mine', clientSecret: 'secret' })).json.app.id;
    const profile = (await plaza.send('POST', '/v1/profiles', { name: 'Mine' })).json.profile.id;
    const integration = await plaza.connectAccount('twitter', 'tenant');
    const platforms = [{ platform: 'twitter', accountId: integration }];
    const posted = (await plaza.send('POST', '/v1/posts', { content: 'Mine', platforms })).json;
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = (await plaza.send('POST', '/v1/posts', { content: 'Later', platforms, scheduledFor })).json.postId;
    const key = (await plaza.send('GET', '/v1/keys')).json.keys[0].id;
    ids = { app, profile, integration, post: posted.postId, scheduled, target: posted.platforms[0].targetId, key };
    stranger = (await plaza.newProject('stranger')).key;
  });
  afterAll(() => plaza.stop());

  it('every route is in the table', () => {
    expect(Object.keys(PROBES).toSorted()).toEqual(publicRoutes.map(({ id }) => id).toSorted());
  });

  it('every id in a path has its row', () => {
    for (const route of publicRoutes.filter(({ path, access }) => /\{(?!platform|link)/.test(path) && access !== 'public')) expect([route.id, PROBES[route.id]?.length]).not.toEqual([route.id, 0]);
  });

  const rows = publicRoutes.flatMap((route) => (PROBES[route.id] ?? []).map((probe) => [`${route.method} ${route.path}`, probe.place, route, probe] as const));

  it.each(rows)("%s: another project's id in %s answers as one that does not exist", async (_name, _place, route, probe) => {
    const ask = (of: Ids) => plaza.send(route.method, probe.path(of), probe.body?.(of), {}, stranger);
    const [theirs, none] = await Promise.all([ask(ids), ask(NO_IDS)]);
    expect(theirs.status).toBe(probe.status);
    const anonymous = (text: string): string => Object.values(ids).reduce((left, id) => left.replaceAll(id, UNKNOWN), text).replaceAll(/"requestId":"[^"]+"/g, '');
    expect(anonymous(theirs.text)).toBe(anonymous(none.text));
  });

  it.each(['/v1/apps', '/v1/profiles', '/v1/connect/integrations', '/v1/posts', '/v1/posts/scheduled'])('%s lists nothing of another project', async (path) => {
    expect((await plaza.send('GET', path, undefined, {}, stranger)).json.total).toBe(0);
  });

  it('the account query and the keys list nothing of another project', async () => {
    expect((await plaza.send('GET', '/v1/accounts', undefined, {}, stranger)).json.accounts).toEqual([]);
    expect((await plaza.send('GET', '/v1/keys', undefined, {}, stranger)).json.total).toBe(1);
  });

  it('and after all that was tried nothing has changed', async () => {
    expect((await plaza.send('GET', `/v1/apps/${ids.app}`)).json.app.name).toBe('Mine');
    expect((await plaza.send('GET', `/v1/profiles/${ids.profile}`)).json.profile.name).toBe('Mine');
    expect((await plaza.send('GET', `/v1/posts/${ids.scheduled}`)).json.post).toMatchObject({ content: 'Later', status: 'scheduled' });
    expect((await plaza.send('GET', `/v1/connect/integrations/${ids.integration}`)).json.integration.authStatus).toBe('active');
  });
});

describe('scopes', () => {
  let plaza: TestPlaza;
  const keys = new Map<Scope | 'none', string>();

  beforeAll(async () => {
    plaza = await startTestPlaza();
    for (const scope of SCOPES) keys.set(scope, await plaza.newKey({ scopes: [scope] }));
  });
  afterAll(() => plaza.stop());

  const guarded = publicRoutes.filter((route): route is RouteContract & { access: { scope: Scope } } => typeof route.access === 'object');
  const pathOf = ({ path }: RouteContract): string => path.replace('{platform}', 'twitter').replaceAll(/\{\w+\}/g, UNKNOWN);
  const ask = (route: RouteContract, scope: Scope) => plaza.send(route.method, pathOf(route), route.body === undefined ? undefined : {}, {}, keys.get(scope));

  it.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))('%s is open to its scope and to no other', async (_name, route) => {
    const wanted = route.access.scope;
    expect((await ask(route, wanted)).status).not.toBe(403);
    for (const scope of SCOPES.filter((other) => other !== wanted)) {
      const refused = await ask(route, scope);
      expect([scope, refused.status]).toEqual([scope, 403]);
      expect(refused.json.details?.scope ?? refused.json.message).toContain(wanted);
    }
  });

  it('publishing now needs publish, scheduling and drafts scheduled.write', async () => {
    const accountId = await plaza.connectAccount('twitter', 'scopes');
    const body = { content: 'Scopes', platforms: [{ platform: 'twitter', accountId }] };
    const send = async (scope: Scope, more: object) => (await plaza.send('POST', '/v1/posts', { ...body, ...more }, {}, keys.get(scope))).status;
    const later = { scheduledFor: new Date(Date.now() + 60_000).toISOString() };
    expect(await send('scheduled.write', {})).toBe(403);
    expect(await send('publish', later)).toBe(403);
    expect(await send('publish', { draft: true })).toBe(403);
    expect(await send('scheduled.write', later)).toBe(202);
    expect(await send('publish', {})).toBe(202);
  });
});
