import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from './address-guard.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { closedPort } from './raw-server.spec-support.ts';

const LARGE_BYTES = 5_000_000;
const answer: RequestListener = (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const hops = Number(url.searchParams.get('hops') ?? 0);
  if (hops > 0) return response.writeHead(302, { location: `/?hops=${hops - 1}` }).end('moved');
  const to = url.searchParams.get('to');
  if (to !== null) return response.writeHead(307, { location: to }).end();
  if (url.pathname === '/nowhere') return response.writeHead(302).end();
  if (url.pathname === '/missing') return response.writeHead(404).end('no');
  if (url.pathname === '/silent') return undefined;
  if (url.pathname === '/drip') return void response.writeHead(200).write('x');
  if (url.pathname === '/reset') return request.socket.destroy();
  if (url.pathname === '/large') return response.writeHead(200).end(Buffer.alloc(LARGE_BYTES));
  return response.writeHead(200, { 'content-type': 'image/jpeg' }).end('12345678');
};

const server = createServer(answer);
let port = 0;
let fetcher = createGuardedFetch({ guard: createAddressGuard({ allow: [] }), userAgent: 'Plaza test' });
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  fetcher = createGuardedFetch({ guard: createAddressGuard({ allow: [`127.0.0.1:${port}`] }), userAgent: 'Plaza test' });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fetcher.close();
});
const fetchPath = (path: string, limits = {}) =>
  fetcher.fetchBytes(`http://127.0.0.1:${port}${path}`, { maxBytes: 8, deadlineMs: 2000, ...limits });

describe('createGuardedFetch', () => {
  it('gives bytes, claimed type and final address', async () => {
    expect(await fetchPath('/?hops=3')).toEqual({
      ok: true,
      value: { bytes: Buffer.from('12345678'), contentType: 'image/jpeg', finalUrl: `http://127.0.0.1:${port}/?hops=0` },
    });
  });

  it.each([
    ['too many redirects', '/?hops=4', {}, 'redirect'],
    ['a redirect to a private address', '/?to=https://169.254.169.254/', {}, 'address_refused'],
    ['a redirect to plain http elsewhere', '/?to=http://example.com/', {}, 'address_refused'],
    ['a redirect to another port of the exception', '/?to=http://127.0.0.1:1/', {}, 'address_refused'],
    ['a redirect to what is no address', '/?to=http://', {}, 'address_refused'],
    ['a redirect without a target', '/nowhere', {}, 'bad_status'],
    ['a bad status', '/missing', {}, 'bad_status'],
    ['one byte too many', '/', { maxBytes: 7 }, 'too_large'],
    ['silence', '/silent', { deadlineMs: 60 }, 'timeout'],
    ['a body that does not end', '/drip', { deadlineMs: 60 }, 'timeout'],
    ['a reset', '/reset', {}, 'unreachable'],
  ])('fails for %s', async (_name, path, limits, kind) => {
    expect(await fetchPath(path, limits)).toEqual({ ok: false, failure: { kind, message: expect.any(String) } });
  });

  it.each([
    ['at once', () => Promise.resolve()],
    ['in a while', () => new Promise<void>((done) => setImmediate(done))],
  ])('gives a large body in pieces to who takes them %s, and holds up nothing meanwhile', async (_name, taken) => {
    let [size, empty] = [0, 0];
    const sink = async (piece: Buffer): Promise<void> => {
      size += piece.length;
      empty += piece.length === 0 ? 1 : 0;
      // Without an end of its own the test would hang, and no timeout could stop it.
      if (empty > 1000) throw new Error('nothing came, again and again');
      await taken();
    };
    const fetched = await fetcher.fetchInto(`http://127.0.0.1:${port}/large`, { maxBytes: LARGE_BYTES, deadlineMs: 5000 }, sink);
    expect([fetched, size, empty]).toMatchObject([{ ok: true }, LARGE_BYTES, 0]);
  });

  it('refuses a redirect with user information even to an exception', async () => {
    expect(await fetchPath(`/?to=http://user@127.0.0.1:${port}/`)).toMatchObject({ failure: { kind: 'address_refused' } });
  });

  it('fails for what cannot be reached or is refused at once', async () => {
    const closed = await closedPort();
    const own = createGuardedFetch({ guard: createAddressGuard({ allow: [`127.0.0.1:${closed}`] }), userAgent: 'Plaza test' });
    const limits = { maxBytes: 8, deadlineMs: 2000 };
    expect(await own.fetchBytes(`http://127.0.0.1:${closed}/`, limits)).toMatchObject({ failure: { kind: 'unreachable' } });
    expect(await own.fetchBytes('https://localhost/', limits)).toMatchObject({ failure: { kind: 'address_refused' } });
    expect(await own.fetchBytes('nonsense', limits)).toMatchObject({ failure: { kind: 'address_refused' } });
    await own.close();
  });
});
