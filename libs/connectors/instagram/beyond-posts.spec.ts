import type { MediaFile, Publication } from '../kit/index.ts';
import { CLIENT, mediaFile, secretText, Testbed, toCredential, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { instagram } from './index.ts';
import { instagramSimulator } from './simulator.ts';

const DAY_MS = 24 * 3_600_000;
let bed: Testbed;
beforeEach(async () => {
  bed = await Testbed.open(instagram, instagramSimulator);
});
afterEach(() => bed.close());

const image = () => mediaFile({ type: 'image' });
const video = () => mediaFile({ type: 'video', width: 1080, height: 1920 });
const LOGINS = [undefined, 'facebook'] as const;
const connect = (login?: string, account = 'sandbox_user', scopes?: readonly string[]): Promise<Connected> =>
  bed.connectByOAuth(account, { ...(login === undefined ? {} : { login }), ...(scopes === undefined ? {} : { scopes }) });
const publish = async (as: Connected, example: Example): Promise<string[]> => {
  const ended = await bed.publish(as, example);
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts.map(({ platformPostId }) => platformPostId);
};
const sent = (ending: string): Record<string, string>[] =>
  bed.exchanges
    .filter(({ request }) => request.method === 'POST' && request.url.endsWith(ending))
    .map(({ request }) => {
      const { access_token: _token, ...fields } = Object.fromEntries(new URLSearchParams(String(request.body)));
      return fields;
    });

describe('Facebook Login', () => {
  it('asks Facebook for Instagram’s permissions by their other names', () => {
    const { manifest } = instagram;
    const scopes = Object.values(manifest.auth.oauth?.logins?.['facebook']?.scopes ?? {}).flat();
    const url = new URL(instagram.oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'app', redirectUri: 'https://plaza.example/cb', scopes, state: 's', login: 'facebook' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://www.facebook.com/v25.0/dialog/oauth');
    expect(url.searchParams.get('scope')?.split(',')).toEqual(expect.arrayContaining(['instagram_basic', 'instagram_content_publish', 'instagram_manage_contents', 'pages_show_list']));
  });

  it('offers the accounts behind pages, each with its page’s token, which has no expiry', async () => {
    const grant = await bed.exchange((await bed.consent('pages_jane', { login: 'facebook' })).get('code') ?? '', CLIENT, 'facebook');
    if (!grant.ok) throw new Error(grant.failure.message);
    expect(grant.value.extra).toEqual({ login: 'facebook' });
    const offered = await instagram.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
    const value = offered.ok ? offered.value : [];
    expect(value.map(({ type, profile, grant: own }) => [type, profile.username, own])).toEqual([
      ['account', 'pages_jane', { accessToken: expect.any(String), extra: { login: 'facebook' } }],
      ['account', 'pages_jane_2', { accessToken: expect.any(String), extra: { login: 'facebook' } }],
    ]);
  });

  it('reaches the same account as Instagram Login does', async () => {
    expect((await connect('facebook')).account.platformUserId).toBe((await connect()).account.platformUserId);
  });

  it.each([
    ['nopages_jane', 'unsupported_account'],
    ['guest_jane', 'unsupported_account'],
  ])('has nothing to offer to %s', async (account, kind) => {
    const grant = await bed.exchange((await bed.consent(account, { login: 'facebook' })).get('code') ?? '', CLIENT, 'facebook');
    if (!grant.ok) throw new Error(grant.failure.message);
    expect(await instagram.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) })).toMatchObject({ ok: false, failure: { kind } });
  });

  it('is not made when the permission to publish was un-ticked', async () => {
    const code = (await bed.consent('declined_jane', { login: 'facebook' })).get('code') ?? '';
    expect(await bed.exchange(code, CLIENT, 'facebook')).toMatchObject({ ok: false, failure: { kind: 'denied', message: expect.stringContaining('instagram_content_publish') } });
  });

  it.each(LOGINS)('decides the host of every later call: %s', async (login) => {
    const account = await connect(login);
    const before = bed.exchanges.length;
    const [id = ''] = await publish(account, { text: 'A', media: [image()], options: { firstComment: 'b' } });
    await bed.analytics(account, [id]);
    const hosts = new Set(bed.exchanges.slice(before).map(({ request }) => new URL(request.url).pathname.split('/')[2]));
    expect([...hosts]).toEqual([login === undefined ? 'graph' : 'facebookGraph']);
  });

  it('reads the page’s token again instead of renewing it, and hears when it is dead', async () => {
    const account = await connect('facebook');
    await bed.pass(100 * DAY_MS);
    const reading = await bed.refresh(account);
    expect(reading).toEqual({ kind: 'granted', grant: { accessToken: expect.any(String) } });
    const token = reading.kind === 'granted' ? reading.grant.accessToken : '';
    const renewed = { ...account, credential: { ...account.credential, accessToken: secretText(token) } };
    expect(await bed.publish(renewed, { text: 'A', media: [image()] })).toMatchObject({ kind: 'published' });
    await bed.fault('token', { kind: 'refuse', error: 'app_removed' });
    expect(await bed.refresh(account)).toMatchObject({ kind: 'reconnect', reason: 'access_revoked' });
    await bed.fault('token', { kind: 'malformed' });
    expect(await bed.refresh(account)).toMatchObject({ kind: 'transient' });
  });
});

describe('what a post has beside its caption', () => {
  it.each<readonly [string, () => MediaFile[], object, object]>([
    ['alt text', () => [image()], { altText: ['A square'] }, { alt_text: 'A square' }],
    ['a place and people', () => [image()], { locationId: '7', userTags: [{ username: 'jane', x: 0.5, y: 0 }] }, { location_id: '7', user_tags: '[{"username":"jane","x":0.5,"y":0}]' }],
    ['the sound and the trial of a reel', () => [video()], { audioName: 'Sea', trialReel: 'MANUAL' }, { audio_name: 'Sea', trial_params: '{"graduation_strategy":"MANUAL"}' }],
  ])('names %s in Instagram’s words', async (_name, media, options, expected) => {
    await publish(await connect(), { text: 'A', media: media(), options: { ...options } });
    expect(sent('/media')[0]).toMatchObject(expected);
  });

  it('gives each image of a carousel its own alt text', async () => {
    await publish(await connect(), { text: 'A', media: [image(), video(), image()], options: { altText: ['One', '', 'Three'] } });
    expect(sent('/media').map((fields) => fields['alt_text'])).toEqual(['One', undefined, 'Three', undefined]);
  });

  it('takes the picture beside a video for its cover, unless a frame was chosen', async () => {
    const cover = image();
    const account = await connect();
    const attachments = { 'mediaItems[0].thumbnail': cover };
    await publish(account, { text: 'A', media: [video()], attachments });
    await publish(account, { text: 'B', media: [video()], attachments, options: { thumbOffset: 5 } });
    expect(sent('/media').map(({ cover_url: url, thumb_offset: offset }) => [url, offset])).toEqual([
      [cover.url, undefined],
      [undefined, '5'],
    ]);
    const media = [{ type: 'video' as const, url: 'https://a.example/v.mp4', thumbnail: 'https://a.example/t.jpg' }];
    const paths = (options: object) => instagram.publish.attachments?.({ text: '', options: { ...options } }, media).map(({ path }) => path);
    expect([paths({}), paths({ thumbOffset: 5 }), paths({ coverUrl: 'https://a.example/c.jpg' }), paths({ contentType: 'story' })]).toEqual([
      ['mediaItems[0].thumbnail'],
      [],
      ['platformSpecificData.coverUrl'],
      [],
    ]);
  });
});

describe('the first comment', () => {
  const lost = async (account: Connected, kind: 'drop_before' | 'drop_after', postId: string): Promise<Publication> => {
    const publication = bed.publication(account, { text: 'Comment' }, { before: [{ platformPostId: postId, platformPostUrl: null }] });
    await bed.fault('publish', { kind });
    expect(await instagram.publish.submit(bed.context(), publication)).toMatchObject({ kind: 'unknown' });
    return publication;
  };

  it('is an optional part of its own', async () => {
    const account = await connect();
    const [postId = '', commentId = ''] = await publish(account, { text: 'A', media: [image()], options: { firstComment: 'Comment' } });
    expect(sent(`/${postId}/comments`)).toEqual([{ message: 'Comment' }]);
    expect((await bed.ledger()).map((entry) => entry.postId)).toEqual([postId, commentId]);
    expect(instagram.publish.following?.({ text: '', options: { firstComment: 'Comment' } })).toEqual([{ text: 'Comment', isOptional: true }]);
  });

  it('is looked up below its post', async () => {
    const account = await connect();
    const [postId = ''] = await publish(account, { text: 'A', media: [image()] });
    expect(await bed.lookup(await lost(account, 'drop_before', postId))).toEqual({ kind: 'absent' });
    const out = await lost(account, 'drop_after', postId);
    expect(await bed.lookup(out)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId });
    await bed.fault('lookup', { kind: 'server_error_before' });
    expect(await bed.lookup(out)).toMatchObject({ kind: 'inconclusive' });
    await bed.pass(DAY_MS);
    expect(await bed.lookup(out)).toEqual({ kind: 'absent' });
  });

  it('on a post that is gone says nothing about the account', async () => {
    const account = await connect();
    const orphan = bed.publication(account, { text: 'Comment' }, { before: [{ platformPostId: '17900000000000000', platformPostUrl: null }] });
    expect(await instagram.publish.submit(bed.context(), orphan)).toMatchObject({ kind: 'refused', category: 'platform_error' });
  });

  it('needs its permission', async () => {
    const account = await connect(undefined, 'sandbox_user', ['instagram_business_basic', 'instagram_business_content_publish']);
    expect(await bed.publish(account, { text: 'A', media: [image()], options: { firstComment: 'Comment' } })).toMatchObject({ kind: 'refused', category: 'scope_missing' });
    expect(await bed.ledger()).toHaveLength(1);
  });
});

describe('deleting', () => {
  it('is refused with the reason where the account was connected by Instagram Login, before any call', async () => {
    const account = await connect();
    const [id = ''] = await publish(account, { text: 'A', media: [image()] });
    const before = bed.exchanges.length;
    expect(await bed.remove(account, id)).toMatchObject({ kind: 'refused', message: expect.stringContaining('Facebook Login') });
    expect(bed.exchanges).toHaveLength(before);
  });

  it('takes away comment and post, and takes nothing for deleted when the token is dead', async () => {
    const account = await connect('facebook');
    const [postId = '', commentId = ''] = await publish(account, { text: 'A', media: [image()], options: { firstComment: 'Comment' } });
    for (const id of [commentId, postId]) expect(await bed.remove(account, id)).toEqual({ kind: 'deleted' });
    expect((await bed.ledger()).map(({ deleted }) => deleted)).toEqual([true, true]);
    await bed.fault('profile', { kind: 'refuse', error: 'token_invalid' });
    expect(await bed.remove(account, postId)).toMatchObject({ kind: 'refused', category: 'reconnect_required' });
  });
});

describe('insights', () => {
  const none = { impressions: null, reach: null, likes: null, comments: null, shares: null, saves: null, clicks: null, views: null };
  it.each(LOGINS)('tell what a post and a story have: %s', async (login) => {
    const account = await connect(login);
    const [post = ''] = await publish(account, { text: 'A', media: [image()], options: { firstComment: 'Comment' } });
    const [story = ''] = await publish(account, { text: '', media: [image()], options: { contentType: 'story' } });
    expect(await bed.analytics(account, [post, story])).toEqual({
      kind: 'metrics',
      posts: { [post]: { ...none, likes: 5, comments: 1, views: 100, reach: 80, shares: 3, saves: 6 }, [story]: { ...none, views: 30, reach: 20, shares: 1, comments: 2 } },
    });
  });

  it('have nothing to say of a story that hardly anybody saw', async () => {
    const account = await connect(undefined, 'jane_lonely');
    const [story = ''] = await publish(account, { text: '', media: [image()], options: { contentType: 'story' } });
    expect(await bed.analytics(account, [story])).toEqual({ kind: 'metrics', posts: { [story]: none } });
  });

  it('need their permission', async () => {
    const account = await connect(undefined, 'sandbox_user', ['instagram_business_basic', 'instagram_business_content_publish']);
    const [post = ''] = await publish(account, { text: 'A', media: [image()] });
    expect(await bed.analytics(account, [post])).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  });
});

it('a post with a comment costs one post of fifty a day', () => {
  const [budget] = instagram.manifest.budgets ?? [];
  expect(budget?.max).toBe(50);
  expect([0, 1].map((part) => budget?.cost(part, { text: '', options: {} }))).toEqual([1, 0]);
});
