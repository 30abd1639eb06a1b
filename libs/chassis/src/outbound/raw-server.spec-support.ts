import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface RawServer {
  readonly port: number;
  readonly connections: () => number;
  /** What the sockets received so far, as text. */
  readonly received: () => string;
  close(): Promise<void>;
}

/** A TCP server whose every socket is handled by `behave`; it speaks no protocol of its own. */
export async function rawServer(behave: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let received = '';
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => (received += data.toString('latin1')));
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Calls `then` once the head of a request has arrived. */
export function onRequest(socket: Socket, then: () => void): void {
  let seen = '';
  socket.on('data', (data) => {
    seen += data.toString('latin1');
    if (!seen.includes('\r\n\r\n')) return;
    seen = '';
    then();
  });
}

/** Writes a complete answer to every request of the socket. */
export function answering(answer: string): (socket: Socket) => void {
  return (socket) => onRequest(socket, () => socket.write(answer));
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await rawServer(() => undefined);
  await server.close();
  return server.port;
}
