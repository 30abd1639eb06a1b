import { tokenOfName } from '../../kit/simulation/index.ts';
import type { SimulatorHost, Table } from '../../kit/simulator.ts';

export const PUBLIC = 'PUBLIC_TO_EVERYONE';
export const SELF = 'SELF_ONLY';

/** The bytes of a file on their way. */
export interface Upload {
  readonly id: string;
  readonly token: string;
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly chunkCount: number;
  readonly receivedBytes: number;
  /** The first bytes, in hexadecimal. */
  readonly head: string;
  readonly expiresAtMs: number;
}

/** What an app began to publish for a user. */
export interface Publication {
  readonly id: string;
  readonly openId: string;
  readonly clientId: string;
  readonly username: string;
  readonly kind: 'video' | 'photos';
  readonly isDraft: boolean;
  readonly title: string;
  readonly description: string;
  readonly privacy: string;
  readonly beganAtMs: number;
  readonly upload: Upload | null;
  /** When all bytes were there, or the files were fetched: from then on it runs to its end by itself. */
  readonly acceptedAtMs: number | null;
  /** Why nothing will come of it; null when all is well. */
  readonly failReason: string | null;
  /** TikTok's own id of the post, a number of 64 bits in digits. */
  readonly postId: string;
}

/** What the simulated TikTok remembers. */
export interface World {
  readonly publications: Table<Publication>;
  /** Publication by the id of its upload. */
  readonly uploads: Table<string>;
  /** When a token made calls of a kind, in the last minute. */
  readonly calls: Table<readonly number[]>;
  nextId(): string;
}

const MAX_ROWS = 100_000;

export function openWorld(host: SimulatorHost): World {
  const settings = host.table<string>('settings');
  return {
    publications: host.table('publications', MAX_ROWS),
    uploads: host.table('uploads', MAX_ROWS),
    calls: host.table('calls', MAX_ROWS),
    nextId: () => {
      const id = BigInt(settings.get('last-id') ?? 7_500_000_000_000_000_000n) + 1n;
      settings.set('last-id', id.toString());
      return id.toString();
    },
  };
}

/** What a creator may post now, in TikTok's words. */
export interface Creator {
  readonly privacy_level_options: readonly string[];
  readonly comment_disabled: boolean;
  readonly duet_disabled: boolean;
  readonly stitch_disabled: boolean;
  readonly max_video_post_duration_sec: number;
}

export const isPrivate = (username: string): boolean => username.startsWith('private_');

/** The settings of a creator, by the beginning of the name. */
export function creatorOf(username: string): Creator {
  const isQuiet = username.startsWith('quiet_');
  return {
    privacy_level_options: [isPrivate(username) ? 'FOLLOWER_OF_CREATOR' : PUBLIC, 'MUTUAL_FOLLOW_FRIENDS', SELF],
    comment_disabled: isQuiet,
    duet_disabled: isQuiet || isPrivate(username),
    stitch_disabled: isQuiet || isPrivate(username),
    max_video_post_duration_sec: username.startsWith('brief_') ? 60 : 600,
  };
}

/** An id is of a user and an app; another app is told another one. */
export const openIdOf = (username: string, clientId: string): string => `-000${tokenOfName(`${clientId} ${username}`, 32)}`;
export const unionIdOf = (username: string): string => tokenOfName(`union ${username}`, 36);
