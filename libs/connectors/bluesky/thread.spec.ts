import { mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { checkContent } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { blueskySimulator } from './simulator.ts';

const FIELDS = { identifier: 'alice.sandbox.example', password: 'abcd-efgh-ijkl-mnop' };

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(bluesky, blueskySimulator);
  connected = await bed.connectWith(FIELDS);
});
afterEach(() => bed.close());

/** The records as they were sent, in their order. */
const sent = (): Record<string, unknown>[] => bed.visibleRequests().map(({ body }) => (JSON.parse(String(body)) as { record: Record<string, unknown> }).record);
const rules = (options: object, media = 0) =>
  checkContent(bluesky.manifest, { text: 'x', options: bluesky.manifest.options.parse(options) }, Array.from({ length: media }, () => mediaFile({ type: 'image' }))).map(({ rule, path }) => `${rule} ${path}`);

describe('a thread on Bluesky', () => {
  it('answers the first post and the one before, each by address and content', async () => {
    const ended = await bed.publish(connected, { text: 'First', options: { threadItems: [{ content: 'Second' }, { content: 'Third' }], contentWarning: 'nudity' } });
    if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
    const [first, second] = ended.parts.map(({ platformPostId }) => ({ uri: platformPostId, cid: expect.stringMatching(/^bafy/) as string }));
    const [one, two, three] = sent();
    expect(one).not.toHaveProperty('reply');
    expect(two).toMatchObject({ text: 'Second', reply: { root: first, parent: first } });
    expect(three).toMatchObject({ text: 'Third', reply: { root: first, parent: second } });
    const times = sent().map(({ createdAt }) => Date.parse(String(createdAt)));
    expect(times).toEqual([times[0], (times[0] ?? 0) + 1, (times[0] ?? 0) + 2]);
    expect(sent().every(({ labels }) => JSON.stringify(labels).includes('"val":"nudity"'))).toBe(true);
  });

  it('may have posts of pictures alone', async () => {
    const picture = mediaFile({ type: 'image' });
    const path = 'platformSpecificData.threadItems[0].mediaItems[0]';
    const ended = await bed.publish(connected, { text: 'First', options: { threadItems: [{ content: '', mediaItems: [{ type: 'image', url: picture.url }] }] }, attachments: { [path]: picture } });
    expect(ended).toMatchObject({ kind: 'published' });
    expect(sent()[1]).toMatchObject({ text: '', embed: { $type: 'app.bsky.embed.images', images: [{ image: { size: picture.sizeBytes } }] } });
  });

  it('asks for what it answers once, and is refused when that is gone', async () => {
    const first = await bed.publishPart(bed.publication(connected, { text: 'First' }));
    const before = first.kind === 'published' ? [first] : [];
    const further = bed.publication(connected, { text: 'Second' }, { before, publicationId: 'p/1' });
    const ready = await bed.prepare(further);
    if ('kind' in ready) throw new Error(ready.message);
    bed.exchanges.length = 0;
    await bed.prepare(ready);
    expect(bed.exchanges).toEqual([]);
    await bed.remove(connected, before[0]?.platformPostId ?? '');
    expect(await bed.prepare(further)).toMatchObject({ kind: 'refused', category: 'content_rejected', code: 'RecordNotFound' });
  });

  it('is held against the limits of each of its posts', () => {
    expect(rules({ threadItems: [{ content: 'x'.repeat(301) }] })).toEqual(['text_too_long platformSpecificData.threadItems[0].content']);
    expect(rules({ threadItems: [{ content: 'x', altText: ['nothing'] }] })).toEqual(['option_invalid platformSpecificData.threadItems[0].altText']);
    const media = (...types: string[]) => types.map((type) => ({ type, url: 'https://example.com/a' }));
    expect(rules({ threadItems: [{ content: 'x', mediaItems: media('video', 'image') }] })).toEqual(['media_mix platformSpecificData.threadItems[0].mediaItems']);
  });
});

describe('a link card', () => {
  const card = { url: 'https://example.com/a', title: 'A page' };
  it('is an embed of its own, with a picture or without', async () => {
    await bed.publish(connected, { text: 'Look', options: { linkCard: card } });
    expect(sent()[0]).toMatchObject({ embed: { $type: 'app.bsky.embed.external', external: { uri: card.url, title: 'A page', description: '' } } });
    const picture = mediaFile({ type: 'image' });
    const path = 'platformSpecificData.linkCard.thumbnailUrl';
    await bed.publish(connected, { text: 'See', options: { linkCard: { ...card, thumbnailUrl: picture.url } }, attachments: { [path]: picture } });
    expect(sent()[1]).toMatchObject({ embed: { external: { thumb: { $type: 'blob', size: picture.sizeBytes } } } });
  });
  it('stands without a text', async () => {
    expect(await bed.publish(connected, { text: '', options: { linkCard: card } })).toMatchObject({ kind: 'published' });
    expect(sent()[0]).toMatchObject({ text: '', embed: { $type: 'app.bsky.embed.external' } });
  });
  it('cannot stand beside media', () => expect(rules({ linkCard: card }, 1)).toEqual(['media_mix platformSpecificData.linkCard']));
});
