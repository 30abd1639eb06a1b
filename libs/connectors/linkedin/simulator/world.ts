import { idOfName, tokenOfName } from '../../kit/simulation/index.ts';
import type { SimulatorHost, Table } from '../../kit/simulator.ts';

export interface Asset {
  readonly urn: string;
  readonly kind: 'image' | 'document' | 'video';
  readonly owner: string;
  readonly key: string;
  readonly status: 'WAITING_UPLOAD' | 'UPLOADED' | 'BROKEN';
  readonly uploadedAtMs: number | null;
  readonly sizeBytes: number | null;
  /** Of videos: what is named by the ETag of each part, in order. */
  readonly etags: readonly (string | null)[];
  readonly partBytes: number;
  /** Of the addresses to upload to. */
  readonly expiresAtMs: number;
  /** The first bytes, in hexadecimal. */
  readonly head: string;
  readonly hasThumbnail: boolean;
}

export interface Post {
  readonly urn: string;
  readonly author: string;
  readonly commentary: string;
  readonly plain: string;
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly visibility: string;
  readonly atMs: number;
}

export interface Comment {
  readonly urn: string;
  readonly id: string;
  readonly postUrn: string;
  readonly actor: string;
  readonly text: string;
  readonly atMs: number;
}

/** What the simulated LinkedIn remembers. */
export interface World {
  readonly assets: Table<Asset>;
  readonly posts: Table<Post>;
  readonly comments: Table<Comment>;
  nextId(): string;
}

const MAX_ROWS = 200_000;

export function openWorld(host: SimulatorHost): World {
  const settings = host.table<string>('settings');
  return {
    assets: host.table('assets', MAX_ROWS),
    posts: host.table('posts', MAX_ROWS),
    comments: host.table('comments', MAX_ROWS),
    nextId: () => {
      const id = BigInt(settings.get('last-id') ?? 7_000_000_000_000_000_000n) + 1n;
      settings.set('last-id', id.toString());
      return id.toString();
    },
  };
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly vanityName: string;
  readonly role: string;
}

const COUNTS: readonly (readonly [string, number])[] = [['pages_', 2], ['chain_', 130], ['analyst_', 1]];

/** The organizations of a member, by the beginning of the name. */
export function organizationsOf(account: string): readonly Organization[] {
  const [prefix = '', count = 0] = COUNTS.find(([beginning]) => account.startsWith(beginning)) ?? [];
  return Array.from({ length: count }, (_, index) => ({
    id: idOfName(`organization ${index} ${account}`, 8),
    name: `Company ${index + 1} of ${account}`,
    vanityName: `${account.replaceAll(/[^a-z0-9]/gi, '-').toLowerCase()}-${index + 1}`,
    role: prefix === 'analyst_' ? 'ANALYST' : index === 1 ? 'CONTENT_ADMINISTRATOR' : 'ADMINISTRATOR',
  }));
}

export const memberIdOf = (account: string): string => tokenOfName(`member ${account}`, 10);
