import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Draining } from './draining.ts';

const agent = new Agent({ keepAlive: true });
const held: ServerResponse[] = [];
let server: Server;
let draining: Draining;

beforeEach(async () => {
  server = createServer((incoming, response) => {
    if (incoming.url === '/held') held.push(response);
    else response.end('answer');
  });
  draining = new Draining(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => agent.destroy());

function get(path: string): Promise<{ connection: string | undefined }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, agent }, (answer) => {
      answer.resume().on('end', () => resolve({ connection: answer.headers.connection }));
    });
    sent.once('error', reject).end();
  });
}

const untilHeld = async (): Promise<ServerResponse> => {
  while (held.length === 0) await new Promise((next) => setImmediate(next));
  return held.splice(0)[0] as ServerResponse;
};

describe('a server that drains', () => {
  it('keeps connections before, and ends them with each answer from then on', async () => {
    expect(await get('/')).toEqual({ connection: 'keep-alive' });
    draining.begin();
    expect(await get('/')).toEqual({ connection: 'close' });
    await new Promise((closed) => server.close(closed));
  });

  it('ends the connection of a request that was under way when it began', async () => {
    const answer = get('/held');
    const response = await untilHeld();
    draining.begin();
    const closed = new Promise((done) => server.close(done));
    response.end();
    expect(await answer).toEqual({ connection: 'close' });
    await closed;
  });

  it('closes although the head of an answer under way promised to keep the connection', async () => {
    const answer = get('/held');
    const response = await untilHeld();
    response.write('first');
    draining.begin();
    const closed = new Promise((done) => server.close(done));
    response.end();
    expect(await answer).toEqual({ connection: 'keep-alive' });
    await closed;
  });
});
