import type { RawHandler } from './edge.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * The simulated platforms are public like real ones. The sandbox's controls show what every project's test posts did, so they answer to
 * this machine only, and not to what a proxy passes on.
 */
export function sandboxMount(sandbox: RawHandler): RawHandler {
  return (request, response) => {
    const isControl = (request.url ?? '/').startsWith('/_/');
    const isLocal = LOOPBACK.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined;
    if (!isControl || isLocal) return sandbox(request, response);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}');
    return undefined;
  };
}
