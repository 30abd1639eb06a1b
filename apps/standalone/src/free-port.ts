import { createServer } from 'node:net';

/** A port that is free on `host` now. */
export async function freePort(host: string): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : failed(new Error('There is no free port.'))));
    });
  });
}
