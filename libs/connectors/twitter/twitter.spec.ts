import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { checkContent, type MediaFile } from '../kit/index.ts';
import { twitter } from './index.ts';
import { CLIENT, file, secret, Session } from './session.spec-support.ts';
import { twitterSimulator } from './simulator.ts';

const { oauth, publish, manifest } = twitter;

let sandbox: ListeningSandbox;
let http: ReturnType<typeof createHttp>;
let session: Session;

beforeEach(async () => {
  http = createHttp({ userAgent: 'plaza-test' });
  sandbox = await listenOnLoopback({ now: () => session.nowMs, simulators: [{ platform: 'twitter', create: twitterSimulator }] });
  session = new Session(sandbox.url, http, Date.parse('2026-01-01T00:00:00Z'));
});
afterEach(async () => {
  await http.close();
  await sandbox.close();
});

describe('connecting', () => {
  it('leads through consent to tokens and the profile', async () => {
    const params = await session.authorize('sandbox_user');
    expect(params.get('state')).toBe('the state');
    const { grant, account } = await session.signIn();
    expect(grant).toMatchObject({
      accessExpiresAtMs: session.nowMs + 7_200_000,
      scopes: expect.arrayContaining(['offline.access', 'media.write']),
    });
    expect(account).toMatchObject({
      username: '@sandbox_user',
      profileUrl: `${sandbox.url}/twitter/web/sandbox_user`,
      metadata: { subscriptionType: 'None' },
    });
    expect((await session.signIn()).account.platformUserId).toBe(account.platformUserId);
    expect((await session.authorize('sandbox_user', 'deny')).get('error')).toBe('access_denied');
  });
  it('tells a wrong code from a wrong app', async () => {
    expect(await session.exchange('made-up')).toMatchObject({ ok: false, failure: { kind: 'denied' } });
    const wrong = { clientId: 'other', clientSecret: secret('wrong') };
    expect(await session.exchange('made-up', wrong)).toMatchObject({ ok: false, failure: { kind: 'app' } });
  });
  it.each([{ kind: 'server_error_before' }, { kind: 'malformed' }, { kind: 'drop_after' }, { kind: 'redirect' }])(
    'survives %j at the token endpoint',
    async (fault) => {
      await session.switchFault('token', fault);
      expect(await session.exchange('any')).toMatchObject({ ok: false, failure: { kind: 'platform' } });
    },
  );
  it('renews tokens and notices when a refresh token was used before', async () => {
    const { credential } = await session.signIn();
    const refresh = async () => {
      const request = oauth.refresher?.request(session.context(), { client: CLIENT, credential });
      const outcome = request === undefined ? undefined : await session.context().http.send(request);
      return outcome?.kind === 'response' ? oauth.refresher?.read(outcome, session.nowMs) : outcome;
    };
    expect(await refresh()).toMatchObject({
      kind: 'granted',
      grant: { accessExpiresAtMs: session.nowMs + 7_200_000, refreshToken: expect.any(String) },
    });
    expect(await refresh()).toEqual({ kind: 'reconnect', reason: 'refresh_rejected', message: 'Value passed for the token was invalid.' });
  });
  it.each([
    [400, { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' }, 'reconnect'],
    [400, { error: 'invalid_grant' }, 'reconnect'],
    [400, { error: 'invalid_client' }, 'app'],
    [401, { error: 'unauthorized_client', error_description: 'Missing valid authorization header' }, 'app'],
    [400, { error: 'invalid_request', error_description: 'Missing required parameter [x].' }, 'transient'],
    [400, '<html>', 'transient'],
    [429, { title: 'Too Many Requests', type: 'about:blank' }, 'transient'],
    [503, { error: 'invalid_grant' }, 'transient'],
    [200, { token_type: 'bearer' }, 'transient'],
    [200, '', 'transient'],
  ])('reads a refresh answered %d %j as %s', (status, body, kind) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    expect(oauth.refresher?.read({ kind: 'response', status, headers: {}, body: bytes }, session.nowMs)).toMatchObject({ kind });
  });
  it('revokes the whole grant', async () => {
    const { credential } = await session.signIn();
    expect(await oauth.revoke?.(session.context(), { client: CLIENT, credential })).toBe(true);
    expect(await oauth.accounts(session.context(), { client: CLIENT, credential })).toMatchObject({ ok: false });
  });
});

describe('publishing', () => {
  it('posts once, gives id and URL, and deletes', async () => {
    const signed = await session.signIn();
    const result = await session.submit(signed, 'hello');
    const [entry] = await session.ledger();
    expect(result).toEqual({
      kind: 'published',
      platformPostId: entry?.postId,
      platformPostUrl: `${sandbox.url}/twitter/web/sandbox_user/status/${entry?.postId}`,
    });
    for (const _ of [1, 2]) expect(await publish.remove?.(session.context(), signed, entry?.postId ?? '')).toEqual({ kind: 'deleted' });
  });
  it('continues a thread under the post before, and leaves what was asked for the first post to that', async () => {
    const signed = await session.signIn();
    const options = { threadItems: [{ content: 'second' }, { content: 'third' }], replySettings: 'following' };
    const first = await session.submit(signed, 'first', { options });
    const before = first.kind === 'published' ? [first] : [];
    expect(publish.following?.({ text: 'first', options })).toEqual([
      { text: 'second', media: [] },
      { text: 'third', media: [] },
    ]);
    const second = await session.submit(signed, 'second', { options, before });
    expect(second).toMatchObject({ kind: 'published' });
    const sent = session.exchanges.filter(({ request }) => request.visible).map(({ request }) => JSON.parse(String(request.body)));
    expect(sent).toEqual([
      { text: 'first', reply_settings: 'following' },
      { text: 'second', reply: { in_reply_to_tweet_id: before[0]?.platformPostId } },
    ]);
    expect(await session.lookup(signed, 'second', { options, before })).toEqual(second);
    expect(await session.lookup(signed, 'second', { options, before: [...before, ...(second.kind === 'published' ? [second] : [])] })).toEqual({ kind: 'absent' });
  });
  it('makes exactly one call, marked visible, with the deadline', async () => {
    const signed = await session.signIn();
    session.exchanges.length = 0;
    await session.submit(signed, 'hello');
    expect(session.exchanges.map(({ request }) => [request.visible, request.deadlineMs])).toEqual([[true, manifest.submitDeadlineMs]]);
  });
  it('sends every option under the name that X knows', async () => {
    const signed = await session.signIn();
    const options = {
      communityId: '7',
      shareWithFollowers: true,
      replyToTweetId: '8',
      replySettings: 'following',
      poll: { options: ['a', 'b'], durationMinutes: 5 },
    };
    expect(await session.submit(signed, 'hello', { options })).toMatchObject({ kind: 'published' });
    expect(
      session.exchanges
        .filter(({ request }) => request.url.endsWith('/2/tweets'))
        .map(({ request }) => JSON.parse(String(request.body)) as unknown),
    ).toEqual([
      {
        text: 'hello',
        community_id: '7',
        share_with_followers: true,
        reply: { in_reply_to_tweet_id: '8' },
        reply_settings: 'following',
        poll: { options: ['a', 'b'], duration_minutes: 5 },
      },
    ]);
  });
  it.each([[['image', 'image', 'image', 'image']], [['gif']], [['video']]] as const)('uploads %j and posts with it', async (types) => {
    const signed = await session.signIn();
    const media = types.map((type) => file(type));
    const checkpoint = await session.prepare(signed, media);
    expect(await session.submit(signed, '', { media, checkpoint })).toMatchObject({ kind: 'published' });
  });
  it('uploads a large video in segments and goes on where it was interrupted', async () => {
    const signed = await session.signIn();
    const media = [file('video', 'x'.repeat(9 * 1024 * 1024))];
    let checkpoint: object = {};
    let saves = 0;
    const interrupted = publish.prepare?.(session.context(), session.publication(signed, '', { media }), async (saved) => {
      checkpoint = saved;
      saves += 1;
      if (saves === 3) throw new Error('killed');
    });
    await expect(interrupted).rejects.toThrow('killed');
    session.exchanges.length = 0;
    const resumed = await publish.prepare?.(
      session.context(),
      session.publication(signed, '', { media, checkpoint }),
      async () => undefined,
    );
    expect(resumed).toMatchObject({ kind: 'wait' });
    expect(session.exchanges.map(({ request }) => request.url.replace(/.*\/(\w+)$/, '$1'))).toEqual(['append', 'finalize']);
  });
  it('uploads anew what is about to expire, and what X no longer knows', async () => {
    const signed = await session.signIn();
    const media = [file('image')];
    const checkpoint = await session.prepare(signed, media);
    session.nowMs += 86_400_000 - 60_000;
    const again = await session.signIn();
    expect(await session.submit(again, '', { media, checkpoint })).toMatchObject({ kind: 'unsent' });
    const slot = { id: '1', key: '3_1', step: 'process', sent: 0, expiresAtMs: session.nowMs + 86_400_000 };
    const prepared = await publish.prepare?.(
      session.context(),
      session.publication(again, '', { media, checkpoint: { media: [slot] } }),
      async () => undefined,
    );
    expect(prepared).toMatchObject({ kind: 'ready' });
    expect(await session.submit(again, '', { media, checkpoint: prepared?.kind === 'ready' ? prepared.checkpoint : {} })).toMatchObject({
      kind: 'published',
    });
  });
  it('refuses media that X cannot process', async () => {
    expect(await session.prepare(await session.signIn(), [file('video', 'unsupported')])).toMatchObject({
      kind: 'refused',
      category: 'media_rejected',
      code: 'InvalidMedia',
    });
  });
  it('takes any failure of an upload as one to try again', async () => {
    const signed = await session.signIn();
    for (const kind of ['server_error_after', 'drop_before', 'malformed', 'redirect']) {
      await session.switchFault('upload', { kind });
      expect(await session.prepare(signed, [file('image')])).toMatchObject({ kind: 'refused', category: 'transient' });
    }
  });
  it('tells a want of permission from a post that is too long for the account', async () => {
    const signed = await session.signIn();
    for (const [options, category] of [[{}, 'scope_missing'], [{ longPost: true }, 'content_rejected']] as const) {
      await session.switchFault('publish', { kind: 'refuse', error: 'not_permitted' });
      expect(await session.submit(signed, 'x', { options })).toMatchObject({ kind: 'refused', category });
    }
  });
});

describe('the rules before anything is sent', () => {
  const rules = (text: string, options: object = {}, media: MediaFile[] = []) =>
    checkContent(manifest, { text, options: manifest.options.parse(options) }, media).map(({ rule, path }) => `${rule} ${path}`);
  const thread = (...items: object[]) => ({ threadItems: [{ content: 'more' }, ...items] });
  const poll = { poll: { options: ['a', 'b'], durationMinutes: 5 } };
  it.each([
    ['x'.repeat(280), {}, []],
    ['x'.repeat(281), {}, ['text_too_long content']],
    ['x'.repeat(25_000), { longPost: true }, []],
    ['x'.repeat(25_001), { longPost: true }, ['text_too_long content']],
    ['', {}, ['text_required content']],
    ['x', thread(), []],
    ['x', thread({ content: 'x'.repeat(281) }), ['text_too_long platformSpecificData.threadItems[1].content']],
    ['x', thread({ content: 'x', mediaItems: [{ type: 'image', url: 'https://example.com/x.png' }] }), []],
    ['x', thread({ content: 'x', mediaItems: [{ type: 'image', url: 'https://example.com/x.png' }, { type: 'gif', url: 'https://example.com/x.gif' }] }), ['media_mix platformSpecificData.threadItems[1].mediaItems']],
    ['x', thread({ content: 'x', altText: ['nothing is there'] }), ['option_invalid platformSpecificData.threadItems[1].altText']],
    ['x', { ...thread(), poll: { options: ['a', 'b'], durationMinutes: 5 } }, ['option_invalid platformSpecificData.poll']],
  ])('%.10s %j', (text, options, expected) => expect(rules(text, options)).toEqual(expected));
  it('keeps polls, GIFs and videos apart from other media', () => {
    expect(rules('x', poll, [file('image')])).toEqual(['media_mix platformSpecificData.poll']);
    expect(rules('', {}, [file('gif'), file('image')])).toEqual(['media_mix mediaItems']);
    expect(
      rules(
        '',
        {},
        [1, 2, 3, 4].map(() => file('image')),
      ),
    ).toEqual([]);
    expect(rules('', {}, [file('image', 'x', 'image/tiff')])).toEqual(['media_type mediaItems[0]']);
  });
  it('knows what X makes of a video', () => {
    const film = { ...file('video'), frameRate: 60, videoCodec: 'avc', audioCodec: 'aac' } as const;
    expect(rules('', {}, [film])).toEqual([]);
    expect(rules('', {}, [{ ...film, frameRate: 61 }])).toEqual(['media_frame_rate mediaItems[0]']);
    expect(rules('', {}, [{ ...film, videoCodec: 'hevc', audioCodec: 'opus' }])).toEqual(['media_codec mediaItems[0]', 'media_codec mediaItems[0]']);
  });
  it('has room for 100 posts of an account in a quarter of an hour, each of a thread counted', () => {
    const [posts, ofApp] = manifest.budgets ?? [];
    expect([posts?.max, posts?.window, ofApp?.max]).toEqual([100, { kind: 'rolling', ms: 15 * 60_000 }, 10_000]);
    expect([0, 1, 2].map((part) => posts?.cost(part, { text: '', options: {} }))).toEqual([1, 1, 1]);
  });
  it.each([{ surplus: 1 }, { replyToTweetId: 'x' }, { poll: { options: ['a'], durationMinutes: 5 } }, { replySettings: 'nobody' }])(
    'knows no options like %j',
    (options) => {
      expect(manifest.options.safeParse(options).success).toBe(false);
    },
  );
});
