import { checkContent, type MediaFile, type Publication } from '../kit/index.ts';
import type { HttpRequest } from '../kit/http.ts';
import { multipartOf } from '../kit/simulation/index.ts';
import { CLIENT, mediaFile, Testbed, toCredential, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { facebook } from './index.ts';
import { facebookSimulator, simulateFacebook } from './simulator.ts';

const HOUR_MS = 3_600_000;
let bed: Testbed;
let page: Connected;
beforeEach(async () => {
  bed = await Testbed.open(facebook, facebookSimulator);
  page = await bed.connectByOAuth();
});
afterEach(() => bed.close());

const image = (more = {}) => mediaFile({ type: 'image', ...more });
const video = (more = {}) => mediaFile({ type: 'video', ...more });
const reel = () => video({ width: 1080, height: 1920 });

async function bytesOf({ body = '' }: HttpRequest): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a request says, whatever its form: path, and fields without the token; files by their sizes. */
async function told(request: HttpRequest): Promise<{ path: string; fields: Record<string, string> }> {
  const body = await bytesOf(request);
  const url = new URL(request.url);
  const parts = multipartOf({ method: 'POST', host: '', path: '', query: url.searchParams, headers: request.headers ?? {}, body });
  const fields = parts?.map(({ name, filename, bytes }) => [name, filename === null ? Buffer.from(bytes).toString() : `${bytes.length} bytes`]) ?? [...new URLSearchParams(body.toString())];
  const { access_token: _token, ...rest } = Object.fromEntries(fields) as Record<string, string>;
  return { path: url.pathname.replace(/^\/facebook/, ''), fields: rest };
}

const publish = async (example: Example): Promise<string[]> => {
  const ended = await bed.publish(page, example);
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts.map(({ platformPostId }) => platformPostId);
};
const uploads = async (): Promise<{ path: string; fields: Record<string, string> }[]> => {
  const sent = bed.exchanges.map(({ request }) => request).filter(({ method, visible }) => method === 'POST' && visible !== true);
  return Promise.all(sent.map(told));
};
const visible = async () => Promise.all(bed.visibleRequests().map(told));

describe('connecting', () => {
  it('asks with Facebook’s names', () => {
    const url = new URL(facebook.oauth.authorizeUrl({ hosts: facebook.manifest.hosts, clientId: 'app', redirectUri: 'https://plaza.example/cb', scopes: ['a', 'b'], state: 's' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://www.facebook.com/v25.0/dialog/oauth');
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'app', redirect_uri: 'https://plaza.example/cb', response_type: 'code', scope: 'a,b', state: 's' });
  });

  it('gives every page its own token, which outlives the user’s', async () => {
    expect(page.grant).toEqual({ accessToken: expect.any(String) });
    expect(page.account).toMatchObject({ displayName: 'Page of sandbox_user', imageUrl: expect.stringContaining('pictures.example') });
    await bed.pass(61 * 24 * HOUR_MS);
    expect(await bed.publish(page, { text: 'Still here' })).toMatchObject({ kind: 'published' });
  });

  it('exchanges the short token for one of 60 days', async () => {
    const grant = await bed.exchange((await bed.consent()).get('code') ?? '');
    expect(grant).toMatchObject({ ok: true, value: { accessExpiresAtMs: bed.nowMs + 60 * 24 * HOUR_MS, scopes: expect.arrayContaining(['pages_manage_posts']) } });
  });

  it('offers pages of type page, of a user with several pages all', async () => {
    const grant = await bed.exchange((await bed.consent('pages_jane')).get('code') ?? '');
    if (!grant.ok) throw new Error('not connected');
    const offered = await facebook.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
    const value = offered.ok ? offered.value : [];
    expect(value.map(({ type }) => type)).toEqual(['page', 'page', 'page']);
    expect(new Set(value.map((account) => account.grant?.accessToken)).size).toBe(3);
  });

  it('offers all pages of a chain, over every page of the answer', async () => {
    const grant = await bed.exchange((await bed.consent('chain_jane')).get('code') ?? '');
    if (!grant.ok) throw new Error('not connected');
    const offered = await facebook.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
    expect(new Set(offered.ok ? offered.value.map(({ profile }) => profile.platformUserId) : []).size).toBe(130);
  });

  it.each([
    ['nopages_jane', 'unsupported_account'],
    ['guest_jane', 'unsupported_account'],
  ])('has nothing to offer to %s', async (account, kind) => {
    const grant = await bed.exchange((await bed.consent(account)).get('code') ?? '');
    if (!grant.ok) throw new Error('not connected');
    const offered = await facebook.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
    expect(offered).toMatchObject({ ok: false, failure: { kind } });
  });

  it('reaches the pages of a business that only the business tells, with the permission for it', async () => {
    const namesWith = async (...scopes: string[]) => {
      const grant = await bed.exchange((await bed.consent('agency_jane', { scopes: ['pages_show_list', 'pages_manage_posts', 'pages_read_engagement', ...scopes] })).get('code') ?? '');
      if (!grant.ok) throw new Error(grant.failure.message);
      const offered = await facebook.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(grant.value) });
      return offered.ok ? offered.value.map(({ profile }) => profile.displayName) : offered.failure;
    };
    expect(await namesWith('business_management')).toEqual(['Page of agency_jane', 'Page 2 of agency_jane', 'Page 3 of agency_jane']);
    expect(await namesWith()).toEqual(['Page of agency_jane']);
  });

  it('has room for 30 reels of a page in a day', () => {
    const [reels] = facebook.manifest.budgets ?? [];
    expect(reels?.max).toBe(30);
    const costs = [{ contentType: 'reel' }, { contentType: 'story' }, {}].map((options) => reels?.cost(0, { text: '', options }));
    expect([...costs, reels?.cost(1, { text: '', options: { contentType: 'reel' } })]).toEqual([1, 0, 0, 0]);
  });

  it.each(['declined_jane', 'lapsed_jane'])('is not made when the permission to publish was un-ticked or has expired: %s', async (account) => {
    const grant = await bed.exchange((await bed.consent(account)).get('code') ?? '');
    expect(grant).toMatchObject({ ok: false, failure: { kind: 'denied', message: expect.stringContaining('pages_manage_posts') } });
  });
});

describe('requests', () => {
  it('a text with a link is one call', async () => {
    await publish({ text: 'Look', options: { link: 'https://news.example/' } });
    expect(await visible()).toEqual([{ path: `/graph/v25.0/${page.account.platformUserId}/feed`, fields: { message: 'Look', link: 'https://news.example/', fields: 'id,permalink_url' } }]);
  });

  it('pictures are uploaded unseen, with their alt texts, and attached in order', async () => {
    await publish({ text: 'Two', media: [image({ sizeBytes: 100 }), image({ sizeBytes: 200 })], options: { altText: ['', 'Second'], link: 'https://ignored.example/' } });
    const path = `/graph/v25.0/${page.account.platformUserId}/photos`;
    expect(await uploads()).toEqual([
      { path, fields: { published: 'false', source: '100 bytes' } },
      { path, fields: { published: 'false', source: '200 bytes', alt_text_custom: 'Second' } },
    ]);
    const [post] = await visible();
    expect(post?.fields).toEqual({ message: 'Two', 'attached_media[0]': expect.stringMatching(/^\{"media_fbid":"\d+"\}$/), 'attached_media[1]': expect.stringMatching(/media_fbid/), fields: 'id,permalink_url' });
  });

  it('a draft says that it is one', async () => {
    await publish({ text: 'Draft', options: { published: false } });
    expect((await visible())[0]?.fields).toMatchObject({ published: 'false', unpublished_content_type: 'DRAFT' });
  });

  it('a draft of a reel says so in its state', async () => {
    await publish({ text: 'Draft', media: [reel()], options: { contentType: 'reel', published: false, title: 'Title' } });
    expect((await visible())[0]?.fields).toEqual({ upload_phase: 'finish', video_id: expect.any(String), video_state: 'DRAFT', description: 'Draft', title: 'Title' });
  });

  it('the cover of a reel is set before it is published, and a refused one is a warning', async () => {
    const cover = image();
    const example = { text: 'Reel', media: [reel()], options: { contentType: 'reel', videoThumbnailUrl: cover.url }, attachments: { 'platformSpecificData.videoThumbnailUrl': cover } };
    await publish(example);
    expect((await uploads()).at(-1)).toEqual({ path: expect.stringMatching(/^\/graph\/v25\.0\/\d+\/thumbnails$/), fields: { is_preferred: 'true', source: '1000 bytes' } });
    const publication = bed.publication(page, { ...example, media: [reel()] });
    const half = await bed.prepare({ ...publication, attachments: {} });
    if ('kind' in half) throw new Error(half.message);
    await bed.fault('upload', { kind: 'refuse', error: 'invalid_image' });
    expect(await bed.publishPart({ ...half, attachments: publication.attachments })).toMatchObject({ kind: 'published', warning: expect.stringContaining('cover') });
  });

  it('a story loses its text with a warning, a video of it is followed to its end', async () => {
    const ended = await bed.publish(page, { text: 'Lost', media: [video()], options: { contentType: 'story' } });
    expect(ended).toMatchObject({ kind: 'published', parts: [{ warning: expect.stringContaining('text') }] });
    const [entry] = await bed.ledger();
    expect(ended.kind === 'published' && ended.parts[0]?.platformPostId).toBe(entry?.postId);
  });

  it('the first comment goes below the post, and one without a post says nothing about the account', async () => {
    const [postId] = await publish({ text: 'Post', options: { firstComment: 'Comment' } });
    expect((await visible())[1]).toEqual({ path: `/graph/v25.0/${postId}/comments`, fields: { message: 'Comment', fields: 'id,permalink_url' } });
    expect(facebook.publish.following?.({ text: '', options: { firstComment: 'Comment' } })).toEqual([{ text: 'Comment', isOptional: true }]);
    const orphan = bed.publication(page, { text: 'Comment' }, { before: [{ platformPostId: '1_2', platformPostUrl: null }] });
    expect(await facebook.publish.submit(bed.context(), orphan)).toMatchObject({ kind: 'refused', category: 'platform_error' });
  });
});

describe('uploads', () => {
  const CHUNK = 300;
  beforeEach(async () => {
    await bed.close();
    bed = await Testbed.open(facebook, simulateFacebook({ chunkBytes: CHUNK, processingMs: 0 }));
    page = await bed.connectByOAuth();
  });
  /** Runs `prepare` until it has saved `count` checkpoints, as a worker that is killed then. */
  const killedAfter = async (publication: Publication, count: number): Promise<Publication['checkpoint']> => {
    const saved: Publication['checkpoint'][] = [];
    await facebook.publish
      .prepare?.(bed.context(), publication, async (checkpoint) => {
        saved.push(structuredClone(checkpoint));
        if (saved.length === count) throw new Error('killed');
      })
      .catch(() => undefined);
    return saved.at(-1) ?? {};
  };

  it('sends a video in the chunks that Facebook asks for, each once', async () => {
    await publish({ text: 'Video', media: [video({ sizeBytes: 1000 })] });
    const sent = await uploads();
    expect(sent.map(({ fields }) => [fields['upload_phase'], fields['start_offset'], fields['video_file_chunk']])).toEqual([
      ['start', undefined, undefined],
      ['transfer', '0', '300 bytes'],
      ['transfer', '300', '300 bytes'],
      ['transfer', '600', '300 bytes'],
      ['transfer', '900', '100 bytes'],
    ]);
    expect(sent[0]).toEqual({ path: `/video/v25.0/${page.account.platformUserId}/videos`, fields: { upload_phase: 'start', file_size: '1000' } });
  });

  it.each([1, 2, 3])('goes on after a kill behind checkpoint %s', async (count) => {
    const publication = bed.publication(page, { text: 'Video', media: [video({ sizeBytes: 1000 })] });
    const checkpoint = await killedAfter(publication, count);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    const transfers = (await Promise.all(bed.exchanges.slice(before).map(({ request }) => told(request)))).filter(({ fields }) => fields['upload_phase'] !== undefined);
    expect(transfers.map(({ fields }) => fields['upload_phase'])).toEqual([...Array.from({ length: 5 - count }, () => 'transfer'), 'finish']);
  });

  it('takes the offset from the refusal of a chunk that had arrived', async () => {
    const publication = bed.publication(page, { text: 'Video', media: [video({ sizeBytes: 1000 })] });
    const checkpoint = await killedAfter(publication, 1);
    await bed.fault('upload', { kind: 'drop_after' });
    expect(await facebook.publish.prepare?.(bed.context(), { ...publication, checkpoint }, async () => undefined)).toMatchObject({ kind: 'refused', category: 'transient' });
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(await bed.ledger()).toHaveLength(1);
  });

  it('goes on with a reel from the byte that Facebook has', async () => {
    const publication = bed.publication(page, { text: 'Reel', media: [video({ sizeBytes: 1000, width: 1080, height: 1920 })], options: { contentType: 'reel' } });
    const checkpoint = await killedAfter(publication, 1);
    const id = (checkpoint as { video: { id: string } }).video.id;
    // The first half arrives, and the connection breaks off.
    const file = publication.media[0] as MediaFile;
    const headers = { authorization: `OAuth ${page.credential.accessToken.reveal()}`, offset: '0', file_size: '1000' };
    await fetch(`${bed.context().hosts['upload']}/video-upload/v25.0/${id}`, { method: 'POST', headers, body: Buffer.from((await file.bytes()).subarray(0, 400)) });
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published', platformPostId: id, platformPostUrl: expect.stringContaining(`/reel/${id}`) });
    const upload = bed.exchanges.slice(before).find(({ request }) => request.url.includes('/video-upload/'));
    expect(upload?.request.headers).toMatchObject({ offset: '400', file_size: '1000' });
    expect(await bytesOf(upload?.request ?? { method: 'POST', url: '' })).toHaveLength(600);
  });

  it('uploads no picture twice after a kill', async () => {
    const publication = bed.publication(page, { text: 'Two', media: [image(), image()] });
    const checkpoint = await killedAfter(publication, 1);
    const before = bed.exchanges.length;
    expect(await bed.publishPart({ ...publication, checkpoint })).toMatchObject({ kind: 'published' });
    expect(bed.exchanges.slice(before).filter(({ request }) => request.url.endsWith('/photos'))).toHaveLength(1);
  });

  it('makes anew what is too old, and sends nothing with what is', async () => {
    const ready = await bed.prepare(bed.publication(page, { text: 'Old', media: [image()] }));
    if ('kind' in ready) throw new Error(ready.message);
    await bed.pass(21 * HOUR_MS);
    expect(await facebook.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unsent' });
    expect(await bed.publishPart(ready)).toMatchObject({ kind: 'published' });
  });

  it.each(['video', 'reel'] as const)('says that a file is no video, as %s', async (kind) => {
    const file = { ...image({ sizeBytes: 500 }), ...{ type: 'video' as const, mimeType: 'video/mp4', durationMs: 5000 } };
    const example = { text: 'Not a video', media: [file], options: kind === 'reel' ? { contentType: 'reel' } : {} };
    expect(await bed.publish(page, example)).toMatchObject({ kind: 'rejected', category: 'media_rejected', message: expect.stringContaining('decoded') });
    expect(await bed.ledger()).toEqual([]);
  });

  it('calls a picture that Facebook refuses a rejected medium', async () => {
    const file = { ...video(), type: 'image' as const, mimeType: 'image/jpeg' };
    expect(await bed.publish(page, { text: '', media: [file] })).toMatchObject({ kind: 'refused', category: 'media_rejected' });
  });
});

describe('an outcome that is not known', () => {
  const EXAMPLES: readonly (readonly [string, () => Example])[] = [
    ['pictures', () => ({ text: '', media: [image(), image()] })],
    ['a link without a text', () => ({ text: '', options: { link: 'https://news.example/' } })],
    ['a video', () => ({ text: 'V', media: [video()] })],
    ['a reel', () => ({ text: 'R', media: [reel()], options: { contentType: 'reel' } })],
    ['a story', () => ({ text: '', media: [image()], options: { contentType: 'story' } })],
    ['a story of a video', () => ({ text: '', media: [video()], options: { contentType: 'story' } })],
  ];
  const lost = async (example: Example, kind: 'drop_before' | 'drop_after', more: Partial<Publication> = {}): Promise<Publication> => {
    const ready = await bed.prepare(bed.publication(page, example, more));
    if ('kind' in ready) throw new Error(ready.message);
    await bed.fault('publish', { kind });
    expect(await facebook.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown' });
    return ready;
  };

  it.each(EXAMPLES)('is settled for %s', async (_name, example) => {
    const out = await lost(example(), 'drop_after');
    const outAtMs = bed.nowMs;
    await bed.pass(2000);
    const [entry] = await bed.ledger();
    expect(await bed.lookup(out, outAtMs)).toMatchObject({ kind: 'published', platformPostId: entry?.postId });
    const never = await lost(example(), 'drop_before');
    const neverAtMs = bed.nowMs + 120_000;
    expect(await bed.lookup(never, neverAtMs)).toMatchObject({ kind: 'absent' });
  });

  it('is settled for a comment', async () => {
    const [postId = ''] = await publish({ text: 'Post' });
    const before = [{ platformPostId: postId, platformPostUrl: null }];
    const never = await lost({ text: 'Comment' }, 'drop_before', { before });
    expect(await bed.lookup(never)).toMatchObject({ kind: 'absent' });
    const out = await lost({ text: 'Comment' }, 'drop_after', { before });
    expect(await bed.lookup(out)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId });
  });

  it('takes no older post of the same words, and no post of other words', async () => {
    await publish({ text: 'Same' });
    await bed.pass(10 * 60_000);
    const never = await lost({ text: 'Same' }, 'drop_before');
    await publish({ text: 'Other' });
    expect(await bed.lookup(never)).toMatchObject({ kind: 'absent' });
  });

  it('is settled although the page published much since', async () => {
    const out = await lost({ text: 'Then' }, 'drop_after');
    const atMs = bed.nowMs;
    for (let count = 0; count < 101; count += 1) await facebook.publish.submit(bed.context(), bed.publication(page, { text: `Since ${count}` }));
    expect(await bed.lookup(out, atMs)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
  });

  it('takes no post of the same words with other pictures', async () => {
    const never = await lost({ text: 'Same', media: [image()] }, 'drop_before');
    await publish({ text: 'Same', media: [image()] });
    expect(await bed.lookup(never)).toMatchObject({ kind: 'absent' });
  });

  it('waits for a video that is being processed', async () => {
    const out = await lost({ text: 'V', media: [video()] }, 'drop_after');
    expect(await bed.lookup(out)).toMatchObject({ kind: 'inconclusive' });
  });

  it('stays open for a draft, which no list shows', async () => {
    expect(await bed.lookup(await lost({ text: 'D', options: { published: false } }, 'drop_after'))).toMatchObject({ kind: 'inconclusive', isFinal: true });
  });

  it('is unknown too when Facebook says that it has a passing trouble', async () => {
    const ready = bed.publication(page, { text: 'A' });
    await bed.fault('publish', { kind: 'refuse', error: 'unavailable' });
    expect(await facebook.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown', httpStatus: 400 });
  });
});

describe('afterwards', () => {
  it('deletes videos and comments, and takes nothing for deleted when the token is dead', async () => {
    const [videoId = ''] = await publish({ text: 'V', media: [video()] });
    const [postId = '', commentId = ''] = await publish({ text: 'P', options: { firstComment: 'C' } });
    for (const id of [videoId, commentId, postId]) expect(await bed.remove(page, id)).toEqual({ kind: 'deleted' });
    expect((await bed.ledger()).every(({ deleted }) => deleted)).toBe(true);
    await bed.fault('delete', { kind: 'refuse', error: 'object_missing' });
    await bed.fault('other', { kind: 'refuse', error: 'token_invalid' });
    expect(await bed.remove(page, postId)).toMatchObject({ kind: 'refused', category: 'reconnect_required' });
  });

  it('reads what is counted of posts and of videos', async () => {
    const [postId = ''] = await publish({ text: 'P', options: { firstComment: 'C' } });
    const [videoId = ''] = await publish({ text: 'V', media: [video()] });
    const none = { impressions: null, reach: null, likes: null, comments: null, shares: null, saves: null, clicks: null, views: null };
    expect(await bed.analytics(page, [postId, videoId])).toEqual({
      kind: 'metrics',
      posts: { [postId]: { ...none, likes: 3, comments: 1, shares: 2, views: 120, reach: 90, clicks: 7 }, [videoId]: { ...none, views: 42, likes: 1, comments: 1 } },
    });
  });
});

describe('limits', () => {
  const rules = (text: string, media: readonly MediaFile[] = [], options = {}) => checkContent(facebook.manifest, { text, options }, media).map(({ rule, path }) => `${rule} ${path}`);
  const story = { contentType: 'story' };
  it.each<readonly [string, () => string[], string[]]>([
    ['nothing', () => rules(''), ['text_required content']],
    ['a link alone', () => rules('', [], { link: 'https://a.example/' }), []],
    ['63,206 characters', () => rules('a'.repeat(63_206)), []],
    ['63,207 characters', () => rules('a'.repeat(63_207)), ['text_too_long content']],
    ['a video beside a picture', () => rules('', [video(), image()]), ['media_mix mediaItems']],
    ['a picture over 4 MiB', () => rules('', [{ ...image(), sizeBytes: 4 * 1024 * 1024 + 1 }]), ['media_too_large mediaItems[0]']],
    ['a reel of a picture', () => rules('', [image()], { contentType: 'reel' }), ['media_required mediaItems']],
    ['a reel', () => rules('', [reel()], { contentType: 'reel' }), []],
    ['a square reel of two minutes', () => rules('', [video({ durationMs: 120_000 })], { contentType: 'reel' }), ['media_dimensions mediaItems[0]', 'media_duration mediaItems[0]']],
    ['a story of nothing', () => rules('', [], story), ['media_required mediaItems']],
    ['a story of two', () => rules('', [image(), image()], story), ['too_many_media mediaItems']],
    ['a story with more', () => rules('', [image()], { ...story, firstComment: 'C', published: false }), ['option_invalid platformSpecificData.firstComment', 'option_invalid platformSpecificData.published']],
    ['a title without a video', () => rules('a', [], { title: 'T' }), ['option_invalid platformSpecificData.title']],
    ['an alt text of a video', () => rules('a', [video()], { altText: ['T'] }), ['option_invalid platformSpecificData.altText[0]']],
    ['a link to Facebook itself', () => rules('a', [], { link: 'https://www.facebook.com/a' }), ['option_invalid platformSpecificData.link']],
    ['a comment on a draft', () => rules('a', [], { published: false, firstComment: 'C' }), ['option_invalid platformSpecificData.firstComment']],
  ])('%s', (_name, actual, expected) => expect(actual()).toEqual(expected));

  it('takes the cover beside the video, and the option’s before it', () => {
    const media = [{ type: 'video' as const, url: 'https://a.example/v.mp4', thumbnail: 'https://a.example/t.jpg' }];
    const paths = (options: object) => facebook.publish.attachments?.({ text: '', options: { ...options } }, media).map(({ path }) => path);
    expect(paths({})).toEqual(['mediaItems[0].thumbnail']);
    expect(paths({ videoThumbnailUrl: 'https://a.example/c.jpg' })).toEqual(['platformSpecificData.videoThumbnailUrl']);
    expect(paths({ contentType: 'story' })).toEqual([]);
  });
});
