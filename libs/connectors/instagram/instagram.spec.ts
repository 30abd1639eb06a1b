import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import type { CallContext, Prepared, Publication, Refused } from '../kit/index.ts';
import { instagram } from './index.ts';
import { DAY, fetchMedia, image, publishingAt, START, video, type Checkpoint } from './session.spec-support.ts';
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

const { context, fault, ledger, publicationOf, prepareOnce, prepared, submit } = publishingAt({
  http,
  url: () => sandbox.url,
  nowMs: () => nowMs,
  wait: (ms) => void (nowMs += ms),
});

describe('preparing', () => {
  it('makes a container, waits for it, and makes no second one when it is run again', async () => {
    const publication = await publicationOf();
    const first = await prepareOnce(publication);
    expect(first.result).toMatchObject({ kind: 'wait', retryInMs: 1000 });
    expect(first.saved).toEqual([{ children: [], container: expect.stringMatching(/^\d+$/), createdAtMs: START, renewals: 0 }]);
    const second = await prepareOnce({ ...publication, checkpoint: first.saved[0] ?? {} });
    expect(second.saved).toEqual([]);
    nowMs += 1000;
    const third = await prepareOnce({ ...publication, checkpoint: first.saved[0] ?? {} });
    expect(third.result).toEqual({ kind: 'ready', checkpoint: first.saved[0] });
  });

  it('resumes a carousel after a crash between two of its items', async () => {
    const publication = await publicationOf({ media: [image, video, image] });
    const first = await prepareOnce(publication);
    expect(first.saved).toHaveLength(3);
    const afterTwo = first.saved[1] ?? {};
    const again = await prepareOnce({ ...publication, checkpoint: afterTwo });
    expect(again.saved).toHaveLength(1);
    expect((again.saved[0]?.['children'] as string[]).slice(0, 2)).toEqual(afterTwo['children']);
    const ready = await prepared({ ...publication, checkpoint: again.saved[0] ?? {} });
    expect(ready.checkpoint).toMatchObject({ children: again.saved[0]?.['children'], container: expect.any(String) });
  });

  it('makes a new container for one that expired', async () => {
    const publication = await prepared(await publicationOf());
    nowMs += DAY;
    const renewed = await prepareOnce(publication);
    expect(renewed.result).toMatchObject({ kind: 'wait', checkpoint: { children: [], renewals: 1 } });
    const ready = await prepared({ ...publication, checkpoint: renewed.result.kind === 'wait' ? renewed.result.checkpoint : {} });
    expect(ready.checkpoint['container']).not.toBe(publication.checkpoint['container']);
    expect((await submit(ready)).kind).toBe('published');
  });

  it.each([
    ['an image that is no JPEG', { ...image, url: 'https://media.example/a.png' }, 'ERROR/2207005'],
    ['a video that is none', { ...video, url: 'https://media.example/a.jpg' }, 'ERROR/2207026'],
  ])('refuses %s as Instagram does', async (_name, media, code) => {
    const publication = await publicationOf({ media: [media] });
    const first = await prepareOnce(publication);
    nowMs += 1000;
    expect((await prepareOnce({ ...publication, checkpoint: first.saved[0] ?? {} })).result).toMatchObject({
      kind: 'refused',
      category: 'media_rejected',
      code,
    });
  });

  it('has an image fetched again that Instagram did not get, some times', async () => {
    let publication = await publicationOf({ media: [{ ...image, url: 'https://media.example/missing' }] });
    const results: (Prepared | Refused)[] = [];
    for (let round = 0; round < 10 && results.at(-1)?.kind !== 'refused'; round += 1) {
      const { result, saved } = await prepareOnce(publication);
      results.push(result);
      const checkpoint = result.kind === 'wait' ? result.checkpoint : (saved[0] ?? {});
      publication = { ...publication, checkpoint };
      nowMs += 60_000;
    }
    expect(results.filter((result) => result.kind === 'wait' && (result.checkpoint as { renewals?: number }).renewals === 2)).not.toEqual([]);
    expect(results.at(-1)).toMatchObject({ kind: 'refused', category: 'media_rejected', code: 'ERROR/2207052' });
  });

  it('gives up when Instagram does not finish, after some new containers', async () => {
    let checkpoint: Checkpoint = {};
    const publication = await publicationOf();
    const stuck: CallContext['http'] = {
      send: async (request) => {
        const status = request.url.includes('status_code');
        const body = status ? { status_code: 'IN_PROGRESS', id: '1' } : { id: '1' };
        return { kind: 'response', status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      },
    };
    for (let round = 0; round < 200; round += 1) {
      const result = await instagram.publish.prepare?.(
        { ...context(), http: stuck },
        { ...publication, checkpoint },
        async () => undefined,
      );
      if (result?.kind === 'refused') {
        expect(result).toMatchObject({ category: 'media_rejected', code: 'IN_PROGRESS' });
        expect(nowMs - START).toBeGreaterThan(3 * 15 * 60_000);
        return;
      }
      checkpoint = result?.checkpoint ?? {};
      nowMs += result?.kind === 'wait' ? result.retryInMs : 0;
    }
    throw new Error('waited for ever');
  });

  it.each<readonly [string, object, string]>([
    ['a lost answer', { kind: 'drop_after' }, 'transient'],
    ['garbage', { kind: 'malformed' }, 'transient'],
    ['a server error', { kind: 'server_error_before' }, 'transient'],
    ['an expired token', { kind: 'refuse', error: 'token_expired' }, 'token_expired'],
    ['a missing permission', { kind: 'refuse', error: 'permission_missing' }, 'scope_missing'],
    ['a rate limit', { kind: 'rate_limit', form: 'platform' }, 'rate_limited'],
  ])('reads %s', async (_name, body, category) => {
    const publication = await publicationOf();
    await fault('upload', body);
    expect((await prepareOnce(publication)).result).toMatchObject({ kind: 'refused', category });
  });
});

describe('publishing', () => {
  const bodies = async (publication: Publication): Promise<URLSearchParams[]> => {
    const sent: URLSearchParams[] = [];
    const watching: CallContext['http'] = {
      send: async (request) => {
        if (request.method === 'POST') sent.push(new URLSearchParams(String(request.body)));
        return http.send(request);
      },
    };
    await instagram.publish.prepare?.({ ...context(), http: watching }, publication, async () => undefined);
    for (const body of sent) body.delete('access_token');
    return sent;
  };

  it.each([
    [
      'an image',
      [image],
      { collaborators: ['a', 'b.c'], shareToFeed: false },
      { image_url: image.url, caption: 'Hello #world', collaborators: '["a","b.c"]' },
    ],
    ['a reel', [video], {}, { media_type: 'REELS', video_url: video.url, caption: 'Hello #world' }],
    [
      'a reel with a cover',
      [video],
      { coverUrl: 'https://media.example/c.jpg', thumbOffset: 7, shareToFeed: false },
      {
        media_type: 'REELS',
        video_url: video.url,
        caption: 'Hello #world',
        share_to_feed: 'false',
        cover_url: 'https://media.example/c.jpg',
      },
    ],
    [
      'a reel with a frame',
      [video],
      { thumbOffset: 0 },
      { media_type: 'REELS', video_url: video.url, caption: 'Hello #world', thumb_offset: '0' },
    ],
    ['a story', [video], { contentType: 'story' }, { media_type: 'STORIES', video_url: video.url }],
    ['an item of a carousel', [image, video], {}, { is_carousel_item: 'true', image_url: image.url }],
  ])('asks for %s in Instagram’s words', async (_name, media, options, expected) => {
    const [first] = await bodies(await publicationOf({ media, content: { text: 'Hello #world', options } }));
    expect(Object.fromEntries(first ?? [])).toEqual(expected);
  });

  it.each([
    ['an image', [image], 'p'],
    ['a reel', [video], 'reel'],
    ['a carousel', [image, video], 'p'],
  ])('makes %s visible once, and tells its address', async (_name, media, path) => {
    const publication = await prepared(await publicationOf({ media }));
    expect(await ledger()).toEqual([]);
    const result = await submit(publication);
    expect(result).toEqual({
      kind: 'published',
      platformPostId: expect.stringMatching(/^\d+$/),
      platformPostUrl: expect.stringMatching(new RegExp(`/${path}/[\\w-]+/$`)),
    });
    expect(await ledger()).toMatchObject([{ text: 'Hello #world', postId: result.kind === 'published' ? result.platformPostId : '' }]);
  });

  it('warns that a story has lost its text', async () => {
    const story = await prepared(await publicationOf({ content: { text: 'Hello', options: { contentType: 'story' } } }));
    expect(await submit(story)).toMatchObject({ kind: 'published', warning: expect.stringContaining('caption') });
  });

  it('does without the address when it cannot be read', async () => {
    const publication = await prepared(await publicationOf());
    await fault('other', { kind: 'drop_before' });
    expect(await submit(publication)).toMatchObject({ kind: 'published', platformPostUrl: null });
  });

  it('sends nothing that is not prepared', async () =>
    expect(await submit(await publicationOf())).toEqual({ kind: 'unsent', reason: 'not prepared' }));

  it('waits when Instagram says that the media is not ready', async () => {
    const publication = await publicationOf();
    const { saved } = await prepareOnce(publication);
    const early = await submit({ ...publication, checkpoint: saved[0] ?? {} });
    expect(early).toMatchObject({ kind: 'refused', category: 'transient', code: '9007/2207027' });
  });

  it.each([
    ['daily_limit', 'quota_exhausted'],
    ['spam', 'account_restricted'],
    ['account_restricted', 'account_restricted'],
    ['token_expired', 'token_expired'],
    ['app_removed', 'reconnect_required'],
    ['app_limit', 'rate_limited'],
  ])('reads the refusal %s', async (error, category) => {
    const publication = await prepared(await publicationOf());
    await fault('publish', { kind: 'refuse', error });
    expect(await submit(publication)).toMatchObject({ kind: 'refused', category });
  });
});
