import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { createAddressGuard, type AddressGuard } from './address-guard.ts';
import { createHttp } from './http-client.ts';
import type { HttpRequest } from './port.ts';
import { answering, closedPort, onRequest, rawServer, type RawServer } from './raw-server.spec-support.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-One: a\r\nx-one: b\r\n\r\nhi';
const http = createHttp({ userAgent: 'Plaza test', deadlineMs: 2000, maxResponseBytes: 1000 });
afterAll(() => http.close());

let open: RawServer[] = [];
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
});
const serve = async (behave: (socket: Socket) => void): Promise<RawServer> => {
  const server = await rawServer(behave);
  open.push(server);
  return server;
};
const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'POST', url, body: 'text', ...more });

const drip = (socket: Socket): void =>
  onRequest(socket, () => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(timer));
  });

const AFTER_CONNECTING: readonly (readonly [string, (socket: Socket) => void, Partial<HttpRequest>, RegExp])[] = [
  ['a reset before anything is read', (socket) => setImmediate(() => socket.resetAndDestroy()), {}, /ECONNRESET|UND_ERR_SOCKET|EPIPE/],
  ['a reset after the request', (socket) => onRequest(socket, () => socket.resetAndDestroy()), {}, /ECONNRESET/],
  ['a close without an answer', (socket) => onRequest(socket, () => socket.end()), {}, /UND_ERR_SOCKET/],
  ['a head that breaks off', (socket) => onRequest(socket, () => socket.end('HTTP/1.1 200 O')), {}, /./],
  [
    'a body that breaks off',
    (socket) => onRequest(socket, () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
    {},
    /UND_ERR_SOCKET/,
  ],
  [
    'a chunked body that breaks off',
    (socket) => onRequest(socket, () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab')),
    {},
    /./,
  ],
  ['an answer that is not HTTP', (socket) => onRequest(socket, () => socket.end('220 mail ready\r\n')), {}, /HTTPParserError/],
  ['silence', () => undefined, { deadlineMs: 500 }, /no complete answer within 500 ms/],
  ['a body that arrives a byte at a time', drip, { deadlineMs: 500 }, /no complete answer within 500 ms/],
  ['a body announced too large', answering('HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n'), {}, /announces 1001 bytes/],
  [
    'a body too large without a length',
    (socket) => onRequest(socket, () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1001)}`)),
    {},
    /larger than 1000 bytes/,
  ],
];

describe.each([{ visible: true }, { visible: false }])('createHttp, visible: $visible', ({ visible }) => {
  it('gives the complete answer, header names in lower case and repeated ones joined', async () => {
    const server = await serve(answering(OK));
    const outcome = await http.send(
      post(`http://127.0.0.1:${server.port}/path?a=1`, { visible, headers: { 'content-type': 'text/plain' } }),
    );
    expect(outcome).toMatchObject({ kind: 'response', status: 200, headers: { 'content-length': '2', 'x-one': 'a, b' } });
    expect(server.received()).toMatch(/^POST \/path\?a=1 HTTP\/1\.1\r\n/);
    expect(server.received()).toMatch(/user-agent: Plaza test\r\n/);
    expect(server.received()).toMatch(/accept-encoding: identity\r\n/);
    expect(server.received()).toMatch(/content-length: 4\r\n\r\ntext$/);
  });

  it.each(AFTER_CONNECTING)('calls it unknown: %s', async (_name, behave, more, reason) => {
    const server = await serve(behave);
    const outcome = await http.send(post(`http://127.0.0.1:${server.port}/`, { visible, ...more }));
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringMatching(reason) });
    expect(server.connections()).toBe(1);
  });

  it('calls it unsent when the connection is refused', async () => {
    const outcome = await http.send(post(`http://127.0.0.1:${await closedPort()}/`, { visible }));
    expect(outcome).toEqual({ kind: 'unsent', reason: expect.stringMatching(/ECONNREFUSED/) });
  });

  it('calls it unsent when the name does not resolve', async () => {
    const outcome = await http.send(post('http://nowhere.invalid/', { visible }));
    expect(outcome).toEqual({ kind: 'unsent', reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  });

  it.each([
    ['answers in plain text', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['closes during the handshake', (socket: Socket) => socket.once('data', () => socket.destroy())],
  ])('calls it unsent when the TLS peer %s', async (_name, behave) => {
    const server = await serve(behave);
    const outcome = await http.send(post(`https://127.0.0.1:${server.port}/`, { visible }));
    expect(outcome.kind).toBe('unsent');
    expect(server.received()).not.toContain('POST');
  });

  it('calls it unsent when the deadline ends before the TLS handshake does, and sends nothing afterwards', async () => {
    const server = await serve(() => undefined);
    const outcome = await http.send(post(`https://127.0.0.1:${server.port}/`, { visible, deadlineMs: 60 }));
    expect(outcome).toEqual({ kind: 'unsent', reason: 'no complete answer within 60 ms' });
  });

  it('lets go of the connection when the deadline ends', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const server = await serve((socket) => socket.once('close', () => close()));
    await http.send(post(`http://127.0.0.1:${server.port}/`, { visible, deadlineMs: 500 }));
    await closed;
  });

  it('writes nothing when the connection comes up after the deadline', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const server = await serve((socket) => socket.once('data', () => end()).once('close', () => end()));
    const connect = buildConnector({ allowH2: false });
    const { promise: held, resolve: hold } = Promise.withResolvers<() => void>();
    const guard: AddressGuard = { refuse: () => undefined, connect: (target, callback) => hold(() => connect(target, callback)) };
    const slow = createHttp({ userAgent: 'Plaza test', guard });
    expect((await slow.send(post(`http://127.0.0.1:${server.port}/`, { visible, deadlineMs: 30 }))).kind).toBe('unsent');
    (await held)();
    await ended;
    expect(server.received()).toBe('');
    await slow.close();
  });

  it('returns a redirect as it is and does not follow it', async () => {
    const target = await serve(answering(OK));
    const server = await serve(
      answering(`HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:${target.port}/\r\ncontent-length: 0\r\n\r\n`),
    );
    const outcome = await http.send(post(`http://127.0.0.1:${server.port}/`, { visible }));
    expect(outcome).toMatchObject({ kind: 'response', status: 307, headers: { location: `http://127.0.0.1:${target.port}/` } });
    expect(target.connections()).toBe(0);
  });

  it('does not decode', async () => {
    const server = await serve(answering('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nhi'));
    const outcome = await http.send({ method: 'GET', url: `http://127.0.0.1:${server.port}/`, visible });
    expect(outcome.kind === 'response' && Buffer.from(outcome.body).toString()).toBe('hi');
  });

  it('never throws for what is not an address', async () => {
    for (const url of ['', 'nonsense', 'ftp://127.0.0.1/', 'http://'])
      expect((await http.send(post(url, { visible }))).kind).toBe('unsent');
  });

  it('asks the guard first', async () => {
    const guarded = createHttp({ userAgent: 'Plaza test', guard: createAddressGuard({ allow: [] }) });
    const server = await serve(answering(OK));
    expect(await guarded.send(post(`https://127.0.0.1:${server.port}/`, { visible }))).toEqual({
      kind: 'unsent',
      reason: '127.0.0.1 is not a public address',
    });
    expect(server.connections()).toBe(0);
    await guarded.close();
  });
});

describe('connections', () => {
  it('are kept for calls that make nothing visible, and fresh for each that does', async () => {
    const server = await serve(answering(OK));
    const url = `http://127.0.0.1:${server.port}/`;
    for (let call = 0; call < 6; call += 1) await http.send(post(url));
    const kept = server.connections();
    expect(kept).toBeLessThan(6);
    for (let call = 0; call < 6; call += 1) await http.send(post(url, { visible: true }));
    expect(server.connections()).toBe(kept + 6);
    expect(server.received().match(/connection: close\r\n/g)).toHaveLength(6);
  });

  it('that were kept and died give unknown at worst, never a second request', async () => {
    let requests = 0;
    const server = await serve((socket) => onRequest(socket, () => ((requests += 1) === 1 ? socket.write(OK) : socket.resetAndDestroy())));
    const url = `http://127.0.0.1:${server.port}/`;
    expect((await http.send(post(url))).kind).toBe('response');
    expect((await http.send(post(url))).kind).toBe('unknown');
    expect(server.received().match(/POST/g)).toHaveLength(2);
  });

  it('are waited for by close', async () => {
    const own = createHttp({ userAgent: 'Plaza test' });
    const server = await serve((socket) => onRequest(socket, () => setImmediate(() => socket.write(OK))));
    const answer = own.send(post(`http://127.0.0.1:${server.port}/`, { visible: true }));
    await own.close();
    expect((await answer).kind).toBe('response');
  });
});
