import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import type { Publication } from '../kit/index.ts';
import { bluesky } from './index.ts';
import { HOUR, image, PNG, sessionAt, START } from './session.spec-support.ts';
import { blueskySimulator } from './simulator.ts';

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
  sandbox = await listenOnLoopback({ simulators: [{ platform: 'bluesky', create: blueskySimulator }], now: () => nowMs, later });
});
afterEach(() => sandbox.close());
afterAll(() => http.close());

const { context, publicationOf, fault, ledger } = sessionAt({ http, url: () => sandbox.url, nowMs: () => nowMs });

/** Prepares as the worker does: `save` commits at once, and what is ready is committed with the intent. */
const prepared = async (publication: Publication) => {
  const saved: Readonly<Record<string, unknown>>[] = [];
  const result = await bluesky.publish.prepare?.(
    context(),
    publication,
    async (checkpoint) => void saved.push(structuredClone(checkpoint)),
  );
  if (result === undefined || result.kind === 'wait') throw new Error('Bluesky waits for videos only');
  return { result, saved, publication: result.kind === 'ready' ? { ...publication, checkpoint: result.checkpoint } : publication };
};
const submit = async (publication: Publication) => bluesky.publish.submit(context(), (await prepared(publication)).publication);
const recordOf = async (uri: string) => {
  const [, , repo = '', collection = '', rkey = ''] = uri.split('/');
  const query = new URLSearchParams({ repo, collection, rkey });
  return (
    (await (await fetch(`${sandbox.url}/bluesky/pds/xrpc/com.atproto.repo.getRecord?${query}`)).json()) as {
      value: Record<string, unknown>;
    }
  ).value;
};

const attempt = () => ({ dispatchedAtMs: nowMs, taken: new Set<string>() });

describe('publishing', () => {
  it('makes one post with the text, its time and language', async () => {
    const publication = await publicationOf();
    const result = await submit(publication);
    expect(result).toMatchObject({ kind: 'published' });
    const uri = result.kind === 'published' ? result.platformPostId : '';
    const did = publication.account.platformUserId;
    expect(result).toMatchObject({ platformPostUrl: `https://bsky.app/profile/${did}/post/${uri.split('/').at(-1)}` });
    expect(uri).toMatch(new RegExp(`^at://${did}/app.bsky.feed.post/[2-7a-z]{13}$`));
    expect(await recordOf(uri)).toEqual({
      $type: 'app.bsky.feed.post',
      text: 'Hello',
      createdAt: '2026-11-22T10:00:00.000Z',
      langs: ['en'],
    });
    expect(await ledger()).toMatchObject([{ text: 'Hello', postId: uri }]);
  });

  it('resolves mentions once and keeps them; an unknown handle stays text', async () => {
    const text = 'Hi @bob.sandbox.example and @nobody.example: #news https://example.com';
    const publication = await publicationOf({ content: { text, options: { langs: ['de', 'en'] } } });
    const first = await prepared(publication);
    await fault('other', { kind: 'drop_before' }, 100);
    const result = await submit(first.publication);
    const record = await recordOf(result.kind === 'published' ? result.platformPostId : '');
    const types = (record['facets'] as { features: { $type: string }[] }[]).map(({ features }) => features[0]?.$type.split('#')[1]);
    expect(types).toEqual(['mention', 'tag', 'link']);
    expect(record['langs']).toEqual(['de', 'en']);
  });

  it('uploads images with alt text and ratio, and resumes after a crash between two uploads', async () => {
    const media = [image(), image(Buffer.concat([PNG, Buffer.from('2')]), { width: null, height: null })];
    const publication = await publicationOf({ content: { text: '', options: { altText: ['A cat'] } }, media });
    const first = await prepared(publication);
    const afterOne = first.saved[0] ?? {};
    const uploads: number[] = [];
    const counted = media.map((item, index) => ({ ...item, stream: () => (uploads.push(index), item.stream()) }));
    const result = await submit({ ...publication, media: counted, checkpoint: afterOne });
    expect(uploads).toEqual([1]);
    const record = await recordOf(result.kind === 'published' ? result.platformPostId : '');
    expect(record['embed']).toMatchObject({
      $type: 'app.bsky.embed.images',
      images: [
        { alt: 'A cat', aspectRatio: { width: 64, height: 48 }, image: { $type: 'blob', mimeType: 'image/png', size: PNG.length } },
        { alt: '', image: { $type: 'blob', size: PNG.length + 1 } },
      ],
    });
  });

  it('uploads again what the server may have collected', async () => {
    const publication = await publicationOf({ media: [image()] });
    const first = await prepared(publication);
    nowMs += 10 * 60_000;
    expect((await prepared(first.publication)).saved).toHaveLength(1);
  });

  it('sends nothing that is not prepared', async () => {
    expect(await bluesky.publish.submit(context(), await publicationOf({ media: [image()] }))).toEqual({
      kind: 'unsent',
      reason: 'not prepared',
    });
  });

  it('refuses an upload in words of the closed list', async () => {
    await fault('upload', { kind: 'refuse', error: 'payload_too_large' });
    expect((await prepared(await publicationOf({ media: [image()] }))).result).toMatchObject({
      kind: 'refused',
      category: 'media_rejected',
    });
    await fault('upload', { kind: 'drop_before' });
    expect((await prepared(await publicationOf({ media: [image()] }))).result).toMatchObject({ kind: 'refused', category: 'transient' });
    await fault('upload', { kind: 'malformed' });
    expect((await prepared(await publicationOf({ media: [image()] }))).result).toMatchObject({ kind: 'refused', category: 'transient' });
    await fault('other', { kind: 'server_error_before' });
    const mentioning = await publicationOf({ content: { text: '@a.sandbox.example', options: {} } });
    expect((await prepared(mentioning)).result).toMatchObject({ kind: 'refused', category: 'transient' });
  });
});

describe('an outcome that is not known', () => {
  const BAD: readonly (readonly [string, object, number])[] = [
    ['the answer is lost', { kind: 'drop_after' }, 1],
    ['the request is lost', { kind: 'drop_before' }, 0],
    ['an error follows the commit', { kind: 'server_error_after', status: 500 }, 1],
    ['an error precedes the commit', { kind: 'server_error_before', status: 502 }, 0],
    ['the answer is garbage', { kind: 'malformed' }, 1],
    ['the answer is a redirect', { kind: 'redirect' }, 0],
  ];

  it.each(BAD)('is unknown when %s, is read by its key, and sending again never doubles', async (_name, body, made) => {
    const publication = (await prepared(await publicationOf())).publication;
    await fault('publish', body);
    expect(await bluesky.publish.submit(context(), publication)).toMatchObject({ kind: 'unknown' });
    const found = await bluesky.publish.lookup?.(context(), publication, attempt());
    expect(found?.kind).toBe(made === 1 ? 'published' : 'absent');
    const again = await bluesky.publish.submit(context(), publication);
    expect(again.kind).toBe('published');
    if (found?.kind === 'published') expect(again).toEqual(found);
    expect(await ledger()).toHaveLength(1);
  });

  it('is harmless even when the platform commits after the second attempt', async () => {
    const publication = (await prepared(await publicationOf())).publication;
    await fault('publish', { kind: 'commit_late', ms: 60_000 });
    expect(await bluesky.publish.submit(context(), publication)).toMatchObject({ kind: 'unknown' });
    expect(await bluesky.publish.submit(context(), publication)).toMatchObject({ kind: 'published' });
    for (const commit of late) commit();
    expect(await ledger()).toHaveLength(1);
  });

  it('stays unknown while the look-up gives no word', async () => {
    const publication = (await prepared(await publicationOf())).publication;
    await bluesky.publish.submit(context(), publication);
    for (const body of [{ kind: 'drop_before' }, { kind: 'server_error_before' }, { kind: 'malformed' }]) {
      await fault('lookup', body);
      expect(await bluesky.publish.lookup?.(context(), publication, attempt())).toMatchObject({ kind: 'inconclusive' });
    }
    await fault('lookup', { kind: 'drop_before' });
    expect(await bluesky.publish.submit(context(), publication)).toMatchObject({ kind: 'unknown' });
  });

  it('does not take another post under the same key for its own', async () => {
    const publication = (await prepared(await publicationOf())).publication;
    await bluesky.publish.submit(context(), publication);
    const other = { ...publication, content: { text: 'Other', options: {} } };
    expect(await bluesky.publish.submit(context(), other)).toMatchObject({
      kind: 'refused',
      category: 'platform_error',
      code: 'InvalidSwap',
    });
    expect(await bluesky.publish.lookup?.(context(), other, attempt())).toEqual({ kind: 'absent' });
  });

  it('is none when the server cannot be reached', async () => {
    const publication = (await prepared(await publicationOf())).publication;
    const unreachable = { ...context(), hosts: { pds: 'http://127.0.0.1:1' } };
    expect(await bluesky.publish.submit(unreachable, publication)).toMatchObject({ kind: 'unsent' });
  });
});

describe('a refusal', () => {
  it('of an expired token lets the worker refresh and go on', async () => {
    const publication = (await prepared(await publicationOf())).publication;
    nowMs += 3 * HOUR;
    expect(await bluesky.publish.submit(context(), publication)).toMatchObject({
      kind: 'refused',
      category: 'token_expired',
      code: 'ExpiredToken',
    });
    expect(await ledger()).toEqual([]);
  });

  it('of the text is the platform’s own', async () => {
    const tooLong = await publicationOf({ content: { text: 'x'.repeat(301), options: {} } });
    expect(await submit(tooLong)).toMatchObject({
      kind: 'refused',
      category: 'content_rejected',
      message: expect.stringContaining('maximum 300, got 301'),
    });
  });
});

describe('removing', () => {
  it('deletes, and deleting again counts as deleted', async () => {
    const publication = await publicationOf();
    const result = await submit(publication);
    const uri = result.kind === 'published' ? result.platformPostId : '';
    for (let time = 0; time < 2; time += 1)
      expect(await bluesky.publish.remove?.(context(), publication, uri)).toEqual({ kind: 'deleted' });
    expect(await ledger()).toMatchObject([{ deleted: true }]);
    await fault('delete', { kind: 'drop_before' });
    expect(await bluesky.publish.remove?.(context(), publication, uri)).toMatchObject({ kind: 'refused', category: 'transient' });
  });
});
