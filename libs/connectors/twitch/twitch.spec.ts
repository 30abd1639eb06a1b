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
  it('answers another message', async () => {
    const connected = await bed.connectByOAuth();
    const first = await bed.publish(connected, { text: 'A question' });
    const replyTo = first.kind === 'published' ? first.parts[0]?.platformPostId : undefined;
    expect(await bed.publish(connected, { text: 'An answer', options: { replyTo } })).toMatchObject({ kind: 'published' });
    expect(JSON.parse(String(bed.visibleRequests().at(-1)?.body))).toMatchObject({ message: 'An answer', reply_parent_message_id: replyTo });
    expect(await bed.publish(connected, { text: 'Another', options: { replyTo: 'gone' } })).toMatchObject({ kind: 'refused', category: 'content_rejected', httpStatus: 400 });
  });
  it('waits until Ratelimit-Reset, which stands on every answer of Helix, when it was too much', async () => {
    const connected = await bed.connectByOAuth();
    const announce = { text: 'Live now', options: { contentType: 'announcement' } };
    await bed.publish(connected, announce);
    await bed.pass(1_000);
    const refused = await bed.publish(connected, announce);
    const answers = bed.exchanges.flatMap(({ request, outcome }) => (request.url.includes('/twitch/api/') && outcome.kind === 'response' ? [outcome.headers] : []));
    expect(answers.map((headers) => [headers['ratelimit-limit'], Number(headers['ratelimit-remaining'])])).toEqual([['800', 799], ['800', 798], ['800', 797]]);
    expect(refused).toMatchObject({ kind: 'refused', category: 'rate_limited', untilMs: Number(answers.at(-1)?.['ratelimit-reset']) * 1000 });
    await bed.pass(1_000);
    expect(await bed.publish(connected, announce)).toMatchObject({ kind: 'published' });
  });
  it.each([
    ['chat', [1, 0]],
    ['announcement', [1, 1]],
    ['title', [0, 0]],
    ['schedule', [0, 0]],
  ])('%s takes of the budgets of messages and announcements %j', (contentType, costs) => {
    expect(twitch.manifest.budgets?.map(({ cost }) => cost(0, { text: 'x', options: { contentType } }))).toEqual(costs);
  });
  it.each(['chat', 'announcement'])('leaves a lost %s to a person', async (contentType) => {
    for (const kind of ['drop_after', 'drop_before'] as const) {
      const ready = await bed.prepare(bed.publication(await bed.connectByOAuth(), { text: kind, options: { contentType } }));
      if ('kind' in ready) throw new Error(ready.message);
      await bed.fault('publish', { kind });
      expect(await twitch.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown' });
      await bed.pass(10 * 60_000);
      expect(await bed.lookup(ready)).toMatchObject({ kind: 'inconclusive', isFinal: true });
    }
  });
});
