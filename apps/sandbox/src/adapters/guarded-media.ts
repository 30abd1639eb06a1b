import { createAddressGuard, createGuardedFetch } from '@plaza/chassis';
import type { SimulatorHost } from '@plaza/connectors/simulators';
import { fetchMedia } from './media-fetch.ts';

const LIMITS = { maxBytes: 100 * 1024 * 1024, deadlineMs: 30_000 };
const UPLOADS = '/v1/media/files/';

export interface GuardedMediaOptions {
  /** Exceptions of the guard. */
  readonly allowedHosts: readonly string[];
  /** Base URL under which the world knows Plaza. */
  readonly publicUrl: string;
  /** Base URL under which this process reaches Plaza, for the files that were uploaded to it: the world's may lead nowhere from here. */
  readonly ownUrl: string;
}

/** Fetches media through the address guard, for a sandbox that strangers can reach. */
export function guardedMedia({ allowedHosts, publicUrl, ownUrl }: GuardedMediaOptions): { readonly fetchMedia: SimulatorHost['fetch']; close(): Promise<void> } {
  const client = createGuardedFetch({ guard: createAddressGuard({ allow: allowedHosts }), userAgent: 'Plaza sandbox' });
  return {
    async fetchMedia(url) {
      // Parsed first, so that no dots lead from the uploads to elsewhere.
      const address = URL.canParse(url) ? new URL(url).href : url;
      if (address.startsWith(`${publicUrl}${UPLOADS}`)) return fetchMedia(`${ownUrl}${address.slice(publicUrl.length)}`);
      const fetched = await client.fetchBytes(url, LIMITS);
      return fetched.ok ? { mimeType: fetched.value.contentType ?? 'application/octet-stream', bytes: fetched.value.bytes } : undefined;
    },
    close: () => client.close(),
  };
}
