import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { instagram } from './index.ts';
import { DAY, fetchMedia, publishingAt, START } from './session.spec-support.ts';
import { instagramSimulator } from './simulator.ts';

const http = createHttp({ userAgent: 'Plaza test', deadlineMs: 5000 });
let sandbox: ListeningSandbox;
let nowMs = START;
let late: (() => void)[] = [];

beforeEach(async () => {
  nowMs = START;
  late = [];
  const later = (_ms: number, task: () => void) => {
    late.push(task);
    return () => undefined;
  };
  const simulators = [{ platform: 'instagram', create: instagramSimulator }];
  sandbox = await listenOnLoopback({ simulators, now: () => nowMs, fetchMedia, later });
});
afterEach(() => sandbox.close());
afterAll(() => http.close());

const { context, fault, ledger, publicationOf, prepared, submit, lookup } = publishingAt({
  http,
  url: () => sandbox.url,
  nowMs: () => nowMs,
  wait: (ms) => void (nowMs += ms),
});

describe('an outcome that is not known', () => {
  it.each<readonly [string, object, number]>([
    ['the answer is lost', { kind: 'drop_after' }, 1],
    ['the request is lost', { kind: 'drop_before' }, 0],
    ['an error follows the commit', { kind: 'server_error_after', status: 500 }, 1],
    ['an error precedes the commit', { kind: 'server_error_before', status: 503 }, 0],
    ['the answer is garbage', { kind: 'malformed' }, 1],
    ['the answer is a redirect', { kind: 'redirect' }, 0],
    ['Instagram speaks of an error of its own', { kind: 'refuse', error: 'server_error' }, 0],
  ])('is unknown when %s, and the container’s status settles it', async (_name, body, made) => {
    const publication = await prepared(await publicationOf());
    await fault('publish', body);
    expect(await submit(publication)).toMatchObject({ kind: 'unknown' });
    const found = await lookup(publication);
    expect(found?.kind).toBe(made === 1 ? 'published' : 'absent');
    const entries = await ledger();
    expect(entries).toHaveLength(made);
    if (found?.kind === 'published')
      expect(found).toMatchObject({ platformPostId: entries[0]?.postId, platformPostUrl: expect.stringContaining('/p/') });
    if (made === 0) expect((await submit(publication)).kind).toBe('published');
  });

  it('finds a story in the list of stories', async () => {
    const story = await prepared(await publicationOf({ content: { text: '', options: { contentType: 'story' } } }));
    await fault('publish', { kind: 'drop_after' });
    await submit(story);
    expect(await lookup(story)).toMatchObject({ kind: 'published' });
  });

  it('takes no older post with the same caption for its own', async () => {
    const older = await prepared(await publicationOf());
    await submit(older);
    nowMs += DAY / 24;
    const newer = await prepared(await publicationOf());
    await fault('publish', { kind: 'drop_after' });
    await submit(newer);
    const [first, second] = await ledger();
    const found = await lookup(newer);
    expect(found).toMatchObject({ platformPostId: second?.postId });
    expect(second?.postId).not.toBe(first?.postId);
  });

  it('takes no post for its own that is known to be another', async () => {
    const other = await prepared(await publicationOf());
    await submit(other);
    const publication = await prepared(await publicationOf());
    await fault('publish', { kind: 'drop_after' });
    await submit(publication);
    const [first, second] = await ledger();
    expect(await lookup(publication, nowMs, [first?.postId ?? ''])).toMatchObject({ platformPostId: second?.postId });
  });

  it('is not repeated when Instagram commits late: preparing again sees that the container is published', async () => {
    const publication = await prepared(await publicationOf());
    await fault('publish', { kind: 'commit_late', ms: 600_000 });
    await submit(publication);
    expect(await lookup(publication)).toEqual({ kind: 'absent' });
    for (const commit of late) commit();
    await new Promise(setImmediate);
    const again = await prepared(publication);
    expect(again.checkpoint).toMatchObject({ isPublished: true });
    expect(await submit(again)).toMatchObject({ kind: 'published' });
    await fault('lookup', { kind: 'drop_before' });
    expect(await submit(again)).toMatchObject({ kind: 'unknown' });
    expect(await ledger()).toHaveLength(1);
  });

  it('stays unknown while the look-up gives no word', async () => {
    const publication = await prepared(await publicationOf());
    await fault('publish', { kind: 'drop_after' });
    await submit(publication);
    for (const body of [{ kind: 'drop_before' }, { kind: 'malformed' }, { kind: 'server_error_before' }]) {
      await fault('status', body);
      expect(await lookup(publication)).toMatchObject({ kind: 'inconclusive' });
      await fault('lookup', body);
      expect(await lookup(publication)).toMatchObject({ kind: 'inconclusive' });
    }
  });

  it('ends as published without the post’s id when the list never shows it', async () => {
    const publication = await prepared(await publicationOf());
    const dispatchedAtMs = nowMs;
    await submit(publication);
    const edited = { ...publication, content: { text: 'Not this caption', options: {} } };
    expect(await lookup(edited, dispatchedAtMs)).toMatchObject({ kind: 'inconclusive' });
    nowMs += 16 * 60_000;
    expect(await lookup(edited, dispatchedAtMs)).toMatchObject({
      kind: 'published',
      platformPostId: publication.checkpoint['container'],
      platformPostUrl: null,
    });
  });

  it('is none without a container, or for one that was not published within its day', async () => {
    expect(await lookup(await publicationOf())).toEqual({ kind: 'absent' });
    const publication = await prepared(await publicationOf());
    nowMs += DAY;
    expect(await lookup(publication)).toEqual({ kind: 'absent' });
  });

  it('is none when Instagram cannot be reached', async () => {
    const publication = await prepared(await publicationOf());
    const hosts = { ...context().hosts, graph: 'http://127.0.0.1:1' };
    expect(await instagram.publish.submit({ ...context(), hosts }, publication)).toMatchObject({ kind: 'unsent' });
  });
});
