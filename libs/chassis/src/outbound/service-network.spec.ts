import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceNetwork } from './service-network.ts';

const servers: Server[] = [];
const networks: ServiceNetwork[] = [];
afterEach(async () => {
  for (const network of networks.splice(0)) await network.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function listen(handle: RequestListener, port = 0): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which no one listens. */
async function nobody(): Promise<string> {
  const url = await listen(() => undefined);
  const server = servers.pop();
  await new Promise((closed) => server?.close(closed));
  return url;
}

function networkTo(...addresses: string[]): ServiceNetwork {
  const network = new ServiceNetwork(new Map([['registry', addresses]]));
  networks.push(network);
  return network;
}

const get = { method: 'GET', url: '/x', headers: {} };
const post = { method: 'POST', url: '/x', headers: { 'content-type': 'application/json' }, body: '{}' };

describe('a call between services', () => {
  it('goes to the replica that listens, whichever is asked first', async () => {
    const network = networkTo(await nobody(), await listen((_request, response) => response.end('here')));
    const answers = await Promise.all([network.call('registry', post), network.call('registry', post), network.call('registry', post)]);
    expect(answers.map(({ body }) => body)).toEqual(['here', 'here', 'here']);
  });

  it('waits for a service that starts anew', async () => {
    const url = await nobody();
    const answer = networkTo(url).call('registry', post);
    await listen((_request, response) => response.end('again'), Number(new URL(url).port));
    expect(await answer).toEqual({ status: 200, body: 'again' });
  });

  it('turns away from a replica that ends its connections, since it is about to stop', async () => {
    const seen: string[] = [];
    const staying = await listen((_request, response) => response.end(`${seen.push('staying')}`));
    const leaving = await listen((_request, response) => response.setHeader('connection', 'close').end(`${seen.push('leaving')}`));
    const network = networkTo(leaving, staying);
    for (let calls = 0; calls < 8; calls += 1) await network.call('registry', post);
    expect(Map.groupBy(seen, (name) => name)).toEqual(new Map([['staying', Array.from({ length: 7 }, () => 'staying')], ['leaving', ['leaving']]]));
    const alone = networkTo(leaving);
    await alone.call('registry', post);
    expect(await alone.call('registry', post)).toEqual({ status: 200, body: '10' });
  });

  it('is not made twice when it may have been received, unless it changes nothing', async () => {
    const seen: (string | undefined)[] = [];
    const breaking = (request: IncomingMessage, response: ServerResponse): void => {
      seen.push(request.method);
      if (seen.length === 1 || request.method === 'POST') request.socket.destroy();
      else response.end('second try');
    };
    const network = networkTo(await listen(breaking));
    expect(await network.call('registry', get)).toEqual({ status: 200, body: 'second try' });
    await expect(network.call('registry', post)).rejects.toThrow();
    expect(seen).toEqual(['GET', 'GET', 'POST']);
  });

  it('fails when no address is set', async () => {
    await expect(networkTo().call('registry', get)).rejects.toThrow('No address of registry');
  });
});

describe('a request that is handed on', () => {
  /** A gateway of one line; what `forward` gives back is its answer when nothing was written. */
  async function gateway(...addresses: string[]): Promise<string> {
    return gatewayOf({ service: 'registry' }, ...addresses);
  }
  async function gatewayOf(route: Parameters<ServiceNetwork['forward']>[0], ...addresses: string[]): Promise<string> {
    const network = networkTo(...addresses);
    return listen((request, response) => void network.forward(route, request, response).then((problem) => problem !== undefined && response.writeHead(599).end(problem.code)));
  }

  it('passes a streamed body on as it arrives, however large it is', async () => {
    const service = await listen((request, response) => {
      let size = 0;
      request.on('data', (chunk: Buffer) => void (size += chunk.length));
      request.on('end', () => response.end(String(size)));
    });
    const url = await gatewayOf({ service: 'registry', streamsBody: true }, service);
    const answer = await fetch(url, { method: 'PUT', body: Buffer.alloc(5 * 1024 * 1024) });
    expect(await answer.text()).toBe(String(5 * 1024 * 1024));
    expect((await fetch(await gateway(service), { method: 'PUT', body: Buffer.alloc(5 * 1024 * 1024) })).status).toBe(599);
  });

  it('arrives with method, path, headers and body, and so does its answer', async () => {
    const service = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'text/plain' });
        response.end(`${request.method} ${request.url} ${request.headers['x-request-id']} ${Buffer.concat(chunks).toString()}`);
      });
    });
    const answer = await fetch(`${await gateway(service)}/v1/posts?limit=1`, { method: 'POST', headers: { 'x-request-id': 'r1' }, body: 'hello' });
    expect([answer.status, answer.headers.get('x-answer'), await answer.text()]).toEqual([201, 'yes', 'POST /v1/posts?limit=1 r1 hello']);
  });

  it('brings no header of the inner connection out', async () => {
    const service = await listen((_request, response) => response.writeHead(200, { connection: 'close' }).end('x'));
    expect((await fetch(await gateway(service))).headers.get('connection')).toBe('keep-alive');
  });

  it('is answered as unavailable when its service is away for longer than it is waited for', async () => {
    const answer = await fetch(await gateway(await nobody()), { method: 'POST', body: 'hello' });
    expect([answer.status, await answer.text()]).toEqual([599, 'internal.unavailable']);
  });

  it('is refused when its body is too large, whether it says so or not', async () => {
    const service = await listen((_request, response) => response.end('never'));
    const url = await gateway(service);
    const large = Buffer.alloc(1024 * 1024 + 1);
    const said = await fetch(url, { method: 'POST', body: large });
    const unsaid = await fetch(url, { method: 'POST', body: new ReadableStream({ start: (stream) => (stream.enqueue(large), stream.close()) }), duplex: 'half' } as RequestInit);
    expect([await said.text(), await unsaid.text()]).toEqual(['request.too_large', 'request.too_large']);
  });

  it('shows its caller a broken answer as broken', async () => {
    const service = await listen((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => request.socket.destroy());
    });
    await expect(fetch(await gateway(service)).then((answer) => answer.text())).rejects.toThrow();
  });
});
