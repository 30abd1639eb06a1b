import type { SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { REFUSALS } from './answers.ts';
import type { Caller } from './tokens.ts';
import { isPrivate, SELF, type Publication, type World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_POSTS = 15;
const MAX_PENDING_SHARES = 5;
const MAX_UNAUDITED_USERS = 5;

/** Calls a minute that a token may make. */
export const PER_MINUTE = { begin: 6, creator: 20, status: 30, display: 600 } as const;

const isUnaudited = (clientId: string): boolean => clientId.startsWith('unaudited');

/** What a token, a creator and an app may do in a minute and in a day. */
export class Caps {
  readonly #host: SimulatorHost;
  readonly #world: World;

  constructor(host: SimulatorHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** Counts a call of the token; refuses the one too many within a sliding minute. */
  count({ grantId }: Caller, kind: keyof typeof PER_MINUTE): SimulatedResponse | undefined {
    const key = `${grantId} ${kind}`;
    const nowMs = this.#host.now();
    const recent = (this.#world.calls.get(key) ?? []).filter((atMs) => atMs > nowMs - MINUTE_MS);
    if (recent.length >= PER_MINUTE[kind]) return REFUSALS.rate_limit_exceeded();
    this.#world.calls.set(key, [...recent, nowMs]);
    return undefined;
  }

  /** Why this user may not post at all now. */
  ofPosting(caller: Caller): SimulatedResponse | undefined {
    if (caller.username.startsWith('banned_')) return REFUSALS.user_banned();
    if (this.#lastDay(({ openId, isDraft }) => openId === caller.openId && !isDraft).length >= MAX_POSTS) return REFUSALS.too_many_posts();
    if (!isUnaudited(caller.clientId)) return undefined;
    const others = new Set(this.#lastDay(({ clientId, openId }) => clientId === caller.clientId && openId !== caller.openId).map(({ openId }) => openId));
    return others.size >= MAX_UNAUDITED_USERS ? REFUSALS.active_user_cap() : undefined;
  }

  /** Apps that were not audited post for private accounts, and for nobody's eyes. */
  ofAudit(caller: Caller, privacy: string): SimulatedResponse | undefined {
    return isUnaudited(caller.clientId) && !(privacy === SELF && isPrivate(caller.username)) ? REFUSALS.unaudited_client() : undefined;
  }

  /** Drafts wait in the inbox for a day. */
  ofDrafts(caller: Caller): SimulatedResponse | undefined {
    return this.#lastDay(({ openId, isDraft }) => openId === caller.openId && isDraft).length >= MAX_PENDING_SHARES ? REFUSALS.too_many_pending_shares() : undefined;
  }

  #lastDay(fits: (publication: Publication) => boolean): Publication[] {
    const sinceMs = this.#host.now() - DAY_MS;
    return [...this.#world.publications.values()].filter((one) => one.acceptedAtMs !== null && one.acceptedAtMs > sinceMs && one.failReason === null && fits(one));
  }
}
