import type { IncomingMessage } from 'node:http';
import type { RawHandler } from './edge.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** A request of this machine itself, and not one that a proxy on it passes on. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  return LOOPBACK.has(socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

/** Answers to this machine only; to all others the path does not exist. */
export function localOnly(handle: RawHandler): RawHandler {
  return (request, response) => {
    if (isLocal(request)) return handle(request, response);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}');
    return undefined;
  };
}

/** The simulated platforms are public like real ones. The sandbox's controls show what every project's test posts did. */
export function sandboxMount(sandbox: RawHandler): RawHandler {
  const controls = localOnly(sandbox);
  return (request, response) => ((request.url ?? '/').startsWith('/_/') ? controls : sandbox)(request, response);
}
