import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandbox, type SandboxOptions } from './create-sandbox.ts';

/** A sandbox that listens, and what ends it. */
export interface ListeningSandbox {
  /** Base URL without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a sandbox on loopback, by default on a free port, and tells it its own address; for tests and demos on one machine.
 * The socket is bound first, because the sandbox's pages and webhook URLs hold the port.
 */
export async function listenOnLoopback(
  options: Omit<SandboxOptions, 'publicUrl'> & { readonly port?: number } = {},
): Promise<ListeningSandbox> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // A listening TCP server always has such an address.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const app = await createSandbox({ ...options, publicUrl: url });
  server.on('request', (request, response) => app.routing(request, response));
  return {
    url,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await app.close();
    },
  };
}
