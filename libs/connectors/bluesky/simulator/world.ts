import type { SimulatorHost, Table } from '../../kit/simulator.ts';
import { tidOf } from './identifiers.ts';

export interface Account {
  readonly did: string;
  readonly handle: string;
}

/** A refresh token by its `jti`. Used once, it names its successor and lives on for the grace of two hours. */
export interface Session {
  readonly did: string;
  readonly expiresAtMs: number;
  readonly nextId?: string;
}

export interface StoredRecord {
  readonly did: string;
  readonly collection: string;
  readonly rkey: string;
  readonly cid: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The bytes are not kept: nobody asks for them. */
export interface StoredBlob {
  readonly did: string;
  readonly mimeType: string;
  readonly size: number;
}

/** What the simulated server remembers. */
export interface World {
  readonly accounts: Table<Account>;
  readonly handles: Table<string>;
  readonly sessions: Table<Session>;
  readonly records: Table<StoredRecord>;
  readonly blobs: Table<StoredBlob>;
  /** The key that signs session tokens: it outlives a restart, as the tokens do. */
  readonly signingKey: () => string;
  /** A TID later than every one before it. */
  readonly nextTid: () => string;
}

const MAX_ROWS = 200_000;

export function openWorld(host: SimulatorHost): World {
  const settings = host.table<string>('settings');
  let lastMicroseconds = 0n;
  return {
    accounts: host.table('accounts', MAX_ROWS),
    handles: host.table('handles', MAX_ROWS),
    sessions: host.table('sessions', MAX_ROWS),
    records: host.table('records', MAX_ROWS),
    blobs: host.table('blobs', MAX_ROWS),
    signingKey: () => {
      const known = settings.get('signing-key');
      if (known !== undefined) return known;
      const key = host.random(32);
      settings.set('signing-key', key);
      return key;
    },
    nextTid: () => {
      const now = BigInt(Math.floor(host.now())) * 1000n;
      lastMicroseconds = now > lastMicroseconds ? now : lastMicroseconds + 1n;
      return tidOf(lastMicroseconds);
    },
  };
}

export const recordId = (did: string, collection: string, rkey: string): string => `${did}/${collection}/${rkey}`;
export const uriOf = (record: Pick<StoredRecord, 'did' | 'collection' | 'rkey'>): string =>
  `at://${recordId(record.did, record.collection, record.rkey)}`;
