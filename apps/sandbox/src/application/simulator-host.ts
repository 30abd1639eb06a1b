import { randomBytes } from 'node:crypto';
import type { SimulatorHost } from '@plaza/connectors/simulators';
import type { Ledger } from './ledger.ts';
import type { World } from './world.ts';

interface Parts {
  readonly platform: string;
  readonly world: World;
  readonly ledger: Ledger;
  readonly publicUrl: string;
  readonly now: () => number;
  readonly fetch: SimulatorHost['fetch'];
}

/** What one platform's simulator gets: its own tables, the clock, randomness and the ledger. */
export function simulatorHost({ platform, world, ledger, publicUrl, now, fetch }: Parts): SimulatorHost {
  return {
    table: (name, max) => world.table(`${platform}/${name}`, max),
    now,
    random: (bytes) => randomBytes(bytes).toString('base64url'),
    record: (entry) => ledger.record({ ...entry, platform, atMs: now(), deleted: false }),
    forget: (postId) => ledger.forget(platform, postId),
    fetch,
    origin: (host) => `${publicUrl}/${platform}/${host}`,
  };
}
