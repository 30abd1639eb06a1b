import { checkContent, type MediaFile } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { youtube } from './index.ts';
import { manifest, tagCharacters } from './manifest.ts';
import { youtubeSimulator } from './simulator.ts';
import { titleOf } from './video.ts';

const AUTH = 'https://www.googleapis.com/auth';
const THUMBNAIL = 'mediaItems[0].thumbnail';

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(youtube, youtubeSimulator);
  connected = await bed.connectByOAuth('alice');
});
afterEach(() => bed.close());

const video = (more: Partial<MediaFile> = {}): MediaFile => ({ ...mediaFile({ type: 'video' }), ...more });
const publishAs = async (account: string, example: Example) => bed.publish(await bed.connectByOAuth(account), example);
const bodiesTo = (path: string): unknown[] => bed.exchanges.filter(({ request }) => request.method === 'POST' && request.url.includes(path) && typeof request.body === 'string').map(({ request }) => JSON.parse(String(request.body)));
const counted = (path: string, method: string): number => bed.exchanges.filter(({ request }) => request.method === method && request.url.includes(path)).length;

describe('connecting a channel', () => {
  it('asks for offline access and for consent each time', () => {
    const url = new URL(youtube.oauth.authorizeUrl({ hosts: manifest.hosts, clientId: 'id', redirectUri: 'https://plaza.example/callback', scopes: ['a', 'b'], state: 's', codeChallenge: 'c' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_id: 'id', redirect_uri: 'https://plaza.example/callback', response_type: 'code', scope: 'a b', state: 's' },
      ...{ access_type: 'offline', prompt: 'consent', code_challenge: 'c', code_challenge_method: 'S256' },
    });
  });
  it('gets a refresh token on a second consent too', async () => {
    expect((await bed.connectByOAuth('alice')).grant.refreshToken).toEqual(expect.any(String));
  });
  it('reads the channel with what publishing needs of it', () => {
    expect(connected.account).toMatchObject({ username: '@alice', displayName: 'alice', profileUrl: `${bed.url}/youtube/web/channel/${connected.account.platformUserId}`, metadata: { longUploadsStatus: 'allowed' } });
    expect(connected.account.metadata['uploadsPlaylistId']).toBe(connected.account.platformUserId.replace('UC', 'UU'));
    expect(connected.grant).toMatchObject({ accessExpiresAtMs: bed.nowMs + 3_599_000, scopes: expect.arrayContaining([`${AUTH}/youtube.upload`]) });
  });
  it('keeps the refresh token when a refresh brings none', async () => {
    const reading = await bed.refresh(connected);
    expect(reading).toMatchObject({ kind: 'granted' });
    expect((reading as { grant: object }).grant).not.toHaveProperty('refreshToken');
  });
  it('refuses an account without a channel, and a consent without the permission to upload', async () => {
    await expect(bed.connectByOAuth('nochannel_bob')).rejects.toThrow(/^unsupported_account/);
    await expect(bed.connectByOAuth('unticked_bob')).rejects.toThrow(/^denied.*youtube\.upload/);
  });
  it('takes the wide scope for the narrow ones', async () => {
    expect((await bed.connectByOAuth('alice', { scopes: [`${AUTH}/youtube`] })).grant.scopes).toEqual([`${AUTH}/youtube`]);
  });
});

describe('what is told of a video', () => {
  it('sends every option, and the defaults of the rest', async () => {
    const options = {
      ...{ title: 'T', tags: ['a', 'b c'], visibility: 'private', madeForKids: true, containsSyntheticMedia: true, categoryId: '27' },
      ...{ notifySubscribers: false, license: 'creativeCommon', embeddable: false },
    };
    await bed.publish(connected, { text: 'About it', media: [video()], options });
    await bed.publish(connected, { text: 'Plain', media: [video()] });
    expect(bodiesTo('/upload/youtube/v3/videos')).toEqual([
      {
        snippet: { title: 'T', description: 'About it', categoryId: '27', tags: ['a', 'b c'] },
        status: { privacyStatus: 'private', selfDeclaredMadeForKids: true, containsSyntheticMedia: true, license: 'creativeCommon', embeddable: false },
      },
      { snippet: { title: 'Plain', description: 'Plain', categoryId: '22' }, status: { privacyStatus: 'public', selfDeclaredMadeForKids: false, containsSyntheticMedia: false } },
    ]);
    const notified = bed.exchanges.filter(({ request }) => request.url.includes('notifySubscribers')).map(({ request }) => new URL(request.url).searchParams.get('notifySubscribers'));
    expect(notified).toEqual(['false', 'true']);
  });
  it.each([
    ['', 'Untitled Video'],
    [' two\n lines ', 'two lines'],
    ['x'.repeat(120), 'x'.repeat(100)],
    [`${'x'.repeat(99)}😀`, 'x'.repeat(99)],
  ])('titles %j as %j', (text, title) => expect(titleOf({ content: { text, options: {} } })).toBe(title));
  it.each([
    [[], 0],
    [['abc'], 3],
    [['abc', 'de'], 6],
    [['a b', 'c'], 7],
  ])('counts the tags %j as %d characters', (tags, characters) => expect(tagCharacters(tags)).toBe(characters));
  it.each([
    ['a < b', {}, 'content'],
    ['ü'.repeat(2501), {}, 'content'],
    ['', { tags: ['x'.repeat(499), 'y'] }, 'platformSpecificData.tags'],
    ['', { madeForKids: true, firstComment: 'x' }, 'platformSpecificData.firstComment'],
  ])('refuses %j with %j before anything is scheduled', (text, options, path) => {
    expect(checkContent(manifest, { text: text.slice(0, 3000), options }, [video()]).map((violation) => violation.path)).toEqual([path]);
  });
  it.each([{ title: 'a > b' }, { title: 'x'.repeat(101) }, { visibility: 'hidden' }, { tags: ['<'] }, { surplus: 1 }, { playlistId: '../x' }])('knows no options %j', (options) => {
    expect(manifest.options.safeParse(options).success).toBe(false);
  });
});

describe('what becomes of a video', () => {
  it('is waited for, and found processed', async () => {
    expect(await bed.publish(connected, { text: 'x', media: [video()] })).toMatchObject({ kind: 'published', parts: [{ platformPostUrl: expect.stringMatching(/\/youtube\/web\/watch\?v=[\w-]{11}$/) }] });
  });
  it.each([
    ['Rejected duplicate', 'duplicate', 'duplicate'],
    ['Rejected copyright', 'content_rejected', 'copyright'],
    ['Rejected length', 'media_rejected', 'length'],
    ['Rejected uploaderAccountSuspended', 'account_restricted', 'uploaderAccountSuspended'],
  ])('%s is %s', async (title, category, code) => {
    expect(await bed.publish(connected, { text: 'x', media: [video()], options: { title } })).toMatchObject({ kind: 'rejected', category, code });
    expect(await bed.ledger()).toEqual([]);
  });
  it('is refused when the file cannot be read', async () => {
    const picture = { ...mediaFile({ type: 'image' }), type: 'video' } as const;
    expect(await bed.publish(connected, { text: 'x', media: [picture] })).toMatchObject({ kind: 'rejected', category: 'media_rejected', code: 'invalidFile' });
  });
  it('is waited for when YouTube does not list it yet', async () => {
    const status = youtube.publish.status?.(bed.context(), bed.publication(connected, { text: 'x' }), 'AAAAAAAAAAA');
    expect(await status).toMatchObject({ kind: 'processing' });
  });
  it('says so when a consent for several channels led to another one', async () => {
    const music = await bed.connectByOAuth('channels_bob', { choose: ({ displayName }) => displayName === 'channels_bob Music' });
    expect(await bed.publish(music, { text: 'x', media: [video()] })).toMatchObject({ parts: [{ warning: expect.stringMatching(/another channel/) }] });
  });
});

describe('a video of more than 15 minutes', () => {
  const long = () => ({ text: 'x', media: [{ ...video(), durationMs: 15 * 60_000 + 1 }] });
  it('is refused for a channel that is not verified, before any byte of it', async () => {
    const unverified = await bed.connectByOAuth('unverified_bob');
    const refusal = { kind: 'refused', category: 'media_rejected', code: 'longUploads: eligible', message: expect.stringContaining('verified') };
    expect(await bed.publish(unverified, long())).toMatchObject(refusal);
    expect(bed.exchanges.filter(({ request }) => request.url.includes('/upload/'))).toEqual([]);
    expect(await bed.publish(unverified, { text: 'x', media: [{ ...video(), durationMs: 15 * 60_000 }] })).toMatchObject({ kind: 'published' });
  });
  it('goes out on one that is', async () => {
    expect(await bed.publish(connected, long())).toMatchObject({ kind: 'published' });
  });
});

describe('the thumbnail', () => {
  const picture = mediaFile({ type: 'image' });
  const covered = (): Example => ({ text: 'x', media: [{ ...video(), thumbnail: picture.url } as MediaFile], attachments: { [THUMBNAIL]: picture } });
  it('is set when the video is processed', async () => {
    const ended = await bed.publish(connected, covered());
    expect(ended).toMatchObject({ kind: 'published' });
    expect(ended).not.toHaveProperty('parts.0.warning');
    expect(counted('/thumbnails/set', 'POST')).toBe(1);
    expect(bed.visibleRequests()).toHaveLength(1);
  });
  it('never fails the video', async () => {
    expect(await publishAs('unverified_bob', covered())).toMatchObject({ kind: 'published', parts: [{ warning: expect.stringMatching(/thumbnail was not taken.*permissions/) }] });
    const gone = { ...picture, stream: () => Promise.reject(new Error('gone')) };
    expect(await bed.publish(connected, { ...covered(), attachments: { [THUMBNAIL]: gone } })).toMatchObject({ kind: 'published', parts: [{ warning: expect.stringMatching(/gone/) }] });
  });
});

describe('the playlist', () => {
  it('gets the video once, even when its state is read twice', async () => {
    const example = { text: 'x', media: [video()], options: { playlistId: 'PLmine' } };
    const ended = await bed.publish(connected, example);
    const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
    expect(await youtube.publish.status?.(bed.context(), bed.publication(connected, example), id)).toMatchObject({ kind: 'published' });
    expect(bodiesTo('/youtube/v3/playlistItems')).toEqual([{ snippet: { playlistId: 'PLmine', resourceId: { kind: 'youtube#video', videoId: id } } }]);
  });
  it('never fails the video', async () => {
    const ended = await bed.publish(connected, { text: 'x', media: [video()], options: { playlistId: 'PLmissing' } });
    expect(ended).toMatchObject({ kind: 'published', parts: [{ warning: expect.stringMatching(/playlist/) }] });
  });
});

describe('the first comment', () => {
  const example = (): Example => ({ text: 'x', media: [video()], options: { firstComment: 'Hello there' } });
  it('is optional, and written below the video', async () => {
    expect(youtube.publish.following?.({ text: 'x', options: { firstComment: 'Hello there' } })).toEqual([{ text: 'Hello there', isOptional: true }]);
    const ended = await bed.publish(connected, example());
    const [first, comment] = ended.kind === 'published' ? ended.parts : [];
    const snippet = { channelId: connected.account.platformUserId, videoId: first?.platformPostId, topLevelComment: { snippet: { textOriginal: 'Hello there' } } };
    expect(bodiesTo('/youtube/v3/commentThreads')).toEqual([{ snippet }]);
    expect(comment?.platformPostUrl).toContain(`&lc=${comment?.platformPostId}`);
  });
  it('is refused where comments are off, or without the permission', async () => {
    expect(await publishAs('silent_bob', example())).toMatchObject({ kind: 'refused', category: 'content_rejected', code: 'commentsDisabled' });
    const narrow = await bed.connectByOAuth('alice', { scopes: [`${AUTH}/youtube.upload`, `${AUTH}/youtube.readonly`] });
    expect(await bed.publish(narrow, example())).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  });
  it('is found by author, words and time', async () => {
    const ended = await bed.publish(connected, { text: 'x', media: [video()] });
    const before = ended.kind === 'published' ? ended.parts : [];
    const part = bed.publication(connected, { text: 'Hello  there' }, { before });
    const dispatchedAtMs = bed.nowMs;
    expect(await bed.lookup(part, dispatchedAtMs)).toEqual({ kind: 'absent' });
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await youtube.publish.submit(bed.context(), part)).toMatchObject({ kind: 'unknown' });
    expect(await bed.lookup(part, dispatchedAtMs)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId });
    expect(await bed.lookup({ ...part, content: { ...part.content, text: 'Other' } }, dispatchedAtMs)).toEqual({ kind: 'absent' });
    expect(await bed.lookup({ ...part, account: { ...part.account, platformUserId: 'UCother' } }, dispatchedAtMs)).toEqual({ kind: 'absent' });
    expect(await bed.lookup(part, dispatchedAtMs + 3_600_000)).toEqual({ kind: 'absent' });
  });
});

it('counts what YouTube counts, from strings', async () => {
  const ended = await bed.publish(connected, { text: 'x', media: [video()] });
  const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
  const none = { impressions: null, reach: null, shares: null, saves: null, clicks: null };
  expect(await bed.analytics(connected, [id, 'AAAAAAAAAAA'])).toEqual({ kind: 'metrics', posts: { [id]: { ...none, views: 42, likes: 3, comments: 1 } } });
});

describe('the shares of a video', () => {
  const DAY_MS = 24 * 3_600_000;
  const sharesAfter = async (ageMs: number, scopes?: readonly string[]): Promise<unknown> => {
    const ended = await bed.publish(connected, { text: 'x', media: [video()] });
    const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
    const publishedAtMs = bed.nowMs;
    await bed.pass(ageMs);
    const later = await bed.connectByOAuth('alice', scopes === undefined ? {} : { scopes });
    const reading = await youtube.analytics.read(bed.context(), later, [{ platformPostId: id, publishedAtMs }]);
    return reading.kind === 'metrics' ? [reading.posts[id]?.views, reading.posts[id]?.shares] : reading;
  };
  it('are told once YouTube has counted them', async () => {
    expect(await sharesAfter(0)).toEqual([42, null]);
    expect(await sharesAfter(3 * DAY_MS)).toEqual([42, 2]);
  });
  it('need a permission of their own, and hold back nothing else', async () => {
    expect(await sharesAfter(3 * DAY_MS, [`${AUTH}/youtube.upload`, `${AUTH}/youtube.readonly`])).toEqual([42, null]);
  });
});

it('puts a video into a playlist only where it may', () => {
  const pathsWith = (...scopes: string[]) => checkContent(manifest, { text: 'x', options: { title: 'T', playlistId: 'PL1' } }, [video()], { login: null, scopes, metadata: {} }).map(({ rule, path }) => `${rule} ${path}`);
  expect(pathsWith(`${AUTH}/youtube.upload`, `${AUTH}/youtube.readonly`)).toEqual(['scope_missing platformSpecificData.playlistId']);
  for (const scope of ['youtube', 'youtube.force-ssl']) expect(pathsWith(`${AUTH}/youtube.upload`, `${AUTH}/${scope}`)).toEqual([]);
  expect(pathsWith()).toEqual([]);
});

it('deletes with its own permission only', async () => {
  const narrow = await bed.connectByOAuth('alice', { scopes: [`${AUTH}/youtube.upload`, `${AUTH}/youtube.readonly`] });
  const ended = await bed.publish(narrow, { text: 'x', media: [video()] });
  const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
  expect(await bed.remove(narrow, id)).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  expect(await bed.remove(connected, id)).toEqual({ kind: 'deleted' });
});

it('has budgets of the app for the day in California', () => {
  const [uploads, units] = manifest.budgets ?? [];
  expect([uploads, units]).toMatchObject([0, 1].map(() => ({ of: 'app', window: { kind: 'day', timeZone: 'America/Los_Angeles' } })));
  const plain = { text: '', options: {} };
  const listed = { text: '', options: { playlistId: 'PL1' } };
  expect([uploads?.max, uploads?.cost(0, plain), uploads?.cost(1, plain)]).toEqual([100, 1, 0]);
  expect([units?.max, units?.cost(0, plain), units?.cost(0, listed), units?.cost(1, listed)]).toEqual([10_000, 60, 110, 50]);
});
