import { checkContent, plainCost, type MediaFile, type Publication } from '../kit/index.ts';
import { CLIENT, mediaFile, Testbed, toCredential, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { threads } from './index.ts';
import { threadsSimulator } from './simulator.ts';
import { countCharacters, countLinks } from './text.ts';

let bed: Testbed;
let account: Connected;
beforeEach(async () => {
  bed = await Testbed.open(threads, threadsSimulator);
  account = await bed.connectByOAuth();
});
afterEach(() => bed.close());

const image = (more = {}) => mediaFile({ type: 'image', ...more });
const video = (more = {}) => mediaFile({ type: 'video', ...more });
const ITEM = 'platformSpecificData.threadItems[0].mediaItems[0]';

const publish = async (example: Example, as = account): Promise<string[]> => {
  const ended = await bed.publish(as, example);
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts.map(({ platformPostId }) => platformPostId);
};
/** What was asked of containers, without the token. */
const asked = (): Record<string, string>[] =>
  bed.exchanges
    .filter(({ request }) => request.method === 'POST' && request.url.endsWith('/threads'))
    .map(({ request }) => {
      const { access_token: _token, ...fields } = Object.fromEntries(new URLSearchParams(String(request.body)));
      return fields;
    });

describe('connecting', () => {
  it('asks with Threads’ names, and keeps every digit of the account’s id', async () => {
    const url = new URL(threads.oauth.authorizeUrl({ hosts: threads.manifest.hosts, clientId: 'app', redirectUri: 'https://plaza.example/cb', scopes: ['a', 'b'], state: 's' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://threads.net/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'app', redirect_uri: 'https://plaza.example/cb', response_type: 'code', scope: 'a,b', state: 's' });
    expect(Number(account.account.platformUserId)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    const token = bed.exchanges.find(({ request }) => request.url.endsWith('/oauth/access_token'))?.outcome;
    expect(token?.kind === 'response' && Buffer.from(token.body).toString()).toContain(`"user_id":${account.account.platformUserId}`);
    expect(account.account).toMatchObject({ username: 'sandbox_user', profileUrl: `${bed.url}/threads/web/@sandbox_user` });
  });

  it('takes the code with what Threads hangs on it', async () => {
    const code = (await bed.consent()).get('code') ?? '';
    expect(await bed.exchange(`${code}#_`)).toMatchObject({ ok: true, value: { accessExpiresAtMs: bed.nowMs + 60 * 24 * 3_600_000 } });
  });

  it('renews no token that is younger than a day, and none that has ended', async () => {
    expect(await bed.refresh(account)).toMatchObject({ kind: 'transient' });
    await bed.pass(61 * 24 * 3_600_000);
    expect(await bed.refresh(account)).toMatchObject({ kind: 'reconnect', reason: 'token_expired' });
  });
});

describe('containers', () => {
  it.each<readonly [string, () => Example, object]>([
    ['a text', () => ({ text: 'Hi', options: { replyControl: 'followers_only', topicTag: 'news', quotePostId: '1' } }), { media_type: 'TEXT', text: 'Hi', reply_control: 'followers_only', topic_tag: 'news', quote_post_id: '1' }],
    ['a link', () => ({ text: 'Hi', options: { linkAttachment: 'https://a.example/' } }), { media_type: 'TEXT', text: 'Hi', link_attachment: 'https://a.example/' }],
    ['a poll', () => ({ text: 'Hi', options: { poll: { options: ['A', 'B', 'C'] } } }), { media_type: 'TEXT', text: 'Hi', poll_attachment: '{"option_a":"A","option_b":"B","option_c":"C"}' }],
    ['a GIF', () => ({ text: 'Hi', options: { gif: { id: '9', provider: 'TENOR' } } }), { media_type: 'TEXT', text: 'Hi', gif_attachment: '{"gif_id":"9","provider":"TENOR"}' }],
    [
      'what else there is',
      () => ({ text: 'Hi', options: { ghostPost: true, replyApprovals: true, locationId: '7', allowedCountries: ['DE', 'CH'], shareToInstagram: true } }),
      { media_type: 'TEXT', text: 'Hi', is_ghost_post: 'true', enable_reply_approvals: 'true', location_id: '7', allowlisted_country_codes: 'DE,CH', crossreshare_to_ig: 'true' },
    ],
    ['a long text', () => ({ text: 'Hi', options: { textAttachment: { text: 'Long', link: 'https://a.example/' } } }), { media_type: 'TEXT', text: 'Hi', text_attachment: '{"plaintext":"Long","link_attachment_url":"https://a.example/"}' }],
  ])('asks for %s in Threads’ words', async (_name, example, expected) => {
    await publish(example());
    expect(asked()).toEqual([expected]);
  });

  it('names media by their addresses, with alt text and spoiler', async () => {
    const [one, two] = [image(), video()];
    await publish({ text: '', media: [one], options: { altText: ['A'], spoilerMedia: true } });
    await publish({ text: 'Both', media: [one, two], options: { altText: ['', 'Two'] } });
    expect(asked()).toEqual([
      { media_type: 'IMAGE', image_url: one.url, alt_text: 'A', is_spoiler_media: 'true' },
      { is_carousel_item: 'true', media_type: 'IMAGE', image_url: one.url },
      { is_carousel_item: 'true', media_type: 'VIDEO', video_url: two.url, alt_text: 'Two' },
      { media_type: 'CAROUSEL', children: expect.stringMatching(/^\d+,\d+$/), text: 'Both' },
    ]);
  });

  it('makes a thread of replies, each to the published post before it, with media of their own', async () => {
    const file = image();
    const threadItems = [{ content: 'Second', mediaItems: [{ type: 'image', url: file.url }], altText: ['Of the second'] }, { content: 'Third' }];
    const ids = await publish({ text: 'First', options: { replyControl: 'everyone', threadItems }, attachments: { [ITEM]: file } });
    expect(asked()).toEqual([
      { media_type: 'TEXT', text: 'First', reply_control: 'everyone' },
      { media_type: 'IMAGE', image_url: file.url, alt_text: 'Of the second', text: 'Second', reply_to_id: ids[0] },
      { media_type: 'TEXT', text: 'Third', reply_to_id: ids[1] },
    ]);
  });

  it('publishes in two steps, never at once', async () => {
    await publish({ text: 'Hi' });
    expect(asked()[0]).not.toHaveProperty('auto_publish_text');
    expect(bed.visibleRequests().map(({ url }) => new URL(url).pathname)).toEqual([`/threads/graph/v1.0/${account.account.platformUserId}/threads_publish`]);
  });

  it('makes no second container after a kill', async () => {
    const publication = bed.publication(account, { text: '', media: [image(), image()] });
    const saved: Publication['checkpoint'][] = [];
    await threads.publish.prepare?.(bed.context(), publication, async (checkpoint) => void saved.push(structuredClone(checkpoint)));
    expect(saved).toHaveLength(2);
    expect(await bed.publishPart({ ...publication, checkpoint: saved[0] ?? {} })).toMatchObject({ kind: 'published' });
    // Two items before the kill; behind it one item again and the carousel.
    expect(asked()).toHaveLength(4);
  });

  it.each<readonly [string, () => MediaFile, string]>([
    ['a picture that is none', () => ({ ...video(), type: 'image' }), 'ERROR/INVALID_ASPEC_RATIO'],
    ['a video that is none', () => ({ ...image(), type: 'video' }), 'ERROR/FAILED_PROCESSING_VIDEO'],
    ['a video that is not there', () => ({ ...video(), url: 'https://media.example/none.mp4' }), 'ERROR/FAILED_DOWNLOADING_VIDEO'],
  ])('tells of %s', async (_name, file, code) => {
    expect(await bed.publish(account, { text: '', media: [file()] })).toMatchObject({ kind: 'refused', category: 'media_rejected', code });
  });

  it('fetches again what could not be fetched, a few times', async () => {
    await bed.publish(account, { text: '', media: [{ ...video(), url: 'https://media.example/none.mp4' }] });
    expect(asked()).toHaveLength(3);
  });

  it('waits when it asked too early: nothing was published', async () => {
    const publication = bed.publication(account, { text: '', media: [image()] });
    const saved: Publication['checkpoint'][] = [];
    await threads.publish.prepare?.(bed.context(), publication, async (checkpoint) => void saved.push(checkpoint));
    expect(await threads.publish.submit(bed.context(), { ...publication, checkpoint: saved[0] ?? {} })).toMatchObject({ kind: 'refused', category: 'transient', code: '24/4279009' });
  });
});

describe('an outcome that is not known', () => {
  const lost = async (kind: 'drop_before' | 'drop_after', more: Partial<Publication> = {}, as = account): Promise<Publication> => {
    const ready = await bed.prepare(bed.publication(as, { text: 'Words' }, more));
    if ('kind' in ready) throw new Error(ready.message);
    await bed.fault('publish', { kind });
    expect(await threads.publish.submit(bed.context(), ready)).toMatchObject({ kind: 'unknown' });
    return ready;
  };
  const before = async () => [{ platformPostId: (await publish({ text: 'First' }))[0] ?? '', platformPostUrl: null }];

  it('is settled for a reply from the list of replies', async () => {
    const out = await lost('drop_after', { before: await before() });
    expect(await bed.lookup(out)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId, platformPostUrl: expect.stringContaining('/post/') });
    const never = await lost('drop_before', { before: await before() });
    expect(await bed.lookup(never)).toEqual({ kind: 'absent' });
  });

  it('takes no reply of the same words to another post', async () => {
    const [one, other] = [await before(), await before()];
    await lost('drop_after', { before: one });
    await bed.pass(5000);
    const out = await lost('drop_after', { before: other });
    const found = await bed.lookup(out);
    expect(found).toMatchObject({ platformPostId: (await bed.ledger()).at(-1)?.postId });
  });

  it('takes no post for its own that is known to be another', async () => {
    const [other = ''] = await publish({ text: 'Words' });
    const out = await lost('drop_after');
    expect(await bed.lookup(out, bed.nowMs, [other])).toMatchObject({ platformPostId: (await bed.ledger())[1]?.postId });
  });

  it('is settled without the permission to list replies, if not the post’s own id', async () => {
    const limited = await bed.connectByOAuth('other', { scopes: ['threads_basic', 'threads_content_publish'] });
    const first = [{ platformPostId: (await publish({ text: 'First' }, limited))[0] ?? '', platformPostUrl: null }];
    const out = await lost('drop_after', { before: first }, limited);
    const atMs = bed.nowMs;
    expect(await bed.lookup(out, atMs)).toMatchObject({ kind: 'inconclusive' });
    await bed.pass(16 * 60_000);
    expect(await bed.lookup(out, atMs)).toMatchObject({ kind: 'published', platformPostId: out.checkpoint['container'], warning: expect.any(String) });
  });

  it('is not repeated when Threads commits late', async () => {
    const ready = await bed.prepare(bed.publication(account, { text: 'Late' }));
    if ('kind' in ready) throw new Error(ready.message);
    await bed.fault('publish', { kind: 'commit_late', ms: 60_000 });
    await threads.publish.submit(bed.context(), ready);
    await bed.pass(60_000);
    expect(await bed.publishPart(ready)).toMatchObject({ kind: 'published' });
    expect(await bed.ledger()).toHaveLength(1);
  });
});

describe('afterwards', () => {
  it('takes nothing for deleted when the token is dead', async () => {
    const [id = ''] = await publish({ text: 'P' });
    await bed.fault('delete', { kind: 'refuse', error: 'object_missing' });
    await bed.fault('profile', { kind: 'refuse', error: 'token_invalid' });
    expect(await bed.remove(account, id)).toMatchObject({ kind: 'refused', category: 'reconnect_required' });
    const limited = await bed.connectByOAuth('sandbox_user', { scopes: ['threads_basic'] });
    expect(await bed.remove(limited, id)).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  });

  it('adds up what passes a post on', async () => {
    const [id = ''] = await publish({ text: 'P' });
    const none = { impressions: null, reach: null, saves: null, clicks: null };
    expect(await bed.analytics(account, [id])).toEqual({ kind: 'metrics', posts: { [id]: { ...none, views: 50, likes: 4, comments: 3, shares: 8 } } });
  });

  it('offers one account of type account', async () => {
    const accounts = await threads.oauth.accounts(bed.context(), { client: CLIENT, credential: toCredential(account.grant) });
    expect(accounts).toMatchObject({ ok: true, value: [{ type: 'account' }] });
  });
});

describe('limits', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['漢字', 2],
    ['😀', 4],
    ['👩‍👩‍👧', 18],
    ['🇩🇪', 8],
    ['1️⃣', 7],
  ])('%s counts %s', (text, count) => expect(countCharacters(text)).toBe(count));

  it.each([
    ['https://a.example https://a.example, www.b.example', 2],
    ['a.example and mail@www.example', 0],
    ['(https://a.example/x).', 1],
  ])('%s has %s links', (text, count) => expect(countLinks(text)).toBe(count));

  const links = (count: number): string => Array.from({ length: count }, (_, index) => `https://a.example/${index}`).join(' ');
  const rules = (text: string, media: readonly MediaFile[] = [], options: object = {}) => checkContent(threads.manifest, { text, options: { ...options } }, media).map(({ rule, path }) => `${rule} ${path}`);
  const at = (path: string): string => `platformSpecificData.${path}`;
  it.each<readonly [string, () => string[], string[]]>([
    ['500 characters', () => rules('a'.repeat(500)), []],
    ['501 characters', () => rules('a'.repeat(501)), ['text_too_long content']],
    ['125 emojis', () => rules('😀'.repeat(125)), []],
    ['126 emojis', () => rules('😀'.repeat(126)), ['text_too_long content']],
    ['nothing', () => rules(''), ['text_required content']],
    ['5 links', () => rules(links(5)), []],
    ['6 links', () => rules(links(6)), ['text_too_long content']],
    ['5 links and another attached', () => rules(links(5), [], { linkAttachment: 'https://b.example' }), ['text_too_long content']],
    ['5 links and one of them attached', () => rules(links(5), [], { linkAttachment: 'https://a.example/0' }), []],
    ['20 images and videos', () => rules('', Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? image() : video()))), []],
    ['21 images', () => rules('', Array.from({ length: 21 }, () => image())), ['too_many_media mediaItems', 'too_many_media mediaItems']],
    ['a WebP', () => rules('', [image({ mimeType: 'image/webp' })]), ['media_type mediaItems[0]']],
    ['a video of five minutes and more', () => rules('', [video({ durationMs: 300_001 })]), ['media_duration mediaItems[0]']],
    ['a poll beside media', () => rules('a', [image()], { poll: { options: ['A', 'B'] } }), [`option_invalid ${at('poll')}`]],
    ['a link card beside media', () => rules('a', [image()], { linkAttachment: 'https://a.example' }), [`option_invalid ${at('linkAttachment')}`]],
    ['a GIF beside media', () => rules('a', [image()], { gif: { id: '9', provider: 'TENOR' }, ghostPost: true }), [`option_invalid ${at('gif')}`, `option_invalid ${at('ghostPost')}`]],
    ['a GIF and a poll', () => rules('a', [], { gif: { id: '9', provider: 'TENOR' }, poll: { options: ['A', 'B'] } }), [`option_invalid ${at('gif')}`]],
    ['a poll and a long text', () => rules('a', [], { poll: { options: ['A', 'B'] }, textAttachment: { text: 'T' } }), [`option_invalid ${at('textAttachment')}`]],
    ['a spoiler of nothing', () => rules('a', [], { spoilerMedia: true }), [`option_invalid ${at('spoilerMedia')}`]],
    ['a long further post', () => rules('a', [], { threadItems: [{ content: 'b' }, { content: 'c'.repeat(501) }] }), [`text_too_long ${at('threadItems[1].content')}`]],
    ['an empty further post', () => rules('a', [], { threadItems: [{ content: ' ' }] }), [`text_required ${at('threadItems[0].content')}`]],
  ])('%s', (_name, actual, expected) => expect(actual()).toEqual(expected));

  it.each([
    [{ topicTag: 'a.b' }, false],
    [{ topicTag: 'a'.repeat(51) }, false],
    [{ poll: { options: ['A'] } }, false],
    [{ allowedCountries: ['Germany'] }, false],
    [{ gif: { id: '9' } }, false],
    [{ replyControl: 'nobody' }, false],
    [{ altText: ['a'.repeat(1001)] }, false],
    [{ caption: 'x' }, false],
    [{ topicTag: 'two words', altText: [''] }, true],
  ])('options %j', (options, isTaken) => expect(threads.manifest.options.safeParse(options).success).toBe(isTaken));

  it('a thread of three costs one post and two replies', () => {
    const spent = threads.manifest.budgets?.map((budget) => [budget.unit, budget.max, plainCost(budget) + plainCost(budget, 1) + plainCost(budget, 2)]);
    expect(spent).toEqual([
      ['posts', 250, 1],
      ['replies', 1000, 2],
    ]);
  });
});
