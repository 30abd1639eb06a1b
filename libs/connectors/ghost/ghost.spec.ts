import type { Publication } from '../kit/index.ts';
import { fileOf, mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { ghost } from './index.ts';
import { adminToken } from './key.ts';
import { keyOf, KEY_ID } from './scenario.spec-support.ts';
import { siteUrl } from './schemas.ts';
import { ghostSimulator } from './simulator.ts';

const { publish, credentials } = ghost;
const MINUTE_MS = 60_000;

let bed: Testbed;
let connected: Connected;
const login = (adminApiKey: string) => ({ adminApiUrl: 'https://blog.example.com/ghost', adminApiKey });
beforeEach(async () => {
  bed = await Testbed.open(ghost, ghostSimulator);
  connected = await bed.connectWith(login(keyOf(KEY_ID)));
  bed.exchanges.length = 0;
});
afterEach(() => bed.close());

type More = Partial<Publication> & { readonly options?: object };
const make = (text: string, { options, ...rest }: More = {}): Publication => bed.publication(connected, { text, options: { ...options } }, rest);
const ready = async (text: string, more: More = {}): Promise<Publication> => {
  const prepared = await bed.prepare(make(text, more));
  if ('kind' in prepared) throw new Error(`${prepared.code}: ${prepared.message}`);
  return prepared;
};
const submit = (publication: Publication) => publish.submit(bed.context(publication.credential.extra), publication);
const calls = (): string[] => bed.exchanges.map(({ request: { method, url } }) => `${method} ${new URL(url).pathname.replace('/ghost/site/ghost/api/admin', '').replaceAll(/[0-9a-f]{24,32}/g, '*')}`);
const posted = (method: string): Record<string, unknown>[] =>
  bed.exchanges.flatMap(({ request }) => (request.method === method && typeof request.body === 'string' ? (JSON.parse(request.body) as { posts: [Record<string, unknown>] }).posts : []));
const draftOf = ({ checkpoint }: Publication) => checkpoint['draft'] as { id: string; updatedAt: string };

describe('connecting', () => {
  it('proves the key, which is never sent, and names the site', async () => {
    const again = await bed.connectWith(login(keyOf(KEY_ID)));
    expect(again.account).toMatchObject({ platformUserId: 'blog.example.com', username: 'blog.example.com', displayName: 'Sandbox Ghost', metadata: { version: '6.65' } });
    expect(calls()).toEqual(['GET /posts/', 'GET /site/']);
    const sent = JSON.stringify(bed.exchanges.map(({ request }) => request));
    expect(sent).not.toContain(keyOf(KEY_ID).slice(25));
    expect(JSON.stringify(again.account)).not.toContain(keyOf(KEY_ID).slice(25));
  });
  it('makes the token that RFC 7519 asks for', () => {
    const key = `6470917c4a5e4d2f9d3f7a11:${'0123456789abcdef'.repeat(4)}`;
    const [header = '', claims = '', signature] = adminToken(key, Date.parse('2026-11-22T10:00:00.999Z'))?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT', kid: '6470917c4a5e4d2f9d3f7a11' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({ iat: 1_795_341_600, exp: 1_795_341_900, aud: '/admin/' });
    expect(signature).toHaveLength(43);
    expect(adminToken('no key', 0)).toBeUndefined();
  });
  it.each([
    ['https://blog.example.com', 'https://blog.example.com'],
    ['https://blog.example.com/', 'https://blog.example.com'],
    ['https://example.com/blog/ghost/#/settings', 'https://example.com/blog'],
    ['https://blog.example.com/ghost', 'https://blog.example.com'],
    ['ftp://blog.example.com', undefined],
    ['https://user:pass@blog.example.com', undefined],
    ['blog', undefined],
  ])('reads %s', (text, url) => {
    expect(siteUrl(text)).toBe(url);
    expect(credentials.fields.safeParse({ adminApiUrl: text, adminApiKey: keyOf(KEY_ID) }).success).toBe(url !== undefined);
  });
  it.each([
    [`dead${KEY_ID.slice(4)}:${'0'.repeat(64)}`, 'credential', 'Unknown Admin API Key'],
    [`${KEY_ID}:${'0'.repeat(64)}`, 'credential', 'invalid signature'],
  ])('refuses %.10s', async (key, kind, message) => {
    expect(await bed.tryCredential(login(key))).toMatchObject({ ok: false, failure: { kind, message: expect.stringContaining(message) } });
  });
});

describe('publishing', () => {
  it('makes a draft, and publishes it as it was prepared in one call', async () => {
    const publication = await ready('A title\n\nA text');
    expect(await bed.ledger()).toEqual([]);
    const published = await submit(publication);
    expect(calls()).toEqual(['POST /posts/', 'PUT /posts/*/']);
    expect(bed.exchanges[0]?.request.url).toContain('?source=html');
    expect(posted('POST')).toEqual([{ title: 'A title', html: '<p>A text</p>', status: 'draft', slug: expect.stringMatching(/^plaza-[0-9a-f]{32}$/) }]);
    expect(posted('PUT')).toEqual([{ updated_at: draftOf(publication).updatedAt, status: 'published', slug: 'A title' }]);
    expect(published).toMatchObject({ kind: 'published', platformPostId: draftOf(publication).id, platformPostUrl: expect.stringMatching(/\/a-title\/$/) });
  });
  it('sends every option under the name that Ghost knows', async () => {
    const options = {
      ...{ title: 'Named', format: 'html', tags: ['News'], visibility: 'paid', featured: true, customExcerpt: 'Short', featureImage: 'https://example.com/x.jpg', featureImageAlt: 'Alt' },
      ...{ slug: 'my-slug', canonicalUrl: 'https://example.com/x', metaTitle: 'mt', metaDescription: 'md', ogTitle: 'ot', ogDescription: 'od', twitterTitle: 'tt', twitterDescription: 'td' },
      ...{ newsletter: 'default-newsletter', emailSegment: 'status:free', emailSubject: 'Subject', emailOnly: true },
    };
    await submit(await ready('<p>HTML</p>', { options }));
    expect(posted('POST')).toEqual([
      {
        ...{ title: 'Named', html: '<p>HTML</p>', status: 'draft', slug: expect.any(String), tags: ['News'], visibility: 'paid', featured: true, custom_excerpt: 'Short' },
        ...{ feature_image: 'https://example.com/x.jpg', feature_image_alt: 'Alt', canonical_url: 'https://example.com/x', meta_title: 'mt', meta_description: 'md' },
        ...{ og_title: 'ot', og_description: 'od', twitter_title: 'tt', twitter_description: 'td', email_only: true, email_subject: 'Subject' },
      },
    ]);
    expect(posted('PUT')).toMatchObject([{ slug: 'my-slug' }]);
    expect(new URL(bed.visibleRequests()[0]?.url ?? '').search).toBe('?newsletter=default-newsletter&email_segment=status%3Afree');
  });
  it('puts files into the body, and the first picture above it when asked', async () => {
    const media = [mediaFile({ type: 'image' }), mediaFile({ type: 'video' }), mediaFile({ type: 'document' }), mediaFile({ type: 'gif' })];
    await ready('x', { media, options: { featureImage: 'first', altText: ['A "picture"', 'A video', '', 'A GIF'] } });
    expect(calls()).toEqual(['POST /images/upload/', 'POST /media/upload/', 'POST /files/upload/', 'POST /images/upload/', 'POST /posts/']);
    const [post] = posted('POST');
    expect(post).toMatchObject({ feature_image: expect.stringContaining('/content/images/'), feature_image_alt: 'A "picture"' });
    expect(String(post?.['html']).replaceAll(/http[^"]*\/content\//g, '/').replaceAll(/(images|media|files)\/[^"]*/g, '$1')).toBe(
      `<p>x</p><!--kg-card-begin: html--><video controls preload="metadata" aria-label="A video" src="/media"></video><!--kg-card-end: html--><p><a href="/files">${media[2]?.filename ?? ''}</a></p><figure><img src="/images" alt="A GIF"></figure>`,
    );
  });
  it('uploads nothing again after a worker was killed', async () => {
    const media = [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })];
    let kept: Publication['checkpoint'] = {};
    const publication = make('x', { media });
    const dying = publish.prepare?.(bed.context(), publication, async (checkpoint) => {
      kept = structuredClone(checkpoint);
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    bed.exchanges.length = 0;
    await bed.prepare({ ...publication, checkpoint: kept });
    expect(calls()).toEqual(['POST /images/upload/', 'POST /posts/']);
    expect(String(posted('POST')[0]?.['html']).match(/<img /g)).toHaveLength(2);
  });
  it('makes no second draft when the answer to the first was lost', async () => {
    let kept: Publication['checkpoint'] = {};
    const publication = make('Once');
    bed.exchanges.length = 0;
    await bed.fault('upload', { kind: 'drop_after' });
    const first = await publish.prepare?.(bed.context(), publication, async (checkpoint) => void (kept = structuredClone(checkpoint)));
    expect(first).toMatchObject({ kind: 'refused', category: 'transient' });
    expect(await bed.prepare({ ...publication, checkpoint: kept })).toMatchObject({ checkpoint: { draft: expect.anything() } });
    expect(calls()).toEqual(['POST /posts/', 'GET /posts/slug/plaza-*/']);
  });
  it('refuses media that the site cannot take', async () => {
    const broken = fileOf(Buffer.from('broken'), { type: 'image' });
    expect(await bed.prepare(make('x', { media: [broken] }))).toMatchObject({ kind: 'refused', category: 'media_rejected' });
    const odd = mediaFile({ type: 'image', mimeType: 'image/tiff' });
    expect(await bed.prepare(make('x', { media: [odd] }))).toMatchObject({ kind: 'refused', category: 'media_rejected', httpStatus: 415 });
  });
  it('publishes a draft that somebody edited as it now is, and a deleted one anew', async () => {
    const publication = await ready('A text');
    const edited = { ...publication, checkpoint: { ...publication.checkpoint, draft: { ...draftOf(publication), updatedAt: '2020-01-01T00:00:00.000Z' } } };
    expect(await submit(edited)).toMatchObject({ kind: 'refused', category: 'transient', code: 'UPDATE_COLLISION' });
    expect(await submit(await ready('A text', { checkpoint: edited.checkpoint, publicationId: publication.publicationId }))).toMatchObject({ kind: 'published', platformPostId: draftOf(publication).id });
    const other = await ready('Another');
    await bed.remove(connected, draftOf(other).id);
    expect(await submit(other)).toMatchObject({ kind: 'refused', category: 'transient' });
    const anew = await ready('Another', { checkpoint: other.checkpoint, publicationId: other.publicationId });
    expect(draftOf(anew).id).not.toBe(draftOf(other).id);
    expect(await submit(anew)).toMatchObject({ kind: 'published' });
    expect(await bed.ledger()).toHaveLength(2);
  });
});

describe('a newsletter', () => {
  const options = { newsletter: 'default-newsletter' };
  it.each(['old-newsletter', 'no-newsletter'])('that is not active is refused before anything is made: %s', async (newsletter) => {
    expect(await bed.prepare(make('x', { options: { newsletter } }))).toMatchObject({ kind: 'refused', category: 'content_rejected', code: 'newsletter' });
    expect(calls()).toEqual(['GET /newsletters/']);
  });
  it('is followed until it is sent', async () => {
    const publication = await ready('x', { options });
    expect(await submit(publication)).toMatchObject({ kind: 'submitted', handle: draftOf(publication).id });
    expect(await publish.status?.(bed.context(), publication, draftOf(publication).id)).toMatchObject({ kind: 'processing' });
    await bed.pass(MINUTE_MS);
    const ended = await publish.status?.(bed.context(), publication, draftOf(publication).id);
    expect(ended).toEqual({ kind: 'published', platformPostId: draftOf(publication).id, platformPostUrl: expect.any(String) });
  });
  it('that fails, or never ends, is told while the post is out', async () => {
    connected = await bed.connectWith(login(keyOf(`feed${KEY_ID.slice(4)}`)));
    expect(await bed.publish(connected, { text: 'x', options })).toMatchObject({ kind: 'published', parts: [{ warning: 'The e-mail was not sent: Mailgun is not configured' }] });
    const publication = await ready('y', { options });
    await submit(publication);
    const late = await publish.status?.(bed.context(), { ...publication, dueAtMs: bed.nowMs - 61 * MINUTE_MS }, draftOf(publication).id);
    expect(late).toMatchObject({ kind: 'published', warning: expect.stringContaining('not sent yet') });
  });
});

describe('an unknown outcome', () => {
  it('sent again collides with itself instead of publishing, or mailing, twice', async () => {
    const publication = await ready('Once', { options: { newsletter: 'default-newsletter' } });
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
    expect(await submit(publication)).toMatchObject({ kind: 'refused', code: 'UPDATE_COLLISION' });
    expect(await submit(await ready('Once', { checkpoint: publication.checkpoint, options: { newsletter: 'default-newsletter' } }))).toMatchObject({ kind: 'submitted', handle: draftOf(publication).id });
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('stays open when the draft is gone: it may have been published before', async () => {
    const publication = await ready('Once');
    await bed.fault('publish', { kind: 'drop_after' });
    await submit(publication);
    await bed.remove(connected, draftOf(publication).id);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'inconclusive' });
  });
});
