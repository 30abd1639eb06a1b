import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import type { AccountCredential } from '../kit/index.ts';
import { graphJson } from '../meta/graph.ts';
import { shortTokenSchema } from '../meta/schemas.ts';
import { instagram } from './index.ts';
import { client, connectingAt, DAY, fetchMedia, SCOPES, START, toCredential } from './session.spec-support.ts';
import { instagramSimulator } from './simulator.ts';

const http = createHttp({ userAgent: 'Plaza test', deadlineMs: 5000 });
let sandbox: ListeningSandbox;
let nowMs = START;

beforeEach(async () => {
  nowMs = START;
  const simulators = [{ platform: 'instagram', create: instagramSimulator }];
  sandbox = await listenOnLoopback({ simulators, now: () => nowMs, fetchMedia });
});
afterEach(() => sandbox.close());
afterAll(() => http.close());

const { context, consent, exchange, login, fault, redirectUri } = connectingAt({ http, url: () => sandbox.url, nowMs: () => nowMs });

describe('connecting', () => {
  it.each(['sandbox_user', 'someone_docs'])(
    'gives a token of 60 days and the profile, in either shape of the answers: %s',
    async (account) => {
      const grant = await login(account);
      expect(grant).toEqual({ accessToken: expect.stringMatching(/^IGAA/), accessExpiresAtMs: START + 60 * DAY, scopes: SCOPES });
      const accounts = await instagram.oauth.accounts(context(), { client: client(), credential: toCredential(grant) });
      expect(accounts).toEqual({
        ok: true,
        value: [{ type: 'account', profile: {
          platformUserId: expect.stringMatching(/^\d{17,}$/),
          username: account,
          displayName: account,
          profileUrl: `${sandbox.url}/instagram/web/${account}/`,
          imageUrl: null,
          metadata: { accountType: 'BUSINESS' },
        } }],
      });
    },
  );

  it('keeps every digit of an id above 2^53', () => {
    const read = (body: string) =>
      shortTokenSchema.parse(graphJson({ kind: 'response', status: 200, headers: {}, body: Buffer.from(body) })).user_id;
    expect(read('{"access_token":"t","user_id":17841400000000001,"permissions":["a"]}')).toBe('17841400000000001');
    expect(read('{"access_token":"t","user_id" : 17841499999999999}')).toBe('17841499999999999');
    expect(read('{"data":[{"access_token":"t \\"user_id\\":1","user_id":"17841400000000001","permissions":"a,b"}]}')).toBe(
      '17841400000000001',
    );
  });

  it('takes the code with what Instagram hangs on it, once', async () => {
    const location = await consent('sandbox_user');
    expect(location).toMatch(/#_$/);
    const code = `${new URL(location).searchParams.get('code') ?? ''}#_`;
    const input = { client: client(), code, redirectUri };
    expect((await instagram.oauth.exchange(context(), input)).ok).toBe(true);
    expect(await instagram.oauth.exchange(context(), input)).toMatchObject({
      failure: { kind: 'denied', message: expect.stringContaining('already used') },
    });
  });

  it('blames the app for a wrong secret or redirect address', async () => {
    expect(await exchange(await consent('a'), 'wrong-secret')).toMatchObject({ ok: false, failure: { kind: 'app' } });
    await login();
    expect(await exchange(await consent('a'), 'another')).toMatchObject({ ok: false, failure: { kind: 'app' } });
    expect(await exchange(await consent('a'), undefined, 'https://elsewhere.example/')).toMatchObject({
      ok: false,
      failure: { kind: 'app' },
    });
  });

  it('takes professional accounts only', async () => {
    const accounts = await instagram.oauth.accounts(context(), { client: client(), credential: toCredential(await login('jane_personal')) });
    expect(accounts).toMatchObject({ ok: false, failure: { kind: 'unsupported_account' } });
  });

  it.each<readonly [string, object]>([
    ['a lost answer', { kind: 'drop_after' }],
    ['garbage', { kind: 'malformed' }],
    ['a redirect', { kind: 'redirect' }],
    ['a server error', { kind: 'server_error_before' }],
  ])('fails for the platform’s sake: %s', async (_name, body) => {
    const location = await consent('a');
    await fault('token', body);
    expect(await exchange(location)).toMatchObject({ ok: false, failure: { kind: 'platform' } });
  });
});

describe('refreshing', () => {
  const refreshOnce = async (credential: AccountCredential) => {
    const request = instagram.oauth.refresher?.request(context(), { client: client(), credential });
    const outcome = await http.send(request ?? { method: 'GET', url: '' });
    if (outcome.kind !== 'response') throw new Error(outcome.reason);
    return instagram.oauth.refresher?.read(outcome, nowMs);
  };

  it('waits for a day, renews for 60, and cannot bring back what has ended', async () => {
    const credential = toCredential(await login());
    expect(await refreshOnce(credential)).toMatchObject({ kind: 'transient' });
    nowMs += DAY;
    expect(await refreshOnce(credential)).toMatchObject({ kind: 'granted', grant: { accessExpiresAtMs: nowMs + 60 * DAY } });
    nowMs += 60 * DAY;
    expect(await refreshOnce(credential)).toMatchObject({ kind: 'reconnect', reason: 'token_expired' });
  });

  it.each([
    ['app_removed', { kind: 'reconnect', reason: 'access_revoked' }],
    ['password_changed', { kind: 'reconnect', reason: 'security_invalidation' }],
    ['checkpointed', { kind: 'reconnect', reason: 'security_invalidation' }],
    ['token_invalid', { kind: 'reconnect', reason: 'refresh_rejected' }],
    ['permission_missing', { kind: 'reconnect', reason: 'refresh_rejected' }],
    ['app_limit', { kind: 'transient' }],
    ['server_error', { kind: 'transient' }],
  ])('reads %s', async (error, expected) => {
    const credential = toCredential(await login());
    await fault('token', { kind: 'refuse', error });
    expect(await refreshOnce(credential)).toMatchObject(expected);
  });

  it.each<readonly [object, object]>([
    [{ kind: 'malformed' }, { kind: 'transient' }],
    [{ kind: 'server_error_after', status: 500 }, { kind: 'transient' }],
    [{ kind: 'redirect' }, { kind: 'transient' }],
    [
      { kind: 'rate_limit', form: 'platform', seconds: 120 },
      { kind: 'transient', untilMs: START + 120_000 },
    ],
  ])('takes %j for nothing final', async (body, expected) => {
    const credential = toCredential(await login());
    await fault('token', body);
    expect(await refreshOnce(credential)).toMatchObject(expected);
  });
});
