import type { CallContext, HttpOutcome, Publication } from '../kit/index.ts';
import { mediaFile, Testbed, type Connected, type Example } from '../kit/testbed.spec-support.ts';
import { answering, answerOf, film, LOST } from './film.spec-support.ts';
import { tiktok } from './index.ts';
import { simulateTikTok } from './simulator.ts';

const MINUTE_MS = 60_000;
const { publish } = tiktok;

let bed: Testbed;
let jane: Connected;
const openBed = async (options: Parameters<typeof simulateTikTok>[0] = {}, name = 'jane'): Promise<void> => {
  bed = await Testbed.open(tiktok, simulateTikTok(options));
  jane = await bed.connectByOAuth(name);
};
beforeEach(() => openBed());
afterEach(() => bed.close());

const photo = () => mediaFile({ type: 'image' });
const video = (size = 1000) => film(size);
const ready = async (example: Example, connected = jane): Promise<Publication> => {
  const prepared = await bed.prepare(bed.publication(connected, example));
  if ('kind' in prepared) throw new Error(prepared.message);
  return prepared;
};
const submitted = async (example: Example): Promise<{ given: Publication; handle: string }> => {
  const given = await ready(example);
  const outcome = await publish.submit(bed.context(), given);
  if (outcome.kind !== 'submitted') throw new Error(JSON.stringify(outcome));
  return { given, handle: outcome.handle };
};
const status = (given: Publication, handle: string, context: CallContext = bed.context()) => publish.status(context, given, handle);
const lookup = (given: Publication, context: CallContext = bed.context(), dispatchedAtMs = bed.nowMs, taken: readonly string[] = []) =>
  publish.lookup(context, given, { dispatchedAtMs, taken: new Set(taken) });
const telling = (outcome: HttpOutcome): CallContext => answering(bed, ({ url }) => url.endsWith('/status/fetch/'), outcome);
const state = (data: object): HttpOutcome => answerOf(200, JSON.stringify({ data, error: { code: 'ok', message: '', log_id: '' } }));
const refusal = (code: string, http = 400): HttpOutcome => answerOf(http, JSON.stringify({ data: {}, error: { code, message: 'Words' } }));

describe('the state of a publication', () => {
  it('is followed through processing and moderation to the id', async () => {
    await bed.close();
    await openBed({ processingMs: 30_000, moderationMs: 5 * MINUTE_MS });
    const { given, handle } = await submitted({ text: 'V', media: [video()] });
    expect(await status(given, handle)).toEqual({ kind: 'processing', retryInMs: 10_000 });
    await bed.pass(30_000);
    expect(await status(given, handle)).toEqual({ kind: 'processing', retryInMs: 10_000 });
    await bed.pass(2 * MINUTE_MS);
    expect(await status(given, handle)).toEqual({ kind: 'processing', retryInMs: 30_000 });
    await bed.pass(5 * MINUTE_MS);
    expect(await status(given, handle)).toMatchObject({ kind: 'published', platformPostId: (await bed.ledger())[0]?.postId });
  });

  it('of a post that stays in moderation ends without the id, with a word on it', async () => {
    await bed.close();
    await openBed({ moderationMs: 24 * 60 * MINUTE_MS });
    const { given, handle } = await submitted({ text: 'V', media: [video()] });
    await bed.pass(6 * 60 * MINUTE_MS - 1);
    expect(await status(given, handle)).toEqual({ kind: 'processing', retryInMs: 5 * MINUTE_MS });
    await bed.pass(1);
    const platformPostUrl = expect.stringMatching(/\/@jane$/);
    expect(await status(given, handle)).toEqual({ kind: 'published', platformPostId: handle, platformPostUrl, warning: expect.stringContaining('moderating') });
  });

  it('of a post that is not public ends without the id at once', async () => {
    const { given, handle } = await submitted({ text: 'V', media: [video()], options: { privacyLevel: 'SELF_ONLY' } });
    await bed.pass(MINUTE_MS);
    expect(await status(given, handle)).toEqual({ kind: 'published', platformPostId: handle, platformPostUrl: expect.stringMatching(/\/@jane$/) });
  });

  it('reads ids as numbers and as texts, whole', async () => {
    const { given, handle } = await submitted({ text: 'V', media: [video()] });
    for (const id of ['7512345678901234567', '"7512345678901234567"']) {
      const body = `{"data":{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[${id}]},"error":{"code":"ok"}}`;
      expect(await status(given, handle, telling(answerOf(200, body)))).toMatchObject({ kind: 'published', platformPostId: '7512345678901234567' });
    }
  });

  it.each([
    ['file_format_check_failed', 'media_rejected'],
    ['spam_risk', 'content_rejected'],
    ['auth_removed', 'reconnect_required'],
    ['internal', 'transient'],
    ['spam_risk_too_many_posts', 'quota_exhausted'],
  ])('that failed with %s is told as %s', async (reason, category) => {
    const { given, handle } = await submitted({ text: `Fails ${reason}`, media: [video()] });
    await bed.pass(MINUTE_MS);
    expect(await status(given, handle)).toMatchObject({ kind: 'rejected', category, code: reason });
    expect(await bed.ledger()).toEqual([]);
  });

  it('of a file that is none ends in TikTok’s reason', async () => {
    const { given, handle } = await submitted({ text: 'V', media: [{ ...mediaFile({ type: 'document' }), type: 'video', mimeType: 'video/mp4', durationMs: 5000 }] });
    await bed.pass(MINUTE_MS);
    expect(await status(given, handle)).toMatchObject({ kind: 'rejected', code: 'file_format_check_failed' });
  });

  it('is asked for again where the question itself is refused: that says nothing of the post', async () => {
    const { given, handle } = await submitted({ text: 'V', media: [video()] });
    const refusals = [LOST, answerOf(503), refusal('access_token_invalid', 401), refusal('rate_limit_exceeded', 429), refusal('invalid_publish_id'), refusal('scope_not_authorized', 401), refusal('spam_risk', 403)];
    for (const outcome of refusals) expect(await status(given, handle, telling(outcome))).toMatchObject({ kind: 'refused' });
    expect(await status(given, handle, telling(state({ status: 'NEWS' })))).toMatchObject({ kind: 'refused', category: 'transient' });
  });

  it('is no one else’s to know', async () => {
    const { given, handle } = await submitted({ text: 'V', media: [video()] });
    const other = await bed.connectByOAuth('mary');
    expect(await status({ ...given, credential: other.credential }, handle)).toMatchObject({ kind: 'refused' });
    expect(bed.exchanges.at(-1)?.outcome).toMatchObject({ status: 400 });
  });
});

describe('the look-up of a video', () => {
  it.each([
    ['all bytes are there', { status: 'PROCESSING_UPLOAD', uploaded_bytes: 1000 }, 'inconclusive'],
    ['bytes are missing', { status: 'PROCESSING_UPLOAD', uploaded_bytes: 999 }, 'absent'],
    ['the bytes are not told', { status: 'PROCESSING_UPLOAD' }, 'inconclusive'],
    ['it failed', { status: 'FAILED', fail_reason: 'internal' }, 'absent'],
    ['it is complete', { status: 'PUBLISH_COMPLETE', publicaly_available_post_id: [] }, 'published'],
    ['it is in the inbox', { status: 'SEND_TO_USER_INBOX' }, 'published'],
    ['it is being fetched', { status: 'PROCESSING_DOWNLOAD' }, 'inconclusive'],
  ])('when %s', async (_name, data, kind) => expect(await lookup(await ready({ text: 'V', media: [video()] }), telling(state(data)))).toMatchObject({ kind }));

  it('knows that without a handle nothing was sent', async () => {
    expect(await lookup(bed.publication(jane, { text: 'V', media: [video()] }))).toEqual({ kind: 'absent' });
  });

  it('says nothing where TikTok does not', async () => {
    const given = await ready({ text: 'V', media: [video()] });
    for (const outcome of [LOST, answerOf(500), answerOf(200, '{}'), refusal('access_token_invalid', 401)]) expect(await lookup(given, telling(outcome))).toMatchObject({ kind: 'inconclusive' });
    expect(bed.exchanges.some(({ request }) => request.url.includes('/video/list/'))).toBe(false);
  });

  it('asks the list when TikTok does not know the handle any more, which proves a post and never its absence', async () => {
    const { given } = await submitted({ text: 'Words #tag', media: [video()] });
    const dispatchedAtMs = bed.nowMs;
    const forgotten = () => telling(refusal('invalid_publish_id'));
    expect(await lookup(given, forgotten(), dispatchedAtMs)).toMatchObject({ kind: 'inconclusive' });
    await bed.pass(MINUTE_MS);
    const [entry] = await bed.ledger();
    expect(await lookup(given, forgotten(), dispatchedAtMs)).toMatchObject({ kind: 'published', platformPostId: entry?.postId });
    expect(await lookup(given, forgotten(), dispatchedAtMs, [entry?.postId ?? ''])).toMatchObject({ kind: 'inconclusive' });
  });
});

describe('the look-up of photos', () => {
  /** Photos whose answer was lost. */
  const lost = async (example: Partial<Example> = {}): Promise<{ given: Publication; atMs: number }> => {
    const given = await ready({ text: 'A title', media: [photo()], ...example });
    await bed.fault('publish', { kind: 'drop_after' });
    const atMs = bed.nowMs;
    expect(await publish.submit(bed.context(), given)).toMatchObject({ kind: 'unknown' });
    await bed.pass(5 * MINUTE_MS);
    return { given, atMs };
  };

  it.each([
    ['title and description', {}],
    ['a long text', { text: `${'word '.repeat(60)}end` }],
    ['lines and spaces', { text: 'One\n\ntwo   three ' }],
    ['a description of its own', { options: { description: 'Below' } }],
  ])('finds them by %s in the list', async (_name, example) => {
    const { given, atMs } = await lost(example);
    const [entry] = await bed.ledger();
    expect(await lookup(given, bed.context(), atMs)).toMatchObject({ kind: 'published', platformPostId: entry?.postId, platformPostUrl: expect.stringContaining(`/photo/${entry?.postId}`) });
  });

  it.each([
    ['are not for everybody', { options: { privacyLevel: 'SELF_ONLY' } }],
    ['are a draft', { options: { draft: true } }],
    ['have no words', { text: '' }],
  ])('leaves it to a person when they %s', async (_name, example) => {
    const { given, atMs } = await lost(example);
    const before = bed.exchanges.length;
    expect(await lookup(given, bed.context(), atMs)).toMatchObject({ kind: 'inconclusive', isFinal: true });
    expect(bed.exchanges).toHaveLength(before);
  });

  it('takes no other post for them: other words, or an earlier time', async () => {
    await bed.publish(jane, { text: 'A title', media: [photo()] });
    await bed.publish(jane, { text: 'A title and more', media: [photo()] });
    await bed.pass(5 * MINUTE_MS);
    const given = await ready({ text: 'A title', media: [photo()] });
    await bed.fault('publish', { kind: 'drop_before' });
    const atMs = bed.nowMs;
    await publish.submit(bed.context(), given);
    await bed.publish(jane, { text: 'A title and more', media: [photo()] });
    await bed.publish(jane, { text: 'A title', media: [photo()], options: { description: 'Of another post' } });
    await bed.publish(jane, { text: '', media: [photo()] });
    await bed.pass(5 * MINUTE_MS);
    expect(await lookup(given, bed.context(), atMs)).toMatchObject({ kind: 'inconclusive', message: expect.stringContaining('proves nothing') });
  });

  it('takes the older of two, which is the one that was in doubt', async () => {
    const { given, atMs } = await lost();
    const [entry] = await bed.ledger();
    await bed.publish(jane, { text: 'A title', media: [photo()] });
    await bed.pass(MINUTE_MS);
    expect(await lookup(given, bed.context(), atMs)).toMatchObject({ kind: 'published', platformPostId: entry?.postId });
  });

  it('says nothing without the permission to read the list', async () => {
    await bed.close();
    await openBed({}, 'unlisted_jane');
    const { given, atMs } = await lost();
    expect(await lookup(given, bed.context(), atMs)).toMatchObject({ kind: 'inconclusive', message: expect.stringContaining('scope') });
  });
});

describe('analytics', () => {
  it('asks for twenty posts at once, and for those only that have an id', async () => {
    const ended = await bed.publish(jane, { text: 'V', media: [video()] });
    const [entry] = await bed.ledger();
    const id = entry?.postId ?? '';
    expect(ended).toMatchObject({ kind: 'published', parts: [{ platformPostId: id }] });
    const reading = await bed.analytics(jane, [id, 'v_pub_file~v2-1.1']);
    expect(reading).toEqual({
      kind: 'metrics',
      posts: { [id]: { views: expect.any(Number), likes: expect.any(Number), comments: expect.any(Number), shares: expect.any(Number), impressions: null, reach: null, saves: null, clicks: null } },
    });
    expect(JSON.parse(String(bed.exchanges.at(-1)?.request.body))).toEqual({ filters: { video_ids: [id] } });
    const before = bed.exchanges.length;
    expect(await bed.analytics(jane, ['v_pub_file~v2-1.1'])).toEqual({ kind: 'metrics', posts: {} });
    expect(bed.exchanges).toHaveLength(before);
    expect(tiktok.analytics.batchSize).toBe(20);
  });

  it('tells others nothing', async () => {
    await bed.publish(jane, { text: 'V', media: [video()] });
    const id = (await bed.ledger())[0]?.postId ?? '';
    expect(await bed.analytics(await bed.connectByOAuth('mary'), [id])).toEqual({ kind: 'metrics', posts: {} });
    expect(await bed.analytics(await bed.connectByOAuth('unlisted_mary'), [id])).toMatchObject({ kind: 'refused', category: 'scope_missing' });
  });
});

describe('the reading creatorInfo', () => {
  const read = ({ account, credential }: Connected) => tiktok.readings.creatorInfo(bed.context(), { account, credential });

  it('tells what the creator may post now', async () => {
    expect(await read(jane)).toEqual({
      kind: 'reading',
      value: {
        ...{ creatorAvatarUrl: expect.stringMatching(/^https:/), creatorUsername: 'jane', creatorNickname: 'jane on TikTok', maxVideoPostDurationSec: 600 },
        ...{ privacyLevelOptions: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], commentDisabled: false, duetDisabled: false, stitchDisabled: false },
      },
    });
    const hidden = await read(await bed.connectByOAuth('private_jane'));
    expect(hidden).toMatchObject({ value: { privacyLevelOptions: ['MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'], duetDisabled: true } });
  });

  it('is without what only TikTok knows', async () => {
    const body = { privacy_level_options: ['SELF_ONLY', 'CLOSE_FRIENDS'], comment_disabled: false, duet_disabled: true, stitch_disabled: true, max_video_post_duration_sec: 300 };
    const context = answering(bed, () => true, state(body));
    const value = { creatorAvatarUrl: null, creatorUsername: null, creatorNickname: null, privacyLevelOptions: ['SELF_ONLY'], maxVideoPostDurationSec: 300 };
    expect(await tiktok.readings.creatorInfo(context, jane)).toMatchObject({ kind: 'reading', value });
  });

  it('says why there is none', async () => {
    expect(await read(await bed.connectByOAuth('banned_jane'))).toMatchObject({ kind: 'refused', category: 'account_restricted' });
    expect(await read(await bed.connectByOAuth('drafts_jane'))).toMatchObject({ kind: 'refused', category: 'scope_missing' });
    for (let count = 0; count < 20; count += 1) await read(jane);
    expect(await read(jane)).toMatchObject({ kind: 'refused', category: 'rate_limited' });
    await bed.pass(MINUTE_MS);
    expect(await read(jane)).toMatchObject({ kind: 'reading' });
  });
});
