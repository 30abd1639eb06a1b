import { checkContent, plainCost, type Publication } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { beehiiv } from './index.ts';
import { PUBLICATION } from './scenario.spec-support.ts';
import { beehiivSimulator } from './simulator.ts';

const { publish, manifest } = beehiiv;
const HOUR_MS = 3_600_000;

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(beehiiv, beehiivSimulator);
  connected = await bed.connectWith({ apiKey: 'a-key', publicationId: PUBLICATION });
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
const submit = (publication: Publication) => publish.submit(bed.context(), publication);
const calls = (): string[] => bed.exchanges.map(({ request: { method, url } }) => `${method} ${new URL(url).pathname.replace(/^.*\/publications\/pub_[\w-]+/, '').replace(/post_[\w-]+/, '*')}`);
const posted = (): Record<string, unknown>[] => bed.exchanges.flatMap(({ request }) => (request.method === 'POST' ? [JSON.parse(String(request.body)) as Record<string, unknown>] : []));

describe('connecting', () => {
  it.each([
    ['wrong-key', PUBLICATION, 'Invalid API key'],
    ['a-key', 'pub_dead0000-0000-0000-0000-000000000000', 'The key does not reach this publication.'],
  ])('refuses %s for %s', async (apiKey, publicationId, message) => {
    expect(await bed.tryCredential({ apiKey, publicationId })).toEqual({ ok: false, failure: { kind: 'credential', message } });
  });
  it('names the publication, and no key', () => {
    expect(connected.account).toMatchObject({ platformUserId: PUBLICATION, displayName: 'Sandbox 00000000', metadata: { organizationName: 'Sandbox' } });
    expect(JSON.stringify(connected.account)).not.toContain('a-key');
  });
  it.each([{ apiKey: 'x', publicationId: 'x' }, { apiKey: '', publicationId: PUBLICATION }, { apiKey: 'x', publicationId: 'pub_../../x' }, { apiKey: 'x', publicationId: PUBLICATION, surplus: 'x' }])('takes no fields like %j', (fields) =>
    expect(beehiiv.credentials.fields.safeParse(fields).success).toBe(false),
  );
});

describe('publishing', () => {
  it('makes a draft, waits until it is built, and confirms it in one call', async () => {
    const ended = await bed.publish(connected, { text: 'A title\n\nA <b>text</b>' });
    expect(calls()).toEqual(['POST /posts', 'GET /posts/*', 'GET /posts/*', 'PATCH /posts/*', 'GET /posts/*']);
    const slug = expect.stringMatching(/^a-title-[0-9a-f]{12}$/) as string;
    expect(posted()).toEqual([{ title: 'A title', body_content: '<p>A &lt;b&gt;text&lt;/b&gt;</p>', status: 'draft', web_settings: { slug } }]);
    expect(bed.visibleRequests().map(({ body }) => JSON.parse(String(body)) as unknown)).toEqual([{ status: 'confirmed' }]);
    expect(ended).toMatchObject({ kind: 'published', parts: [{ platformPostUrl: expect.stringMatching(/\/p\/a-title-[0-9a-f]{12}$/) }] });
  });
  it('makes no more calls than its budget counts', async () => {
    await bed.publish(connected, { text: 'A text' });
    const [budget] = manifest.budgets ?? [];
    expect(budget).toMatchObject({ unit: 'calls', of: 'account', max: 180, window: { kind: 'rolling', ms: 60_000 } });
    expect(calls().length).toBeLessThanOrEqual(budget === undefined ? 0 : plainCost(budget));
  });
  it('shows nothing before it is confirmed', async () => {
    await ready('A text');
    expect(await bed.ledger()).toEqual([]);
  });
  it('sends every option under the name that beehiiv knows', async () => {
    const options = {
      ...{ title: 'Named', format: 'html', subtitle: 'Sub', thumbnail: 'https://example.com/x.jpg', contentTags: ['News'], slug: 'my-slug', hideFromFeed: true, displayThumbnailOnWeb: false },
      recipients: { web: { tierIds: ['free', 'premium'] }, email: { includeSegmentIds: ['seg_1'], excludeSegmentIds: ['seg_2'] } },
      ...{ emailSubject: 'es', emailPreviewText: 'ep', emailFromAddress: 'from@example.com', emailReplyToAddress: 'reply@example.com' },
      ...{ displayTitleInEmail: true, displayBylineInEmail: false, displaySubtitleInEmail: true },
      ...{ metaTitle: 'mt', metaDescription: 'md', ogTitle: 'ot', ogDescription: 'od', twitterTitle: 'tt', twitterDescription: 'td' },
      ...{ emailCapture: 'gated', socialShare: 'top', customLinkTracking: true, postTemplateId: 'post_template_00', newsletterListId: 'list_1' },
    };
    await ready('<p>HTML</p>', { options });
    expect(posted()).toEqual([
      {
        ...{ title: 'Named', body_content: '<p>HTML</p>', status: 'draft', subtitle: 'Sub', thumbnail_image_url: 'https://example.com/x.jpg', content_tags: ['News'] },
        web_settings: { slug: 'my-slug', hide_from_feed: true, display_thumbnail_on_web: false },
        recipients: { web: { tier_ids: ['free', 'premium'] }, email: { include_segment_ids: ['seg_1'], exclude_segment_ids: ['seg_2'] } },
        email_settings: {
          ...{ email_subject_line: 'es', email_preview_text: 'ep', from_address: 'from@example.com', reply_to_address: 'reply@example.com' },
          ...{ display_title_in_email: true, display_byline_in_email: false, display_subtitle_in_email: true },
        },
        seo_settings: { default_title: 'mt', default_description: 'md', og_title: 'ot', og_description: 'od', twitter_title: 'tt', twitter_description: 'td' },
        ...{ email_capture_type_override: 'gated', social_share: 'top', custom_link_tracking_enabled: true, post_template_id: 'post_template_00', newsletter_list_id: 'list_1' },
      },
    ]);
  });
  it('names pictures by their addresses, the first above the text when asked', async () => {
    const media = [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })];
    await ready('x', { media, options: { thumbnail: 'first', altText: ['', 'A "picture"'] } });
    expect(posted()[0]).toMatchObject({
      thumbnail_image_url: media[0]?.url,
      body_content: `<p>x</p><p><img src="${media[1]?.url ?? ''}" alt="A &quot;picture&quot;" style="max-width:100%"></p>`,
    });
  });
  it('says that the plan has no posting', async () => {
    connected = await bed.connectWith({ apiKey: 'free-key', publicationId: PUBLICATION });
    expect(await bed.publish(connected, { text: 'x' })).toMatchObject({ kind: 'refused', category: 'account_restricted' });
  });
  it('makes the post anew that could not be built, and one that somebody deleted', async () => {
    let kept: Publication['checkpoint'] = {};
    const save = async (checkpoint: Publication['checkpoint']): Promise<void> => void (kept = structuredClone(checkpoint));
    const publication = make('Unbuildable');
    expect(await publish.prepare?.(bed.context(), publication, save)).toMatchObject({ kind: 'wait' });
    await bed.pass(10_000);
    expect(await publish.prepare?.(bed.context(), { ...publication, checkpoint: kept }, save)).toMatchObject({ kind: 'refused', category: 'transient', code: 'POST_CREATION_FAILED' });
    expect(kept).toEqual({});
  });
  it('waits as long as it is told to, and not for ever', async () => {
    const publication = make('x');
    const first = await publish.prepare?.(bed.context(), publication, async () => undefined);
    expect(first).toMatchObject({ kind: 'wait', retryInMs: 2000 });
    const checkpoint = { ...(first?.kind === 'wait' ? first.checkpoint : {}), draftingAtMs: bed.nowMs - HOUR_MS - 1 };
    expect(await publish.prepare?.(bed.context(), { ...publication, checkpoint }, async () => undefined)).toMatchObject({ kind: 'refused', category: 'platform_error', code: 'building_timeout' });
  });
  it('makes no second draft when the answer to the first was lost, and takes no older post of that slug for it', async () => {
    await ready('An older draft', { options: { slug: 'same' } });
    await bed.pass(HOUR_MS);
    let kept: Publication['checkpoint'] = {};
    const publication = make('Once', { options: { slug: 'same' } });
    await bed.fault('upload', { kind: 'drop_after' });
    expect(await publish.prepare?.(bed.context(), publication, async (checkpoint) => void (kept = structuredClone(checkpoint)))).toMatchObject({ kind: 'refused', category: 'transient' });
    await bed.pass(10_000);
    bed.exchanges.length = 0;
    const again = await bed.prepare({ ...publication, checkpoint: kept });
    expect(calls()).toEqual(['GET /posts', 'GET /posts/*']);
    await submit(again as Publication);
    expect((await bed.ledger()).map(({ text }) => text)).toEqual(['Once']);
  });
  it('is told as out, with a warning, when beehiiv does not show it in time', async () => {
    const publication = await ready('x');
    const { draftId } = publication.checkpoint as { draftId: string };
    expect(await publish.status?.(bed.context(), publication, draftId)).toMatchObject({ kind: 'processing' });
    const late = { ...publication, dueAtMs: bed.nowMs - HOUR_MS - 1 };
    expect(await publish.status?.(bed.context(), late, draftId)).toMatchObject({ kind: 'published', platformPostId: draftId, warning: expect.any(String) });
  });
});

describe('an unknown outcome', () => {
  it('sent again is refused instead of going out twice', async () => {
    const publication = await ready('Once');
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
    expect(await submit(publication)).toMatchObject({ kind: 'refused' });
    expect(await bed.ledger()).toHaveLength(1);
  });
  it('of a post that was archived meanwhile is found, and of a draft that is gone stays open', async () => {
    const publication = await ready('Once');
    const { draftId } = publication.checkpoint as { draftId: string };
    await submit(publication);
    await bed.remove(connected, draftId);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published', platformPostId: draftId });
    const other = await ready('Other');
    await bed.remove(connected, (other.checkpoint as { draftId: string }).draftId);
    expect(await bed.lookup(other)).toMatchObject({ kind: 'inconclusive' });
  });
});

it('counts views, readers and clicks', async () => {
  const ended = await bed.publish(connected, { text: 'x' });
  const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
  expect(await bed.analytics(connected, [id])).toMatchObject({ posts: { [id]: { views: 5, reach: 2, clicks: 3, likes: null, impressions: null } } });
});

describe('what is refused before anything is scheduled', () => {
  const rules = (text: string, options: object = {}, media = [mediaFile({ type: 'image' })].slice(1)) =>
    checkContent(manifest, { text, options: manifest.options.parse(options) }, media).map(({ path }) => path);
  it.each([
    ['x', {}, []],
    ['x', { thumbnail: 'first' }, ['platformSpecificData.thumbnail']],
    ['x', { altText: ['one'] }, ['platformSpecificData.altText']],
    ['<p>x</p>', { format: 'html' }, ['platformSpecificData.title']],
  ])('%s %j', (text, options, expected) => expect(rules(text, options)).toEqual(expected));
  it.each([{ surplus: 1 }, { slug: 'A b' }, { emailFromAddress: 'nobody' }, { recipients: { email: { tierIds: ['free'], includeSegmentIds: ['seg_1'] } } }, { recipients: { web: { surplus: 1 } } }])('knows no options like %j', (options) =>
    expect(manifest.options.safeParse(options).success).toBe(false),
  );
});
