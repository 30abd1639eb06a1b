import { checkContent } from '../kit/index.ts';
import { CLIENT, secretText, Testbed, toCredential } from '../kit/testbed.spec-support.ts';
import { twitch } from './index.ts';
import { twitchSimulator } from './simulator.ts';

let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(twitch, twitchSimulator);
});
afterEach(() => bed.close());

describe('connecting to Twitch', () => {
  it('validates the token, reads the channel and keeps the client id for every call', async () => {
    const { account, grant } = await bed.connectByOAuth('Some_One');
    expect(account).toMatchObject({ username: 'some_one', displayName: 'Some_One', profileUrl: `${bed.url}/twitch/web/some_one`, metadata: { broadcasterType: 'affiliate' } });
    expect(grant).toMatchObject({ extra: { clientId: CLIENT.clientId }, scopes: expect.arrayContaining(['user:write:chat']), accessExpiresAtMs: bed.nowMs + 4 * 3_600_000 });
    const calls = bed.exchanges.map(({ request }) => new URL(request.url).pathname);
    expect(calls).toEqual(['/twitch/id/oauth2/token', '/twitch/id/oauth2/validate', '/twitch/api/users']);
  });
  it('does not connect a token that Twitch does not confirm', async () => {
    const credential = toCredential({ accessToken: 'made-up', extra: { clientId: CLIENT.clientId } });
    expect(await twitch.oauth.accounts(bed.context(), { client: CLIENT, credential })).toMatchObject({ ok: false, failure: { kind: 'platform' } });
  });
  it('validates a token each hour, and takes nothing but the documented word for a refusal', async () => {
    const { validator } = twitch.oauth;
    const { credential } = await bed.connectByOAuth();
    const validate = () => validator?.validate(bed.context(), credential);
    expect([validator?.everyMs, await validate()]).toEqual([3_600_000, 'valid']);
    await bed.fault('status', { kind: 'server_error_before' });
    expect(await validate()).toBe('unclear');
    await bed.fault('status', { kind: 'drop_before' });
    expect(await validate()).toBe('unclear');
    await bed.pass(5 * 3_600_000);
    expect(await validate()).toBe('refused');
  });
  it('tries an app without a user', async () => {
    expect(await twitch.oauth.verifyApp?.(bed.context(), CLIENT)).toMatchObject({ verdict: 'valid' });
    expect(await twitch.oauth.verifyApp?.(bed.context(), { ...CLIENT, clientSecret: secretText('wrong') })).toMatchObject({ verdict: 'invalid' });
    await bed.fault('token', { kind: 'server_error_before' });
    expect(await twitch.oauth.verifyApp?.(bed.context(), CLIENT)).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('publishing on Twitch', () => {
  it.each([
    ['chat', {}, '/twitch/api/chat/messages'],
    ['announcement', { color: 'purple' }, '/twitch/api/chat/announcements'],
    ['title', {}, '/twitch/api/channels'],
  ])('makes of a text a %s', async (contentType, more, path) => {
    const connected = await bed.connectByOAuth();
    const ended = await bed.publish(connected, { text: 'Tonight at eight', options: { contentType, ...more } });
    expect(ended).toMatchObject({ kind: 'published', parts: [{ platformPostUrl: `${bed.url}/twitch/web/sandbox_user` }] });
    const [call] = bed.visibleRequests();
    expect([new URL(call?.url ?? '').pathname, call?.headers?.['client-id']]).toEqual([path, CLIENT.clientId]);
    expect(await bed.ledger()).toMatchObject([{ text: 'Tonight at eight' }]);
  });
  it('knows that a 200 may say that the message was dropped', async () => {
    const connected = await bed.connectByOAuth();
    await bed.publish(connected, { text: 'Again' });
    expect(await bed.publish(connected, { text: 'Again' })).toMatchObject({ kind: 'refused', category: 'duplicate', code: 'drop/msg_duplicate' });
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('notices a dead token before it sends', async () => {
    const connected = await bed.connectByOAuth();
    await bed.pass(5 * 3_600_000);
    expect(await bed.publish(connected, { text: 'Late' })).toMatchObject({ kind: 'refused', category: 'token_expired' });
    expect(bed.visibleRequests()).toEqual([]);
  });
  it.each([
    ['/me waves', {}, ['option_invalid content']],
    ['.ban all', { contentType: 'chat' }, ['option_invalid content']],
    ['.NET night', { contentType: 'title' }, []],
    ['x'.repeat(141), { contentType: 'title' }, ['text_too_long content']],
    ['x'.repeat(501), {}, ['text_too_long content']],
    ['Hello', { color: 'blue' }, ['option_invalid platformSpecificData.color']],
  ])('%.10s %j is held against the rules', (text, options, expected) => {
    expect(checkContent(twitch.manifest, { text, options: { ...options } }, []).map(({ rule, path }) => `${rule} ${path}`)).toEqual(expected);
  });
});
