import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { atHosts, type AccountCredential, type CallContext } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { FIELDS, HOUR, sessionAt, START, toCredential } from './session.spec-support.ts';
import { blueskySimulator } from './simulator.ts';

const http = createHttp({ userAgent: 'Plaza test', deadlineMs: 5000 });
let sandbox: ListeningSandbox;
let nowMs = START;

beforeEach(async () => {
  nowMs = START;
  sandbox = await listenOnLoopback({ simulators: [{ platform: 'bluesky', create: blueskySimulator }], now: () => nowMs });
});
afterEach(() => sandbox.close());
afterAll(() => http.close());

const { context, login, fault } = sessionAt({ http, url: () => sandbox.url, nowMs: () => nowMs });

const refresher = bluesky.credentials.refresher;
const refreshOnce = async (credential: AccountCredential) => {
  const outcome = await http.send(refresher?.request(context(), { client: null, credential }) ?? { method: 'GET', url: '' });
  if (outcome.kind !== 'response') throw new Error(outcome.reason);
  return refresher?.read(outcome, nowMs);
};
const heal = async (credential: AccountCredential) => {
  const request = refresher?.fallback?.request(context(), { client: null, credential });
  if (request === undefined) return undefined;
  const outcome = await http.send(request);
  if (outcome.kind !== 'response') throw new Error(outcome.reason);
  return refresher?.fallback?.read(outcome, nowMs);
};

describe('connecting', () => {
  it('gives tokens with their lives, the profile, and what a later login needs', async () => {
    const { grant, profile } = await login();
    expect(profile).toEqual({
      platformUserId: expect.stringMatching(/^did:plc:[a-z2-7]{24}$/),
      username: 'alice.sandbox.example',
      displayName: 'alice',
      profileUrl: 'https://bsky.app/profile/alice.sandbox.example',
      imageUrl: null,
      metadata: { blobUploadLimit: 52_428_800 },
    });
    expect(grant).toMatchObject({ accessExpiresAtMs: START + 2 * HOUR, refreshExpiresAtMs: START + 90 * 24 * HOUR });
    expect(grant.extra).toEqual({
      service: context().hosts['pds'],
      pds: context().hosts['pds'],
      identifier: profile.platformUserId,
      password: FIELDS.password,
    });
  });

  it.each([['wrong-abcd-efgh'], ['a plain password']])('names a refused password: %s', async (password) => {
    const result = await bluesky.credentials.connect(context(), { ...FIELDS, password });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'credential' } });
  });

  it('refuses the password of the account, which could do more than publish, and says what to take instead', async () => {
    const result = await bluesky.credentials.connect(context(), { ...FIELDS, password: 'account-abcd' });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'credential', message: expect.stringContaining('Make an app password') } });
  });

  it('stays in the sandbox when the user names a server', async () => {
    const { grant } = await login({ ...FIELDS, service: 'https://pds.example' });
    expect(grant.extra?.['pds']).toBe(context().hosts['pds']);
  });

  it.each<readonly [string, object]>([
    ['drop', { kind: 'drop_before' }],
    ['garbage', { kind: 'malformed' }],
    ['server error', { kind: 'server_error_before' }],
    ['rate limit', { kind: 'rate_limit', form: 'platform' }],
  ])('fails for the platform’s sake: %s', async (_name, body) => {
    await fault('token', body);
    expect(await bluesky.credentials.connect(context(), FIELDS)).toMatchObject({ ok: false, failure: { kind: 'platform' } });
  });

  it('ends the session when asked to', async () => {
    const { grant } = await login();
    expect(await bluesky.credentials.revoke?.(context(), { credential: toCredential(grant) })).toBe(true);
    expect(await refreshOnce(toCredential(grant))).toMatchObject({ kind: 'reconnect', reason: 'token_expired' });
  });
});

describe('connecting at the real network', () => {
  const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`;
  const session = { accessJwt: jwt(START / 1000 + 60), refreshJwt: 'opaque', did: 'did:plc:a', handle: 'alice.example' };
  const answering = (body: object, calls: string[] = [], status = 200): CallContext => ({
    hosts: { pds: 'https://bsky.social' },
    publicHosts: { pds: 'https://bsky.social' },
    isSandbox: false,
    nowMs: START,
    http: {
      send: async ({ url }) => {
        calls.push(url);
        return { kind: 'response', status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      },
    },
  });
  const service = (serviceEndpoint: unknown, type = 'AtprotoPersonalDataServer') => ({
    didDoc: { service: [{ id: '#atproto_pds', type, serviceEndpoint }] },
  });

  it.each([
    ['the account’s own server', service('https://morel.us-east.host.bsky.network/'), undefined, 'https://morel.us-east.host.bsky.network'],
    ['the entryway without a document', {}, undefined, 'https://bsky.social'],
    ['the entryway for a document of nonsense', { didDoc: 7 }, undefined, 'https://bsky.social'],
    ['the entryway for an address of nonsense', service(['x']), undefined, 'https://bsky.social'],
    ['the entryway for another service', service('https://other.example', 'Other'), undefined, 'https://bsky.social'],
    ['the server that the user names', {}, 'https://pds.example/', 'https://pds.example'],
  ])('goes to %s', async (_name, more, supplied, pds) => {
    const calls: string[] = [];
    const fields = { identifier: 'alice.example', password: 'p', ...(supplied === undefined ? {} : { service: supplied }) };
    const context = atHosts(answering({ ...session, ...more }, calls), bluesky.credentials.hosts?.(fields) ?? {});
    const result = await bluesky.credentials.connect(context, fields);
    expect(result).toMatchObject({
      ok: true,
      value: { grant: { extra: { pds }, accessExpiresAtMs: START + 60_000, refreshExpiresAtMs: START + 90 * 24 * HOUR } },
    });
    expect(calls[0]).toBe(
      `${supplied === undefined ? 'https://bsky.social' : 'https://pds.example'}/xrpc/com.atproto.server.createSession`,
    );
    expect(calls[1]?.startsWith(`${pds}/xrpc/com.atproto.repo.getRecord`)).toBe(true);
  });

  it.each([
    ['com.atproto.access', false],
    ['com.atproto.appPass', true],
    ['com.atproto.appPassPrivileged', true],
    ['another', true],
    [undefined, true],
  ])('takes a session by its scope: %s', async (scope, ok) => {
    const accessJwt = `x.${Buffer.from(JSON.stringify({ exp: START / 1000 + 60, scope })).toString('base64url')}.y`;
    expect((await bluesky.credentials.connect(answering({ ...session, accessJwt }), { identifier: 'a', password: 'p' })).ok).toBe(ok);
    expect((await bluesky.credentials.connect(answering({ ...session, accessJwt: 'opaque' }), { identifier: 'a', password: 'p' })).ok).toBe(true);
  });

  it.each<readonly [string, string, object, object]>([
    ['the limit that the server tells', 'https://pds.example', { blobUploadLimit: 5_242_880 }, { blobUploadLimit: 5_242_880 }],
    ['nothing of a server that tells nothing', 'https://pds.example', {}, {}],
    ['nothing of a limit that is none', 'https://pds.example', { blobUploadLimit: '5 MiB' }, {}],
    ['that videos go to a server as they are', 'http://localhost:2583', { blobUploadLimit: 5_242_880 }, { blobUploadLimit: 5_242_880, storesVideosItself: true }],
  ])('keeps %s', async (_name, pds, described, metadata) => {
    const context = atHosts(answering({ ...session, ...described }), { pds });
    const result = await bluesky.credentials.connect(context, { identifier: 'a', password: 'p' });
    expect(result.ok && result.value.profile.metadata).toEqual(metadata);
  });

  it.each([
    ['its new handle', 'new.example', { username: 'new.example', profileUrl: 'https://bsky.app/profile/new.example' }],
    ['nothing of a handle that does not point back now', 'handle.invalid', {}],
  ])('reads again what can be read: %s, and nothing of a server or record that does not answer', async (_name, handle, told) => {
    const all = answering({ handle, did: session.did });
    const away = { kind: 'response', status: 503, headers: {}, body: Buffer.from('{}') } as const;
    const send: CallContext['http']['send'] = async (request) => (request.url.includes('getSession') ? all.http.send(request) : away);
    const read = await bluesky.accountReader.read({ ...all, http: { send } }, { accessToken: { reveal: () => 'access' }, extra: {} });
    expect(read).toEqual({ ok: true, value: { platformUserId: session.did, ...told } });
  });

  it('refuses an account that cannot post', async () => {
    const result = await bluesky.credentials.connect(answering({ ...session, active: false, status: 'suspended' }), {
      identifier: 'a',
      password: 'p',
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unsupported_account', message: 'The account cannot post: suspended.' } });
  });

  it.each([
    ['AuthFactorTokenRequired', 401, 'credential'],
    ['AccountTakedown', 401, 'unsupported_account'],
    ['Whatever', 400, 'platform'],
  ])('reads %s', async (error, status, kind) => {
    expect(await bluesky.credentials.connect(answering({ error, message: 'm' }, [], status), { identifier: 'a', password: 'p' })).toMatchObject(
      { ok: false, failure: { kind } },
    );
  });
});

describe('refreshing', () => {
  it('rotates the tokens, and within two hours the lost answer can be had again', async () => {
    const { grant } = await login();
    const first = await refreshOnce(toCredential(grant));
    nowMs += HOUR;
    const again = await refreshOnce(toCredential(grant));
    expect([first?.kind, again?.kind]).toEqual(['granted', 'granted']);
    nowMs += 2 * HOUR;
    expect(await refreshOnce(toCredential(grant))).toMatchObject({ kind: 'reconnect' });
  });

  it('heals a dead session with the app password, and says reconnect when that is refused too', async () => {
    const { grant } = await login();
    const credential = toCredential(grant);
    nowMs += 91 * 24 * HOUR;
    expect(await refreshOnce(credential)).toMatchObject({ kind: 'reconnect', reason: 'token_expired' });
    expect(await heal(credential)).toMatchObject({ kind: 'granted', grant: { accessExpiresAtMs: nowMs + 2 * HOUR } });
    expect(await heal({ ...credential, extra: { ...credential.extra, password: 'wrong-abcd-efgh' } })).toMatchObject({
      kind: 'reconnect',
      reason: 'access_revoked',
    });
    expect(await heal({ ...credential, extra: {} })).toBeUndefined();
  });

  it.each<readonly [string, object, object]>([
    ['garbage', { kind: 'malformed' }, { kind: 'transient' }],
    ['a server error', { kind: 'server_error_after', status: 500 }, { kind: 'transient' }],
    ['a redirect', { kind: 'redirect' }, { kind: 'transient' }],
    ['a rate limit', { kind: 'rate_limit', form: 'platform', seconds: 60 }, { kind: 'transient', untilMs: START + 60_000 }],
    ['an account that was taken down', { kind: 'refuse', error: 'account_takedown' }, { kind: 'reconnect', reason: 'access_revoked' }],
    ['a token of another server', { kind: 'refuse', error: 'invalid_token' }, { kind: 'reconnect', reason: 'refresh_rejected' }],
  ])('reads %s', async (_name, body, expected) => {
    const { grant } = await login();
    await fault('token', body);
    expect(await refreshOnce(toCredential(grant))).toMatchObject(expected);
  });
});
