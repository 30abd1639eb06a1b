import { createHash } from 'node:crypto';
import type { SimulatorHost, Table } from '../../kit/simulator.ts';

/** An app, known from the first token call on. Only a digest of its secret is kept: somebody may type a real one. */
export interface App {
  readonly clientId: string;
  readonly secretDigest: string;
}

export interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly method: 'S256' | 'plain';
  readonly scopes: readonly string[];
  readonly userId: string;
  readonly expiresAtMs: number;
}

/** What a user once consented to; its tokens live and die with it. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}

export interface AccessToken {
  readonly grantId: string;
  readonly expiresAtMs: number;
}

export interface RefreshToken {
  readonly grantId: string;
  readonly used: boolean;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

export interface UrlEntity {
  readonly start: number;
  readonly end: number;
  readonly url: string;
  readonly expanded_url: string;
  readonly display_url: string;
  readonly media_key?: string;
}

export interface Post {
  readonly id: string;
  readonly userId: string;
  /** As it was sent. */
  readonly rawText: string;
  /** As X gives it back: links wrapped, HTML escaped. */
  readonly text: string;
  readonly urls: readonly UrlEntity[];
  readonly mediaKeys: readonly string[];
  readonly replyTo: string | null;
  readonly createdAtMs: number;
}

export interface Media {
  readonly id: string;
  readonly key: string;
  readonly userId: string;
  readonly category: string;
  readonly totalBytes: number;
  /** Bytes per segment that came in. */
  readonly segments: Readonly<Record<string, number>>;
  readonly state: 'open' | 'final';
  /** The file begins with `unsupported`: its processing fails. */
  readonly broken: boolean;
  readonly readyAtMs: number;
  readonly expiresAtMs: number;
  readonly altText: string | null;
}

/** The tables of the simulated X. Rows are replaced, never changed in place. */
export interface World {
  readonly apps: Table<App>;
  readonly codes: Table<Code>;
  readonly grants: Table<Grant>;
  readonly accessTokens: Table<AccessToken>;
  readonly refreshTokens: Table<RefreshToken>;
  readonly users: Table<User>;
  readonly posts: Table<Post>;
  /** The newest post of a text by a user, to find duplicates by. */
  readonly texts: Table<{ readonly postId: string; readonly atMs: number }>;
  readonly media: Table<Media>;
}

export function openWorld(host: SimulatorHost): World {
  return {
    apps: host.table('apps', 10_000),
    codes: host.table('codes', 10_000),
    grants: host.table('grants', 100_000),
    accessTokens: host.table('accessTokens', 100_000),
    refreshTokens: host.table('refreshTokens', 100_000),
    users: host.table('users', 100_000),
    posts: host.table('posts', 100_000),
    texts: host.table('texts', 100_000),
    media: host.table('media', 10_000),
  };
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The account of that name; the same name is always the same account. */
export function userNamed(world: World, username: string): User {
  const hex = createHash('sha256').update(username.toLowerCase()).digest('hex');
  const id = (10n ** 15n + BigInt(`0x${hex.slice(0, 13)}`)).toString();
  const known = world.users.get(id);
  if (known !== undefined) return known;
  const user = { id, username, name: username.replaceAll('_', ' ') };
  world.users.set(id, user);
  return user;
}

/** Accounts whose name begins with `premium` may post longer. */
export const isPremium = (user: User): boolean => user.username.toLowerCase().startsWith('premium');

/** Accounts whose name begins with `repeats` may say the same again: X promises nowhere that it refuses every duplicate. */
export const mayRepeat = (user: User): boolean => user.username.toLowerCase().startsWith('repeats');

const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;

/** A new id as X makes them: the time in the high bits, so that ids sort by time. */
export function snowflake(host: SimulatorHost, isTaken: (id: string) => boolean): string {
  const time = BigInt(Math.max(host.now() - SNOWFLAKE_EPOCH_MS, 1)) << 22n;
  for (;;) {
    const low = BigInt(`0x${Buffer.from(host.random(3), 'base64url').toString('hex')}`) & 0x3fffffn;
    const id = (time | low).toString();
    if (!isTaken(id)) return id;
  }
}
