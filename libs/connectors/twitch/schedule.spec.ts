import type { Publication } from '../kit/index.ts';
import { Testbed, type Connected } from '../kit/testbed.spec-support.ts';
import { twitch } from './index.ts';
import { twitchSimulator } from './simulator.ts';

let bed: Testbed;
let connected: Connected;
beforeEach(async () => {
  bed = await Testbed.open(twitch, twitchSimulator);
  connected = await bed.connectByOAuth();
});
afterEach(() => bed.close());

const START = '2026-12-01T20:00:00.500+01:00';
const broadcast = (options: object = {}, text = 'Monthly update') => ({ text, options: { contentType: 'schedule', startTime: START, timezone: 'Europe/Berlin', durationMinutes: 90, ...options } });
const plan = async (options: object = {}, text?: string): Promise<string> => {
  const ended = await bed.publish(connected, broadcast(options, text));
  if (ended.kind !== 'published') throw new Error(JSON.stringify(ended));
  return ended.parts[0]?.platformPostId ?? '';
};
const ready = async (options: object = {}): Promise<Publication> => {
  const prepared = await bed.prepare(bed.publication(connected, broadcast(options)));
  if ('kind' in prepared) throw new Error(prepared.message);
  return prepared;
};
const submit = (publication: Publication) => twitch.publish.submit(bed.context(), publication);
const lose = async (publication: Publication, kind: 'drop_before' | 'drop_after' = 'drop_after'): Promise<void> => {
  await bed.fault('publish', { kind });
  expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
};

describe('a broadcast in the schedule', () => {
  it('is one call with its beginning in UTC, and has its own id and the address of the schedule', async () => {
    const ended = await bed.publish(connected, broadcast({ categoryId: '509670' }));
    expect(ended).toMatchObject({ parts: [{ platformPostId: (await bed.ledger())[0]?.postId, platformPostUrl: `${bed.url}/twitch/web/sandbox_user/schedule` }] });
    const [call] = bed.visibleRequests();
    expect(new URL(call?.url ?? '').pathname).toBe('/twitch/api/schedule/segment');
    expect(JSON.parse(String(call?.body))).toEqual({
      ...{ start_time: '2026-12-01T19:00:00Z', timezone: 'Europe/Berlin', duration: '90', is_recurring: false, category_id: '509670', title: 'Monthly update' },
    });
  });
  it('is refused for what the channel is, when that was not known before', async () => {
    connected = await bed.connectByOAuth('plain_channel');
    expect(connected.account.metadata).toEqual({ broadcasterType: '' });
    expect(await bed.publish(connected, broadcast())).toMatchObject({ kind: 'refused', category: 'account_restricted', message: expect.stringContaining('partners and affiliates') });
    expect(await bed.publish(connected, broadcast({ isRecurring: true }))).toMatchObject({ kind: 'published' });
  });
  it('is not known to be there after an answer without an id', async () => {
    const publication = await ready();
    await bed.fault('publish', { kind: 'malformed' });
    expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
  });
});

describe('a lost outcome of a broadcast', () => {
  it.each([false, true])('is found by its beginning and its title, recurring: %s', async (isRecurring) => {
    await plan({ isRecurring }, 'Another show');
    const publication = await ready({ isRecurring });
    await lose(publication);
    expect(await bed.lookup(publication)).toEqual({ kind: 'published', platformPostId: (await bed.ledger())[1]?.postId, platformPostUrl: `${bed.url}/twitch/web/sandbox_user/schedule` });
  });
  it('is not found where there is no schedule at all, nor in others of it', async () => {
    const publication = await ready();
    await lose(publication, 'drop_before');
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
    await plan({ isRecurring: true });
    await plan({ startTime: '2026-12-01T20:00:01+01:00' });
    await plan({}, 'Another show');
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
  });
  it('is not found in one that was there before the first attempt', async () => {
    const before = await plan();
    const publication = await ready();
    await lose(publication, 'drop_before');
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
    const again = await bed.prepare(publication);
    if ('kind' in again) throw new Error(again.message);
    await lose(again);
    expect(await bed.lookup(again)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger()).find(({ postId }) => postId !== before)?.postId });
  });
  it('is found although a further attempt was prepared after it', async () => {
    const publication = await ready();
    await lose(publication);
    const again = await bed.prepare(publication);
    if ('kind' in again) throw new Error(again.message);
    expect(await bed.lookup(again)).toMatchObject({ kind: 'published' });
  });
  it('is not found in another post of the same words that Plaza knows', async () => {
    const publication = await ready();
    await lose(publication, 'drop_before');
    const other = await plan();
    expect(await bed.lookup(publication, bed.nowMs, [other])).toEqual({ kind: 'absent' });
  });
  it('stays open when it is not known what stood there before, and while there are more than one answer tells', async () => {
    const publication = await ready();
    await lose(publication, 'drop_before');
    expect(await bed.lookup({ ...publication, checkpoint: {} })).toMatchObject({ kind: 'inconclusive', isFinal: true });
    for (let show = 0; show < 25; show += 1) await plan({}, `Show ${show}`);
    expect(await bed.lookup(publication)).toMatchObject({ kind: 'inconclusive' });
  });
  it('is denied although the list goes on, when it has gone beyond that time', async () => {
    const publication = await ready();
    await lose(publication, 'drop_before');
    await plan({ isRecurring: true, startTime: '2026-12-02T19:00:00Z' });
    expect(await bed.lookup(publication)).toEqual({ kind: 'absent' });
  });
  it('stays open while a list that goes on does not go forward in time, from which nothing follows', async () => {
    const publication = await ready();
    await plan({ isRecurring: true, startTime: '2026-12-02T19:00:00Z' });
    const original = bed.context();
    const http: typeof original.http = {
      send: async (request) => {
        const outcome = await original.http.send(request);
        if (outcome.kind !== 'response') return outcome;
        const { data } = JSON.parse(Buffer.from(outcome.body).toString()) as { data: { segments: object[] } };
        return { ...outcome, body: Buffer.from(JSON.stringify({ data: { ...data, segments: data.segments.toReversed() } })) };
      },
    };
    expect(await twitch.publish.lookup?.({ ...original, http }, publication, { dispatchedAtMs: bed.nowMs, taken: new Set() })).toMatchObject({ kind: 'inconclusive' });
  });
});

describe('deleting', () => {
  it('takes a whole series away', async () => {
    const id = await plan({ isRecurring: true });
    expect(await bed.remove(connected, id)).toEqual({ kind: 'deleted' });
    expect(await bed.ledger()).toMatchObject([{ deleted: true }]);
  });
  it.each([{}, { contentType: 'announcement' }, { contentType: 'title' }])('of %j is refused with the reason, and Twitch is not asked', async (options) => {
    const ended = await bed.publish(connected, { text: 'Hello', options });
    bed.exchanges.length = 0;
    const id = ended.kind === 'published' ? (ended.parts[0]?.platformPostId ?? '') : '';
    expect(await bed.remove(connected, id)).toMatchObject({ kind: 'refused', message: expect.stringContaining('broadcasts of the schedule only') });
    expect(bed.exchanges).toEqual([]);
  });
  it('takes the example of the reference for a segment, and the id of a message for none', async () => {
    await plan();
    const example = 'eyJzZWdtZW50SUQiOiJlNGFjYzcyNC0zNzFmLTQwMmMtODFjYS0yM2FkYTc5NzU5ZDQiLCJpc29ZZWFyIjoyMDIxLCJpc29XZWVrIjoyNn0=';
    expect(await bed.remove(connected, example)).toEqual({ kind: 'deleted' });
    expect(await bed.remove(connected, 'e4acc724-371f-402c-81ca-23ada79759d4')).toMatchObject({ kind: 'refused', code: 'unsupported' });
  });
  it('says why it did not', async () => {
    const id = await plan();
    await bed.fault('delete', { kind: 'server_error_before' });
    expect(await bed.remove(connected, id)).toMatchObject({ kind: 'refused', category: 'transient' });
  });
});
