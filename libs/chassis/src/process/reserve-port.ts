import { createServer } from 'node:net';

/** A port that nobody else can listen on until it is released. */
export interface ReservedPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Takes any free port of `host`. It does not keep the process alive. */
export async function reservePort(host = '127.0.0.1'): Promise<ReservedPort> {
  const holder = createServer((socket) => socket.destroy());
  await new Promise<void>((listening, failed) => holder.once('error', failed).listen(0, host, listening));
  holder.unref();
  const address = holder.address();
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return { port: address.port, release: () => new Promise((released) => holder.close(() => released())) };
}
