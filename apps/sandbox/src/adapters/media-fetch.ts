import type { SimulatorHost } from '@plaza/connectors/simulators';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 100 * 1024 * 1024;

/**
 * Fetches media as a platform's fetcher does: http and https, no redirects, at most 100 MiB within ten seconds. It is not guarded against
 * private addresses, because a sandbox on one machine is served from loopback; where strangers hold test keys, give `fetchMedia` a
 * guarded one.
 */
export const fetchMedia: SimulatorHost['fetch'] = async (url) => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) return undefined;
    const mimeType = response.headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream';
    return { mimeType, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch {
    return undefined;
  }
};
