import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import { twitter } from './index.ts';
import { file, Session } from './session.spec-support.ts';
import { twitterSimulator } from './simulator.ts';

const { publish } = twitter;

let sandbox: ListeningSandbox;
let http: ReturnType<typeof createHttp>;
let session: Session;
let late: (() => void)[];

beforeEach(async () => {
  http = createHttp({ userAgent: 'plaza-test' });
  late = [];
  const later = (_ms: number, task: () => void) => {
    late.push(task);
    return () => undefined;
  };
  sandbox = await listenOnLoopback({ now: () => session.nowMs, later, simulators: [{ platform: 'twitter', create: twitterSimulator }] });
  session = new Session(sandbox.url, http, Date.parse('2026-01-01T00:00:00Z'));
});
afterEach(async () => {
  await http.close();
  await sandbox.close();
});

describe('when the answer is bad', () => {
  it.each(['server_error_before', 'server_error_after=500', 'drop_before', 'drop_after', 'malformed', 'redirect', 'commit_late'])(
    '%s leaves the outcome unknown',
    async (word) => {
      expect(await session.submit(await session.signIn(), `hello [[sandbox:${word}]]`)).toMatchObject({ kind: 'unknown' });
    },
  );
  it.each([
    ['HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}'],
    ['HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":'],
    ['HTTP/1.1 204 No Content\r\n\r\n'],
    ['HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>'],
    ['HTTP/1.1 400 Bad Request\r\ncontent-length: 6\r\n\r\n<html>'],
    ['garbage'],
  ])('%j leaves the outcome unknown', async (answer) => {
    const { url, server } = await rawServer((socket) => socket.end(answer));
    const signed = { ...(await session.signIn()) };
    const result = await publish.submit({ ...session.context(), hosts: { api: url, web: url } }, session.publication(signed, 'x'));
    server.close();
    expect(result).toMatchObject({ kind: 'unknown' });
  });
  it('knows that nothing was sent when nobody listens', async () => {
    const { url, server } = await rawServer(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(
      await publish.submit({ ...session.context(), hosts: { api: url, web: url } }, session.publication(await session.signIn(), 'x')),
    ).toMatchObject({ kind: 'unsent' });
  });
  it('takes the refusal of the same text as a duplicate', async () => {
    const signed = await session.signIn();
    expect(await session.submit(signed, 'x [[sandbox:drop_after]]')).toMatchObject({ kind: 'unknown' });
    expect(await session.submit(signed, 'x [[sandbox:drop_after]]')).toMatchObject({ kind: 'refused', category: 'duplicate' });
    expect(await session.ledger()).toHaveLength(1);
  });
  it('waits as long as X says, whatever the form', async () => {
    const signed = await session.signIn();
    const wait = async (form: string) => {
      const result = await session.submit(signed, `[[sandbox:rate_limit=${form}]]`);
      return result.kind === 'refused' && result.category === 'rate_limited' ? (result.untilMs ?? Number.NaN) - session.nowMs : result;
    };
    expect(await Promise.all(['seconds:5', 'date:5', 'platform:5', 'absurd', 'absent'].map(wait))).toEqual([
      5000,
      5000,
      5000,
      86_400_000,
      Number.NaN,
    ]);
  });
});

async function rawServer(onRequest: (socket: Socket) => void): Promise<{ url: string; server: Server }> {
  const server = createServer();
  server.on('connection', (socket) => socket.once('data', () => onRequest(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('the look-up', () => {
  it.each([
    'plain text',
    'a <b> & "c" &amp; d',
    'see example.com and https://www.example.com/path?q=1, or http://other.example/',
    `many   spaces\n\nand lines 👨‍👩‍👧‍👦`,
  ])('finds what was published: %j', async (text) => {
    const signed = await session.signIn();
    await session.submit(signed, 'another post');
    await session.submit(signed, `${text} [[sandbox:drop_after]]`);
    const [, entry] = await session.ledger();
    expect(await session.lookup(signed, `${text} [[sandbox:drop_after]]`)).toMatchObject({
      kind: 'published',
      platformPostId: entry?.postId,
    });
  });
  it('finds long posts and replies', async () => {
    const signed = await session.signIn('premium_user');
    const long = `[[sandbox:drop_after]] ${'x'.repeat(3000)}`;
    await session.submit(signed, long, { options: { longPost: true } });
    expect(await session.lookup(signed, long, { options: { longPost: true } })).toMatchObject({ kind: 'published' });
    await session.submit(signed, '[[sandbox:drop_after]]', { options: { replyToTweetId: '8' } });
    expect(await session.lookup(signed, '[[sandbox:drop_after]]', { options: { replyToTweetId: '8' } })).toMatchObject({
      kind: 'published',
    });
    expect(await session.lookup(signed, '[[sandbox:drop_after]]', { options: { replyToTweetId: '9' } })).toEqual({ kind: 'absent' });
  });
  it('tells posts of media only apart by their media', async () => {
    const signed = await session.signIn();
    const media = [file('image')];
    const [first, second] = [await session.prepare(signed, media), await session.prepare(signed, media)];
    await session.submit(signed, '', { media, checkpoint: first });
    expect(await session.lookup(signed, '', { media, checkpoint: second })).toEqual({ kind: 'absent' });
    expect(await session.lookup(signed, '', { media, checkpoint: first })).toMatchObject({ kind: 'published' });
  });
  it('finds nothing where nothing was published, nor what is older than the attempt, until a late commit', async () => {
    const signed = await session.signIn();
    await session.submit(signed, 'x [[sandbox:commit_late]]');
    expect(await session.lookup(signed, 'x [[sandbox:commit_late]]')).toEqual({ kind: 'absent' });
    late.at(-1)?.();
    expect(await session.lookup(signed, 'x [[sandbox:commit_late]]')).toMatchObject({ kind: 'published' });
    session.nowMs += 120_000;
    expect(await session.lookup(signed, 'x [[sandbox:commit_late]]')).toEqual({ kind: 'absent' });
  });
  it.each([{ kind: 'server_error_before' }, { kind: 'drop_before' }, { kind: 'malformed' }, { kind: 'refuse', error: 'unauthorized' }])(
    'says nothing after %j',
    async (fault) => {
      const signed = await session.signIn();
      await session.switchFault('lookup', fault);
      expect(await session.lookup(signed, 'x')).toMatchObject({ kind: 'inconclusive' });
    },
  );
});
