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

/** A video upload in parts; of the parts only what tells them apart is kept. */
export interface StoredUpload {
  readonly jobId: string;
  readonly did: string;
  readonly sizeBytes: number;
  readonly partBytes: number;
  readonly name: string;
  readonly expiresAtMs: number;
  readonly state: 'created' | 'completed' | 'aborted';
  /** Hash and kind of each part that came, by its number. */
  readonly parts: Readonly<Record<string, { readonly hash: string; readonly mimeType?: string }>>;
  readonly completedJobId?: string;
}

/** A video that the video service works on. */
export interface VideoJob {
  readonly jobId: string;
  readonly did: string;
  /** Tells videos apart. */
  readonly content: string;
  readonly sizeBytes: number;
  readonly name: string;
  readonly uploadedAtMs: number;
  /** The end of the token with which the service will store the video. */
  readonly tokenEndsAtMs: number;
}

/** What an account uploaded on one day. */
export interface VideoDay {
  readonly videos: number;
  readonly bytes: number;
}

/** What the simulated server remembers. */
export interface World {
  readonly accounts: Table<Account>;
  readonly handles: Table<string>;
  readonly sessions: Table<Session>;
  readonly records: Table<StoredRecord>;
  readonly blobs: Table<StoredBlob>;
  readonly uploads: Table<StoredUpload>;
  readonly videoJobs: Table<VideoJob>;
  readonly videoDays: Table<VideoDay>;
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
    uploads: host.table('uploads', MAX_ROWS),
    videoJobs: host.table('video-jobs', MAX_ROWS),
    videoDays: host.table('video-days', MAX_ROWS),
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
