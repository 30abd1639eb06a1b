import type { SimulatorHost, Table } from '../../kit/simulator.ts';

export interface Photo {
  readonly id: string;
  readonly pageId: string;
  readonly altText: string | null;
}

export interface Post {
  /** `{page}_{post}`. */
  readonly id: string;
  readonly pageId: string;
  readonly message: string;
  readonly link: string | null;
  readonly photos: readonly string[];
  readonly isDraft: boolean;
  readonly atMs: number;
}

export interface Comment {
  readonly id: string;
  readonly objectId: string;
  readonly pageId: string;
  readonly message: string;
  readonly atMs: number;
}

export interface Video {
  readonly id: string;
  readonly pageId: string;
  readonly kind: 'video' | 'reel' | 'story';
  readonly session: string;
  readonly sizeBytes: number | null;
  readonly offset: number;
  /** The first bytes, in hexadecimal: they tell what the file is. */
  readonly head: string;
  readonly cover: boolean;
  readonly description: string;
  readonly state: 'PUBLISHED' | 'DRAFT' | null;
  readonly finishedAtMs: number | null;
}

export interface Story {
  /** The id of its post. */
  readonly id: string;
  readonly pageId: string;
  readonly mediaId: string;
  readonly atMs: number;
}

/** What the simulated Facebook remembers. */
export interface World {
  readonly photos: Table<Photo>;
  readonly posts: Table<Post>;
  readonly comments: Table<Comment>;
  readonly videos: Table<Video>;
  readonly stories: Table<Story>;
  nextId(): string;
}

const MAX_ROWS = 200_000;
const FIRST_ID = 122_100_000_000_000_000n;

export function openWorld(host: SimulatorHost): World {
  const settings = host.table<string>('settings');
  return {
    photos: host.table('photos', MAX_ROWS),
    posts: host.table('posts', MAX_ROWS),
    comments: host.table('comments', MAX_ROWS),
    videos: host.table('videos', MAX_ROWS),
    stories: host.table('stories', MAX_ROWS),
    nextId: () => {
      const id = BigInt(settings.get('last-id') ?? FIRST_ID) + 1n;
      settings.set('last-id', id.toString());
      return id.toString();
    },
  };
}
