import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { boundBody } from './body-deadline.ts';

describe('a body that does not arrive', () => {
  it('ends its request with 408; one that is there does not', async () => {
    const server = createServer({ requestTimeout: 0 }, (incoming, response) => {
      boundBody(incoming, response, 500);
      incoming.resume().on('end', () => response.end('all there'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const send = (body: string): Promise<number | undefined> =>
      new Promise((resolve) => {
        const sending = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 10 } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sending.on('error', () => undefined);
        sending.write(body);
      });
    expect(await send('only')).toBe(408);
    expect(await send('0123456789')).toBe(200);
    server.closeAllConnections();
    server.close();
  });
});
