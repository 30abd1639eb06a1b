import { createServer } from 'node:net';
import { reservePort } from './reserve-port.ts';

const tryToListen = (port: number): Promise<string> =>
  new Promise((told) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => told(error.code ?? ''));
    server.listen(port, '127.0.0.1', () => server.close(() => told('listened')));
  });

describe('a reserved port', () => {
  it('is nobody else’s until it is released', async () => {
    const reserved = await reservePort();
    expect(await tryToListen(reserved.port)).toBe('EADDRINUSE');
    await reserved.release();
    expect(await tryToListen(reserved.port)).toBe('listened');
  });

  it('is said to be impossible on a host that is not this machine', async () => {
    await expect(reservePort('203.0.113.1')).rejects.toThrow('EADDRNOTAVAIL');
  });
});
