import { createAddressGuard, createGuardedFetch } from '@plaza/chassis';
import type { SimulatorHost } from '@plaza/connectors/simulators';

const LIMITS = { maxBytes: 100 * 1024 * 1024, deadlineMs: 30_000 };

/** Fetches media through the address guard, for a sandbox that strangers can reach; `allowedHosts` are its exceptions. */
export function guardedMedia(allowedHosts: readonly string[]): { readonly fetchMedia: SimulatorHost['fetch']; close(): Promise<void> } {
  const client = createGuardedFetch({ guard: createAddressGuard({ allow: allowedHosts }), userAgent: 'Plaza sandbox' });
  return {
    async fetchMedia(url) {
      const fetched = await client.fetchBytes(url, LIMITS);
      return fetched.ok ? { mimeType: fetched.value.contentType ?? 'application/octet-stream', bytes: fetched.value.bytes } : undefined;
    },
    close: () => client.close(),
  };
}
