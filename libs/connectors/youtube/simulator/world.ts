import type { SimulatorHost, Table } from '../../kit/simulator.ts';
import { tokenOfName } from '../../kit/simulation/index.ts';

export interface Channel {
  readonly id: string;
  readonly title: string;
  readonly handle: string;
}

/** What `videos.insert` was given, as far as it is kept. */
export interface Metadata {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly categoryId: string;
  readonly status: Readonly<Record<string, unknown>>;
}

/** A resumable upload. Its bytes are not kept: where it has got to is, and how the file begins. */
export interface Session {
  readonly id: string;
  readonly channelId: string;
  readonly parts: string;
  readonly metadata: Metadata;
  readonly mimeType: string;
  readonly totalBytes: number;
  readonly offset: number;
  /** The first bytes, in hexadecimal. */
  readonly head: string;
  readonly openedAtMs: number;
  readonly videoId: string | null;
}

export interface Video {
  readonly id: string;
  readonly channelId: string;
  readonly channelTitle: string;
  readonly metadata: Metadata;
  readonly isPlayable: boolean;
  readonly hasThumbnail: boolean;
  readonly atMs: number;
}

export interface PlaylistItem {
  readonly id: string;
  readonly playlistId: string;
  readonly videoId: string;
}

export interface Comment {
  readonly id: string;
  readonly videoId: string;
  readonly channelId: string;
  readonly text: string;
  readonly atMs: number;
}

/** What the simulated YouTube remembers. */
export interface World {
  readonly sessions: Table<Session>;
  readonly videos: Table<Video>;
  readonly playlistItems: Table<PlaylistItem>;
  readonly comments: Table<Comment>;
}

const MAX_ROWS = 200_000;

export function openWorld(host: SimulatorHost): World {
  return {
    sessions: host.table('sessions', MAX_ROWS),
    videos: host.table('videos', MAX_ROWS),
    playlistItems: host.table('playlist_items', MAX_ROWS),
    comments: host.table('comments', MAX_ROWS),
  };
}

/** The channels of a Google account: three for `channels_`, none for `nochannel_`, else one. The first is the default one. */
export function channelsOf(account: string): readonly Channel[] {
  if (account.startsWith('nochannel_')) return [];
  const titles = account.startsWith('channels_') ? [account, `${account} Music`, `${account} Games`] : [account];
  return titles.map((title) => ({ id: `UC${tokenOfName(title, 22)}`, title, handle: `@${title.toLowerCase().replaceAll(' ', '-')}` }));
}

/** The list of a channel's own uploads. */
export const uploadsOf = (channelId: string): string => `UU${channelId.slice(2)}`;
