import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what operating systems give to outgoing connections (Linux: ip_local_port_range, from 32,768 on; IANA: from 49,152 on): one of
 * those may be taken by a connection before whoever it is meant for listens.
 */
const [LOWEST, BEYOND] = [20_000, 32_000];
const given = new Set();

/** So many ports of loopback that are free now, all different, none given before by this process. */
export async function freePorts(count) {
  const ports = [];
  while (ports.length < count) {
    if (given.size === BEYOND - LOWEST) throw new Error('There is no free port left.');
    const port = randomInt(LOWEST, BEYOND);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
