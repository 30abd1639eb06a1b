import { atHosts, callContext, type CallContext, type HttpRequest } from '../kit/index.ts';
import { CLIENT, secretText, Testbed } from '../kit/testbed.spec-support.ts';
import { mastodon } from './index.ts';
import { mastodonSimulator, simulateMastodon } from './simulator.ts';

const { manifest, oauth, credentials } = mastodon;
const APP = { name: 'Plaza', website: 'https://plaza.example', redirectUri: 'https://plaza.example/callback', scopes: manifest.auth.oauth?.scopes.publish ?? [] };

let bed: Testbed;
afterEach(() => bed.close());
const open = async (simulator = mastodonSimulator): Promise<void> => void (bed = await Testbed.open(mastodon, simulator));
const paste = (accessToken: string, instance = 'mastodon.example') => bed.tryCredential({ instance, accessToken });
const asked = (path: string): HttpRequest[] => bed.exchanges.map(({ request }) => request).filter(({ url }) => new URL(url).pathname.endsWith(path));

describe('a pasted token', () => {
  it('is tried, with its scopes, and the account is named with its server', async () => {
    await open();
    const { account, grant } = await bed.connectWith({ instance: 'mastodon.example', accessToken: 'pasted_alice' });
    expect(account).toMatchObject({ username: '@alice@mastodon.sandbox.example', displayName: 'Sandbox alice', metadata: { maxCharacters: 500, server: 'mastodon.sandbox.example' } });
    expect(account.platformUserId).toMatch(/^\d+@mastodon\.sandbox\.example$/);
    expect(JSON.stringify(account)).not.toContain('pasted_alice');
    expect(grant.extra).toEqual({ instance: bed.context().hosts['instance'] });
  });
  it.each([
    ['made-up', 'credential', 'The access token is invalid'],
    ['pasted_readonly', 'credential', 'The token lacks write:statuses, write:media'],
    ['pasted_disabled', 'unsupported_account', 'Your login is currently disabled'],
  ])('%s is refused before it is stored', async (token, kind, message) => {
    await open();
    expect(await paste(token)).toMatchObject({ ok: false, failure: { kind, message: expect.stringContaining(message) } });
  });
  it('is taken from servers that do not tell scopes yet', async () => {
    await open();
    await bed.fault('other', { kind: 'refuse', error: 'reply_missing' });
    expect(await paste('pasted_alice')).toMatchObject({ ok: true });
    expect(asked('/api/v1/instance')).toHaveLength(1);
  });
  it('is not taken from servers that may publish twice', async () => {
    await open(simulateMastodon({ version: '4.0.0 (not true; really snac/2.75)' }));
    expect(await paste('pasted_alice')).toMatchObject({ ok: false, failure: { kind: 'unsupported_account', message: expect.stringContaining('snac/2.75') } });
  });
});

describe('the app of a server', () => {
  it('is registered with the callback and the scopes, and its consent connects', async () => {
    await open();
    const registered = await oauth.instances?.register(bed.context(), APP);
    if (registered?.ok !== true) throw new Error('not registered');
    expect(JSON.parse(String(asked('/api/v1/apps')[0]?.body))).toEqual({
      client_name: 'Plaza',
      redirect_uris: ['https://plaza.example/callback'],
      scopes: 'read:accounts read:statuses write:statuses write:media',
      website: 'https://plaza.example',
    });
    const client = { clientId: registered.value.clientId, clientSecret: secretText(registered.value.clientSecret.reveal()) };
    const code = (await bed.consent('alice', { client })).get('code') ?? '';
    expect(await bed.exchange(code, CLIENT)).toMatchObject({ ok: false, failure: { kind: 'denied' } });
    const again = (await bed.consent('alice', { client })).get('code') ?? '';
    expect(await bed.exchange(again, client)).toMatchObject({ ok: true, value: { scopes: APP.scopes, extra: { instance: bed.context().hosts['instance'] } } });
  });
  it('is registered at older servers with the callback as a text', async () => {
    await open();
    await bed.fault('other', { kind: 'refuse', error: 'blank' });
    expect(await oauth.instances?.register(bed.context(), APP)).toMatchObject({ ok: true });
    expect(asked('/api/v1/apps').map(({ body }) => (JSON.parse(String(body)) as { redirect_uris: unknown }).redirect_uris)).toEqual([[APP.redirectUri], APP.redirectUri]);
  });
  it.each([{ kind: 'server_error_before' }, { kind: 'malformed' }, { kind: 'drop_before' }] as const)('is not there after %j', async (fault) => {
    await open();
    await bed.fault('other', fault);
    expect(await oauth.instances?.register(bed.context(), APP)).toMatchObject({ ok: false, failure: { kind: 'platform' } });
  });
});

it('the same account by a token and by consent is one', async () => {
  await open();
  const pasted = await bed.connectWith({ instance: 'mastodon.example', accessToken: 'pasted_alice' });
  const consented = await bed.connectByOAuth('alice');
  expect(consented.account.platformUserId).toBe(pasted.account.platformUserId);
});

it('an account is of the server that was asked, whatever its answer says', async () => {
  await open();
  const sandbox = bed.context();
  const live: CallContext = {
    ...callContext(manifest, 'live', { http: sandbox.http, sandboxUrl: '', nowMs: bed.nowMs }),
    http: { send: (request) => sandbox.http.send({ ...request, url: request.url.replace('https://evil.example', sandbox.hosts['instance'] ?? '') }) },
  };
  const connected = await credentials.connect(atHosts(live, { instance: 'https://evil.example' }), { instance: 'evil.example', accessToken: 'pasted_alice' });
  expect(connected).toMatchObject({ ok: true, value: { profile: { platformUserId: expect.stringMatching(/^\d+@evil\.example$/) }, grant: { extra: { instance: 'https://evil.example' } } } });
});
