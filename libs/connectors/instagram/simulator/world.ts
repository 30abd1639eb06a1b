import { createHash } from 'node:crypto';
import type { SimulatorHost, Table } from '../../kit/simulator.ts';

export interface User {
  /** Id of the professional account, above 2^53 as the real ones are. */
  readonly userId: string;
  /** Id of the account for one app. */
  readonly scopedId: string;
  readonly username: string;
}

export interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

export interface Token {
  readonly clientId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly kind: 'short' | 'long';
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export interface Container {
  readonly id: string;
  readonly userId: string;
  readonly mediaType: 'IMAGE' | 'VIDEO' | 'REELS' | 'STORIES' | 'CAROUSEL';
  readonly isChild: boolean;
  readonly caption: string;
  readonly createdAtMs: number;
  /** `2207052` and the like, when Instagram could not use the media. */
  readonly failedWith?: string;
  readonly publishedAs?: string;
}

export interface Media {
  readonly id: string;
  readonly userId: string;
  readonly caption: string;
  readonly mediaType: Container['mediaType'];
  readonly shortcode: string;
  readonly atMs: number;
}

export interface Comment {
  readonly id: string;
  readonly mediaId: string;
  readonly userId: string;
  readonly text: string;
  readonly atMs: number;
}

/** What the simulated Instagram remembers. */
export interface World {
  readonly users: Table<User>;
  /** Secret by client id, learned at the first call that brings one. */
  readonly apps: Table<string>;
  readonly codes: Table<Code>;
  readonly tokens: Table<Token>;
  readonly containers: Table<Container>;
  readonly media: Table<Media>;
  readonly comments: Table<Comment>;
  nextId(): string;
}

const MAX_ROWS = 200_000;
const FIRST_ID = 17_900_000_000_000_000n;

export function openWorld(host: SimulatorHost): World {
  const settings = host.table<string>('settings');
  return {
    users: host.table('users', MAX_ROWS),
    apps: host.table('apps', MAX_ROWS),
    codes: host.table('codes', MAX_ROWS),
    tokens: host.table('tokens', MAX_ROWS),
    containers: host.table('containers', MAX_ROWS),
    media: host.table('media', MAX_ROWS),
    comments: host.table('comments', MAX_ROWS),
    nextId: () => {
      const id = BigInt(settings.get('last-id') ?? FIRST_ID) + 1n;
      settings.set('last-id', id.toString());
      return id.toString();
    },
  };
}

const digits = (text: string, first: bigint): string =>
  (first + BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 12)}`)).toString();

/** The account of that name; the same name is always the same account. */
export function userNamed(world: World, username: string): User {
  const user = {
    userId: digits(username, 17_841_400_000_000_001n),
    scopedId: digits(`scoped ${username}`, 24_000_000_000_000_001n),
    username,
  };
  world.users.set(user.userId, user);
  return user;
}

/** Takes the secret of an app that is seen for the first time; afterwards it has to be the same. One that begins with `wrong` never is. */
export function isAppSecret(world: World, clientId: string, secret: string): boolean {
  if (clientId === '' || secret === '' || secret.startsWith('wrong')) return false;
  const known = world.apps.get(clientId);
  if (known === undefined) world.apps.set(clientId, secret);
  return known === undefined || known === secret;
}
