import type { Server, ServerResponse } from 'node:http';

const SWEEP_EVERY_MS = 100;

/**
 * Lets the callers of a server turn away before it closes: from `begin` on every answer ends its connection, so that the next request of
 * its caller opens one to a replica that stays. Without it a kept-alive connection holds up the end until the caller lets go.
 */
export class Draining {
  readonly #server: Server;
  readonly #underWay = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.#server = server;
    server.prependListener('request', (_request, response) => {
      if (this.hasBegun) response.setHeader('connection', 'close');
      this.#underWay.add(response);
      response.once('close', () => this.#underWay.delete(response));
    });
    server.once('close', () => clearInterval(this.#timer));
  }

  get hasBegun(): boolean {
    return this.#timer !== undefined;
  }

  begin(): void {
    for (const response of this.#underWay) if (!response.headersSent) response.setHeader('connection', 'close');
    // An answer whose head was written before leaves a connection at rest; it may go once nothing new is taken.
    this.#timer ??= setInterval(() => {
      if (!this.#server.listening) this.#server.closeIdleConnections();
    }, SWEEP_EVERY_MS).unref();
  }
}
