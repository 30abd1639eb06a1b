import type { Publication } from '../kit/index.ts';
import { fileOf, mediaFile, Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { mastodon } from './index.ts';
import { mastodonSimulator, simulateMastodon } from './simulator.ts';

const { publish } = mastodon;
const HOUR_MS = 3_600_000;

let bed: Testbed;
let connected: Connected;
const open = async (simulator = mastodonSimulator): Promise<void> => {
  bed = await Testbed.open(mastodon, simulator);
  connected = await bed.connectWith({ instance: 'mastodon.example', accessToken: 'pasted_alice' });
};
beforeEach(() => open());
afterEach(() => bed.close());

const paths = (): string[] => bed.exchanges.map(({ request: { method, url } }) => `${method} ${new URL(url).pathname.replace('/mastodon/instance', '')}`);
const bodies = (): unknown[] => bed.visibleRequests().map(({ body }) => JSON.parse(String(body)) as unknown);
const ready = async (text: string, more: Partial<Publication> & { options?: object } = {}): Promise<Publication> => {
  const { options, ...rest } = more;
  const prepared = await bed.prepare(bed.publication(connected, { text, options: { ...options } }, rest));
  if ('kind' in prepared) throw new Error(`${prepared.code}: ${prepared.message}`);
  return prepared;
};
const submit = (publication: Publication) => publish.submit(bed.context(publication.credential.extra), publication);

describe('publishing', () => {
  it('is one call under the key of the publication', async () => {
    const publication = await ready('Hello');
    bed.exchanges.length = 0;
    const published = await submit(publication);
    expect(paths()).toEqual(['POST /api/v1/statuses']);
    const [request] = bed.visibleRequests();
    expect(request?.headers).toMatchObject({ 'idempotency-key': publication.publicationId, authorization: 'Bearer pasted_alice', 'accept-language': 'en' });
    expect(published).toMatchObject({ kind: 'published', platformPostUrl: expect.stringMatching(/\/mastodon\/instance\/@alice\/\d+$/) });
  });
  it('sends every option under the name that Mastodon knows', async () => {
    const first = await submit(await ready('First'));
    const replyTo = first.kind === 'published' ? first.platformPostId : '';
    const options = {
      ...{ visibility: 'unlisted', spoilerText: 'Spiders', sensitive: true, language: 'de', inReplyToId: replyTo },
      poll: { options: ['a', 'b'], durationMinutes: 5, multiple: true, hideTotals: true },
    };
    expect(await submit(await ready('Second', { options }))).toMatchObject({ kind: 'published' });
    expect(bodies().at(-1)).toEqual({
      status: 'Second',
      ...{ visibility: 'unlisted', spoiler_text: 'Spiders', sensitive: true, language: 'de', in_reply_to_id: replyTo },
      poll: { options: ['a', 'b'], expires_in: 300, multiple: true, hide_totals: true },
    });
  });
  it('chains a thread under the same warning and visibility, each part with its own media and key', async () => {
    const picture = mediaFile({ type: 'image' });
    const url = 'https://media.example/2.jpg';
    const options = {
      ...{ visibility: 'private', spoilerText: 'Spiders', altText: ['One'], poll: undefined },
      threadItems: [{ content: 'Second', mediaItems: [{ type: 'image', url }], altText: ['Two'] }, { content: 'Third' }],
    };
    const ended = await bed.publish(connected, { text: 'First', options, media: [mediaFile({ type: 'image' })], attachments: { 'platformSpecificData.threadItems[0].mediaItems[0]': picture } });
    const ids = ended.kind === 'published' ? ended.parts.map(({ platformPostId }) => platformPostId) : [];
    const common = { visibility: 'private', spoiler_text: 'Spiders' };
    expect(bodies()).toEqual([
      { status: 'First', media_ids: [expect.any(String)], ...common },
      { status: 'Second', media_ids: [expect.any(String)], ...common, in_reply_to_id: ids[0] },
      { status: 'Third', ...common, in_reply_to_id: ids[1] },
    ]);
    expect(new Set(bed.visibleRequests().map(({ headers }) => headers?.['idempotency-key'])).size).toBe(3);
    const described = bed.exchanges.flatMap(({ request, outcome }) => (request.url.endsWith('/api/v2/media') && outcome.kind === 'response' ? [JSON.parse(Buffer.from(outcome.body).toString()) as object] : []));
    expect(described).toMatchObject([{ description: 'One' }, { description: 'Two' }]);
  });
  it('takes what the account’s own server takes', async () => {
    const long = { text: 'x'.repeat(501) };
    expect(await bed.publish(connected, long)).toMatchObject({ kind: 'refused', category: 'content_rejected' });
    await bed.close();
    await open(simulateMastodon({ maxCharacters: 5000 }));
    expect(await bed.publish(connected, long)).toMatchObject({ kind: 'published' });
  });
  it('says which media a server left out', async () => {
    const publication = await ready('A picture', { media: [mediaFile({ type: 'image' })] });
    const original = bed.context(connected.credential.extra);
    const http: typeof original.http = {
      send: async (request) => {
        const outcome = await original.http.send(request);
        return outcome.kind === 'response' ? { ...outcome, body: Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(outcome.body).toString()), media_attachments: [] })) } : outcome;
      },
    };
    expect(await publish.submit({ ...original, http }, publication)).toMatchObject({ kind: 'published', warning: 'The server shows 0 of 1 media.' });
  });
});

describe('media', () => {
  it('are waited for while the server processes them', async () => {
    const video = mediaFile({ type: 'video' });
    const publication = bed.publication(connected, { text: 'x', media: [video] });
    const first = await publish.prepare?.(bed.context(), publication, async () => undefined);
    expect(first).toMatchObject({ kind: 'wait' });
    bed.exchanges.length = 0;
    const again = await publish.prepare?.(bed.context(), { ...publication, checkpoint: first?.kind === 'wait' ? first.checkpoint : {} }, async () => undefined);
    expect(again).toMatchObject({ kind: 'wait' });
    expect(paths()).toEqual([expect.stringMatching(/^GET \/api\/v1\/media\/\d+$/)]);
  });
  it('that were uploaded before a worker was killed are not uploaded again', async () => {
    const media = [mediaFile({ type: 'image' }), mediaFile({ type: 'image' })];
    let kept: Publication['checkpoint'] = {};
    let saves = 0;
    const dying = publish.prepare?.(bed.context(), bed.publication(connected, { text: 'x', media }), async (checkpoint) => {
      kept = structuredClone(checkpoint);
      saves += 1;
      if (saves === 2) throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    bed.exchanges.length = 0;
    await ready('x', { media, checkpoint: kept });
    expect(paths()).toEqual(['POST /api/v2/media']);
  });
  it('that the server has forgotten, or soon will, are uploaded again', async () => {
    const media = [mediaFile({ type: 'image' })];
    const forgotten = { after: '', media: [{ id: '1', isReady: false, uploadedAtMs: bed.nowMs }] };
    const { checkpoint } = await ready('x', { media, checkpoint: forgotten });
    await bed.pass(12 * HOUR_MS);
    expect(await submit(bed.publication(connected, { text: 'x', media }, { checkpoint }))).toMatchObject({ kind: 'unsent' });
    expect(await submit(await ready('x', { media, checkpoint }))).toMatchObject({ kind: 'published' });
    expect(paths().filter((path) => path === 'POST /api/v2/media')).toHaveLength(2);
  });
  it('that cannot be processed are refused, and so are those that never are', async () => {
    const broken = fileOf(Buffer.from('\0\0\0\x18ftypisom broken'), { type: 'video' });
    expect(await bed.prepare(bed.publication(connected, { text: 'x', media: [broken] }))).toMatchObject({ kind: 'refused', category: 'media_rejected', httpStatus: 422 });
    const media = [mediaFile({ type: 'video' })];
    const publication = bed.publication(connected, { text: 'x', media });
    const first = await publish.prepare?.(bed.context(), publication, async () => undefined);
    const slot = { ...(first?.kind === 'wait' ? (first.checkpoint['media'] as object[])[0] : {}), uploadedAtMs: bed.nowMs - HOUR_MS - 1 };
    const late = await publish.prepare?.(bed.context(), { ...publication, checkpoint: { after: '', media: [slot] } }, async () => undefined);
    expect(late).toMatchObject({ kind: 'refused', category: 'media_rejected', code: 'processing_timeout' });
  });
  it.each(['server_error_after', 'drop_before', 'malformed', 'redirect'] as const)('may be tried again after %s', async (kind) => {
    await bed.fault('upload', { kind });
    expect(await bed.prepare(bed.publication(connected, { text: 'x', media: [mediaFile({ type: 'image' })] }))).toMatchObject({ kind: 'refused', category: 'transient' });
  });
  it('of a type that the server does not know are refused as media', async () => {
    const odd = mediaFile({ type: 'image', mimeType: 'image/tiff' });
    expect(await bed.prepare(bed.publication(connected, { text: 'x', media: [odd] }))).toMatchObject({ kind: 'refused', category: 'media_rejected' });
  });
});

describe('an unknown outcome', () => {
  const lost = async (publication: Publication): Promise<void> => {
    await bed.fault('publish', { kind: 'drop_after' });
    expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
  };
  it('is not asked for by sending again when the key is over, but looked up', async () => {
    const publication = await ready('Hello');
    await lost(publication);
    await bed.pass(HOUR_MS);
    await submit(publication);
    expect(await bed.ledger()).toHaveLength(2);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
  });
  it.each(['  spaces and lines\r\nof <b>HTML</b> & "quotes" ', 'see https://example.com/?a=b&c=d, @bob@elsewhere.example #tag', '👨‍👩‍👧‍👦'])('is found by its text: %j', async (text) => {
    const publication = await ready(text);
    await submit(await ready('another'));
    await lost(publication);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId });
  });
  it('is not mistaken for an older post of the same text, warning, or thread', async () => {
    await submit(await ready('Hello'));
    const publication = await ready('Hello');
    await submit(await ready('Hello', { options: { spoilerText: 'Spiders' } }));
    const before = (await bed.ledger()).map(({ postId }) => ({ platformPostId: postId, platformPostUrl: null }));
    await submit(await ready('Hello', { before }));
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
    await lost(publication);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger()).at(-1)?.postId });
  });
  it('is not mistaken for a post that overtook it', async () => {
    const publication = await ready('Hello');
    const other = await submit(await ready('Hello'));
    expect(await bed.lookup(publication, bed.nowMs, other.kind === 'published' ? [other.platformPostId] : [])).toEqual({ kind: 'absent' });
  });
  it('of a part of a thread is found behind the part before it', async () => {
    const first = await submit(await ready('First'));
    const before = first.kind === 'published' ? [first] : [];
    const publication = await ready('Second', { before });
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
    await lost(publication);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published' });
  });
  it('of posts with media is told by the media', async () => {
    const media = [mediaFile({ type: 'image' })];
    const [one, other] = [await ready('', { media }), await ready('', { media })];
    await lost(one);
    expect(await bed.lookup(other)).toEqual({ kind: 'absent' });
    expect(await bed.lookup(one)).toMatchObject({ kind: 'published' });
  });
  it('is found pages later, and not looked for without end', async () => {
    const publication = await ready('Hello');
    for (let count = 0; count < 50; count += 1) await submit(await ready(`other ${count}`));
    await lost(publication);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'published' });
    const absent = await ready('Never', { checkpoint: { after: '', media: [] } });
    for (let count = 0; count < 150; count += 1) await submit(await ready(`more ${count}`, { checkpoint: { after: '', media: [] } }));
    expect(await bed.lookup(absent)).toMatchObject({ kind: 'inconclusive' });
  });
  it('stays open when it is not known what the account had published before', async () => {
    expect(await bed.lookup(bed.publication(connected, { text: 'Hello' }))).toMatchObject({ kind: 'inconclusive', isFinal: true });
  });
  it('the latest post is noted once, before the first attempt', async () => {
    const publication = await ready('Hello');
    await lost(publication);
    const again = await ready('Hello', { checkpoint: publication.checkpoint });
    expect(again.checkpoint).toEqual(publication.checkpoint);
  });
});

it('counts at servers that have no bulk reading', async () => {
  const first = await submit(await ready('First'));
  const id = first.kind === 'published' ? first.platformPostId : '';
  await bed.fault('analytics', { kind: 'refuse', error: 'reply_missing' });
  const reading = await bed.analytics(connected, [id, '1']);
  expect(reading).toMatchObject({ kind: 'metrics', posts: { [id]: { likes: 0, comments: 0, shares: 0, views: null } } });
  expect(paths().slice(-3)).toEqual(['GET /api/v1/statuses', `GET /api/v1/statuses/${id}`, 'GET /api/v1/statuses/1']);
});

it('takes a budget of 30 uploads in half an hour for the media of each part, and of posts for each part', () => {
  const content = { text: 'x', options: {} };
  const told = mastodon.manifest.budgets?.map(({ unit, max, window, cost }) => [unit, max, window.kind === 'rolling' && window.ms, [0, 4].map((media) => cost(1, content, media))]);
  expect(told).toEqual([
    ['posts', 300, 3 * HOUR_MS, [1, 1]],
    ['media uploads', 30, HOUR_MS / 2, [0, 4]],
  ]);
});
