import type { LookupReading, Publication } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { pinterest } from './index.ts';
import { pinterestSimulator } from './simulator.ts';
import { boardIdOf, sectionIdOf } from './simulator/world.ts';

const { publish } = pinterest;
const MINUTE_MS = 60_000;
const boardId = boardIdOf('jane', 0);
const OPTIONS = { boardId, title: 'Soup', link: 'https://recipes.example', altText: 'A bowl' };
const TEXT = 'How to  cook it\nwell ';

let bed: Testbed;
let jane: Connected;
beforeEach(async () => {
  bed = await Testbed.open(pinterest, pinterestSimulator);
  jane = await bed.connectByOAuth('jane');
});
afterEach(() => bed.close());

const picture = () => mediaFile({ type: 'image' });
const example = (options: object = {}, more: Partial<Example> = {}): Example => ({ text: TEXT, media: [picture()], ...more, options: { ...OPTIONS, ...options } });
const ready = async (connected: Connected, given: Example): Promise<Publication> => {
  const publication = await bed.prepare(bed.publication(connected, given));
  if ('kind' in publication) throw new Error(publication.message);
  return publication;
};
/** Sends it, and the answer is lost. */
const lose = async (publication: Publication, kind: 'drop_after' | 'drop_before' = 'drop_after'): Promise<number> => {
  await bed.fault('publish', { kind });
  const atMs = bed.nowMs;
  expect(await publish.submit(bed.context(), publication)).toMatchObject({ kind: 'unknown' });
  await bed.pass(5 * MINUTE_MS);
  return atMs;
};
const asked = async (publication: Publication, kind: 'drop_after' | 'drop_before' = 'drop_after'): Promise<LookupReading | undefined> => bed.lookup(publication, await lose(publication, kind));
const madeBy = async (connected: Connected, given: Example): Promise<string> => {
  const ended = await bed.publish(connected, given);
  return ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : Promise.reject(new Error(ended.kind));
};
const newest = async (): Promise<string | undefined> => (await bed.ledger()).at(-1)?.postId;

describe('a look-up', () => {
  it('finds the pin by all its words, as Pinterest writes them', async () => {
    const reading = await asked(await ready(jane, example()));
    const id = await newest();
    expect(reading).toEqual({ kind: 'published', platformPostId: id, platformPostUrl: `${bed.url}/pinterest/web/pin/${id}/` });
  });

  it.each<readonly [string, Example]>([
    ['a section', example({ boardSectionId: sectionIdOf('jane', 1) })],
    ['several pictures', example({}, { media: [picture(), picture()] })],
    ['a video', example({}, { media: [mediaFile({ type: 'video' })] })],
    ['a pin with a text alone', { text: 'Only words', media: [picture()], options: { boardId } }],
    ['a pin with a link alone', { text: '', media: [picture()], options: { boardId, link: 'https://recipes.example/a' } }],
  ])('finds %s', async (_name, given) => {
    const reading = await asked(await ready(jane, given));
    expect(reading).toMatchObject({ kind: 'published', platformPostId: await newest() });
  });

  it('does not take a pin of before for it, be it the very same', async () => {
    await madeBy(jane, example());
    await bed.pass(1000);
    expect(await asked(await ready(jane, example()), 'drop_before')).toEqual({ kind: 'absent' });
  });

  it('still knows the first attempt when a second one is lost as well', async () => {
    const publication = await ready(jane, example());
    await bed.fault('publish', { kind: 'commit_late', ms: 9 * MINUTE_MS });
    const firstAtMs = bed.nowMs;
    expect(await publish.submit(bed.context(), publication)).toMatchObject({ kind: 'unknown' });
    await bed.pass(5 * MINUTE_MS);
    expect(await bed.lookup(publication, firstAtMs)).toEqual({ kind: 'absent' });
    await bed.pass(4 * MINUTE_MS);
    // It came after all; the preparation of the next attempt must not count it to what was there before.
    const again = await bed.prepare(publication);
    if ('kind' in again) throw new Error(again.message);
    expect(again.checkpoint).toEqual(publication.checkpoint);
    expect(await bed.lookup(again, bed.nowMs)).toMatchObject({ kind: 'published' });
  });

  it.each<readonly [string, object, Partial<Example>]>([
    ['another title', { title: 'Stew' }, {}],
    ['another link', { link: 'https://recipes.example/stew' }, {}],
    ['another text', {}, { text: 'Otherwise' }],
    ['another alt text', { altText: 'A plate' }, {}],
    ['no alt text', { altText: undefined }, {}],
  ])('leaves it open where a new pin is the same but for %s', async (_name, options, more) => {
    const publication = await ready(jane, example());
    const atMs = await lose(publication, 'drop_before');
    const like = await madeBy(jane, example(options, more));
    expect(await bed.lookup(publication, atMs)).toEqual({ kind: 'inconclusive', message: expect.stringContaining(like) });
  });

  it.each<readonly [string, Example]>([
    ['shares no word with it', { text: 'Otherwise', media: [picture()], options: { boardId, title: 'Stew', link: 'https://other.example/' } }],
    ['is no single picture', example({}, { media: [picture(), picture()] })],
    ['is in a section', example({ boardSectionId: sectionIdOf('jane', 0) })],
    ['is on another board', example({ boardId: boardIdOf('jane', 1) })],
  ])('is not disturbed by a new pin that %s', async (_name, other) => {
    const publication = await ready(jane, example());
    const atMs = await lose(publication, 'drop_before');
    await madeBy(jane, other);
    expect(await bed.lookup(publication, atMs)).toEqual({ kind: 'absent' });
  });

  it('takes the same pin for it neither when it is of somebody else nor when it has no date', async () => {
    const publication = await ready(jane, example());
    const pin = { id: '7', created_at: new Date(bed.nowMs).toISOString(), title: 'Soup', description: TEXT, link: 'https://recipes.example/', alt_text: 'A bowl', board_section_id: null };
    const told = async (more: object) => {
      const body = Buffer.from(JSON.stringify({ items: [{ ...pin, ...more }], bookmark: null }));
      const send = async () => ({ kind: 'response', status: 200, headers: {}, body }) as const;
      return publish.lookup?.({ ...bed.context(), http: { send } }, publication, { dispatchedAtMs: bed.nowMs, taken: new Set() });
    };
    expect(await told({ is_owner: true })).toMatchObject({ kind: 'published', platformPostId: '7' });
    expect(await told({ is_owner: false })).toEqual({ kind: 'absent' });
    expect(await told({ created_at: null })).toMatchObject({ kind: 'inconclusive' });
  });

  it('leaves it open where nothing tells the pin apart', async () => {
    const wordless: Example = { text: '', media: [picture()], options: { boardId } };
    expect(await asked(await ready(jane, wordless))).toMatchObject({ kind: 'inconclusive' });
    const other = await ready(jane, { ...wordless, options: { boardId: boardIdOf('jane', 1) } });
    expect(await asked(other, 'drop_before')).toEqual({ kind: 'absent' });
  });
});

describe('the list of a board', () => {
  const pins = async (connected: Connected, board: string, apartMs: number): Promise<void> => {
    for (let made = 0; made < 251; made += 1) {
      await madeBy(connected, { text: `Other ${made}`, media: [picture()], options: { boardId: board } });
      await bed.pass(apartMs);
    }
    await bed.pass(10 * MINUTE_MS);
  };
  const listings = (): number => bed.exchanges.filter(({ request }) => /boards\/\d+\/pins/.test(request.url)).length;

  it.each<readonly [string, string, number, number]>([
    ['is left where it is older than the attempt', 'jane', 1000, 1],
    ['is read to its end when it does not go back in time', 'shuffled_joe', 1000, 2],
    ['is read to its end when nobody can tell whether it does', 'shuffled_jim', 0, 2],
  ])('%s', async (_name, name, apartMs, pages) => {
    const connected = await bed.connectByOAuth(name);
    await pins(connected, boardIdOf(name, 0), apartMs);
    const publication = await ready(connected, example({ boardId: boardIdOf(name, 0) }));
    const atMs = await lose(publication);
    const before = listings();
    expect(await bed.lookup(publication, atMs)).toMatchObject({ kind: 'published', platformPostId: await newest() });
    expect(listings() - before).toBe(pages);
  });

  it('that has no end says nothing', async () => {
    const publication = await ready(jane, example());
    const context = bed.context();
    const page = { items: [{ id: '1', created_at: '2026-01-01T00:00:00', title: 'Other' }], bookmark: 'next' };
    const send = async () => ({ kind: 'response', status: 200, headers: {}, body: Buffer.from(JSON.stringify(page)) }) as const;
    expect(await publish.lookup?.({ ...context, http: { send } }, publication, { dispatchedAtMs: bed.nowMs, taken: new Set() })).toMatchObject({ kind: 'inconclusive' });
  });

  it('tells by its times whether a pin may be of the attempt', async () => {
    const publication = await ready(jane, example());
    const atMs = await lose(publication);
    expect(await bed.lookup(publication, atMs)).toMatchObject({ kind: 'published' });
    expect(await bed.lookup(publication, atMs + 2 * MINUTE_MS)).toEqual({ kind: 'absent' });
    expect(await bed.lookup(publication, atMs + MINUTE_MS / 2)).toMatchObject({ kind: 'published' });
  });
});
