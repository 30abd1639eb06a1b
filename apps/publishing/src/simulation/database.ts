import type { Pause } from '../domain/protocol.ts';
import { claim } from '../domain/protocol.ts';
import type { TargetProgress } from '../domain/target.ts';
import { HOLDS_ORDER, TRANSITIONS } from '../domain/transitions.ts';
import { Violation, type SimulatedAccount, type World } from './world.ts';

/** A row of `targets`. */
export interface Row {
  readonly id: number;
  readonly account: SimulatedAccount;
  readonly allowOvertake: boolean;
  /** Visible calls that it takes: more than one for a thread. */
  readonly partCount: number;
  /** The publication is whole without its last part. */
  readonly isLastOptional: boolean;
  /** What it says; another target of the account may say the same. */
  readonly words: number;
  progress: TargetProgress;
  owner: number | null;
  /** The container of class C, and how far the preparation of the next part got. */
  checkpoint: number | null;
  credentialRevision: number | null;
  /** The post is locked by another transaction until then. */
  lockedUntilMs: number;
}

/** A row as it was read, by a worker that claimed it or by a transaction that wants to change it. */
export interface Read {
  readonly row: Row;
  readonly progress: TargetProgress;
  readonly owner: number | null;
  readonly checkpoint: number | null;
  readonly credentialRevision: number | null;
}

const OPEN = ['scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling'];

/** The tables and the conditions of the SQL statements, each an atomic change. Times are the database's. */
export class FakeDatabase {
  rows: Row[] = [];
  readonly #pauses = new Map<string, number>();
  /** Without these the state of a row says nothing about the next, and the run is judged by what became visible. */
  readonly #isBlind: boolean;

  constructor(
    private readonly world: World,
    /** Something changed that an idle worker may want to know. */
    private readonly onChange: () => void,
  ) {
    this.#isBlind = world.lacks('no_fence') || world.lacks('no_intent') || world.lacks('blind_release');
  }

  insert(row: Row): void {
    this.rows.push(row);
    this.onChange();
  }

  /** The scheduler's statement, for one row; false when it has to come again because the post is locked. */
  markDue(row: Row): boolean {
    const { progress } = row;
    if (progress.state !== 'scheduled') return true;
    if (row.lockedUntilMs > this.world.nowMs) return false;
    this.#write(row, { ...progress, state: 'due', nextTryAtMs: progress.dueAtMs, fence: progress.fence + 1 }, 'due');
    return true;
  }

  claimFollowUps(owner: number): Read[] {
    const claimed: Read[] = [];
    for (const row of this.rows) {
      const { state, nextTryAtMs } = row.progress;
      if (state !== 'unknown' && state !== 'submitted' && state !== 'processing') continue;
      if (row.owner !== null || nextTryAtMs === null || nextTryAtMs > this.world.nowMs) continue;
      claimed.push(this.#claim(row, owner));
    }
    return claimed;
  }

  /** The head of each account: the first that holds its order and does not wait for a retry, if it is due and may pass what waits. */
  claimDue(owner: number, accounts: readonly SimulatedAccount[]): Read[] {
    const claimed: Read[] = [];
    for (const account of accounts) {
      const head = this.#head(account);
      if (head !== undefined) claimed.push(this.#claim(head, owner));
    }
    return claimed;
  }

  commitIntent({ row, progress: read }: Read, owner: number, progress: TargetProgress, credentialRevision: number): boolean {
    if (!this.#isHeld(row, owner, read.fence)) return false;
    if (row.progress.state !== 'claimed' && !this.world.lacks('no_fence')) return false;
    if (this.world.lacks('stale_revision')) row.credentialRevision = credentialRevision;
    this.#write(row, progress, 'intent');
    return true;
  }

  saveCheckpoint({ row, progress: read }: Read, owner: number, checkpoint: number | null): boolean {
    if (!this.#isHeld(row, owner, read.fence)) return false;
    row.checkpoint = checkpoint;
    return true;
  }

  commitOutcome(
    { row, progress: read }: Read,
    owner: number,
    progress: TargetProgress,
    refusedRevision: number | undefined,
    pause: Pause | undefined,
  ): boolean {
    if (!this.#isHeld(row, owner, read.fence)) return false;
    row.owner = null;
    if (progress.parts.length > row.progress.parts.length) row.checkpoint = null;
    if (refusedRevision !== undefined && !this.world.lacks('stale_revision')) row.credentialRevision = refusedRevision;
    this.#write(row, progress, 'outcome');
    if (pause !== undefined) this.#keepPause(row.account, pause);
    return true;
  }

  ownedBy(owner: number): Read[] {
    return this.rows.filter((row) => row.owner === owner).map(read);
  }

  /** Ids of the account's other posts that are known since then. */
  idsOfOthers({ id, account }: Row, sinceMs: number): string[] {
    return this.rows.flatMap((other) => {
      const isKnown = other.account === account && other.id !== id && (other.progress.publishedAtMs ?? -Infinity) >= sinceMs;
      return isKnown ? other.progress.parts.map(({ platformPostId }) => platformPostId) : [];
    });
  }

  dueBefore(atMs: number): Read[] {
    return this.rows.filter(({ progress }) => OPEN.includes(progress.state) && progress.dueAtMs <= atMs).map(read);
  }

  /** Gives a row up for another owner; it must still be what was read. */
  release({ row, progress: before, owner }: Read, progress: TargetProgress): void {
    if (row.owner !== owner || row.progress.fence !== before.fence) return;
    if (row.progress.state !== before.state && !this.world.lacks('blind_release')) return;
    row.owner = null;
    this.#write(row, progress, 'release');
  }

  /** A person's change; false when the row is not any more what was read. */
  saveProgress({ row, progress: before }: Read, progress: TargetProgress): boolean {
    if (row.progress.fence !== before.fence) return false;
    row.owner = null;
    this.#write(row, { ...progress, fence: before.fence + 1 }, 'customer');
    return true;
  }

  pausedUntilMs({ id }: SimulatedAccount): number {
    return Math.max(this.#pauses.get(`account:${id}`) ?? 0, this.#pauses.get(`app:${id}`) ?? 0, this.#pauses.get(`platform:${id}`) ?? 0);
  }

  #head(account: SimulatedAccount): Row | undefined {
    const { nowMs } = this.world;
    let head: Row | undefined;
    let first: Row | undefined;
    for (const row of this.rows) {
      if (row.account !== account || !HOLDS_ORDER.includes(row.progress.state)) continue;
      if (first === undefined || isEarlier(row, first)) first = row;
      const waits = row.progress.state === 'due' && ((row.progress.nextTryAtMs ?? Infinity) > nowMs || this.#isAccompanied(row));
      if (waits || (this.world.lacks('no_order') && row.progress.state !== 'due')) continue;
      if (head === undefined || isEarlier(row, head)) head = row;
    }
    if (head === undefined || head.progress.state !== 'due' || this.pausedUntilMs(account) > nowMs) return undefined;
    return head.allowOvertake || first === head || this.world.lacks('no_order') ? head : undefined;
  }

  /** Whether a target that would begin has to wait for another that says the same and is under way or in doubt: one could be taken for the other. */
  #isAccompanied(row: Row): boolean {
    const begins = !row.progress.hadUnknown && row.progress.parts.length === 0;
    if (!begins || this.world.lacks('same_at_once')) return false;
    return this.rows.some(({ id, account, words, progress }) => id !== row.id && account === row.account && words === row.words && isUnderWay(progress));
  }

  #claim(row: Row, owner: number): Read {
    row.owner = owner;
    this.#write(row, claim(row.progress), 'claim');
    return read(row);
  }

  #isHeld(row: Row, owner: number, fence: number): boolean {
    return this.world.lacks('no_fence') || (row.owner === owner && row.progress.fence === fence);
  }

  #keepPause(account: SimulatedAccount, { scope, untilMs }: Pause): void {
    const name = `${scope}:${account.id}`;
    this.#pauses.set(name, Math.max(this.#pauses.get(name) ?? 0, untilMs));
  }

  #write(row: Row, progress: TargetProgress, what: string): void {
    const from = row.progress.state;
    const to = progress.state;
    if (this.world.trace !== undefined) {
      const { error, fence, nextTryAtMs } = progress;
      const next = nextTryAtMs === null ? '' : ` next in ${Math.round((nextTryAtMs - this.world.nowMs) / 100) / 10}s`;
      this.world.note(
        `target ${row.id} ${what}: ${from} -> ${to} fence ${fence}${next}${error === null ? '' : ` (${error.category}: ${error.message})`}`,
      );
    }
    if (from !== to && !this.#isBlind && !TRANSITIONS[from].includes(to))
      throw new Violation(`target ${row.id} went from ${from} to ${to}, which is not in the table`);
    row.progress = progress;
    this.onChange();
  }
}

function read(row: Row): Read {
  return { row, progress: row.progress, owner: row.owner, checkpoint: row.checkpoint, credentialRevision: row.credentialRevision };
}

function isUnderWay({ state, hadUnknown }: TargetProgress): boolean {
  return (state === 'due' && hadUnknown) || ['claimed', 'dispatching', 'unknown', 'reconciling'].includes(state);
}

function isEarlier(one: Row, other: Row): boolean {
  const { dueAtMs } = one.progress;
  const otherMs = other.progress.dueAtMs;
  return dueAtMs < otherMs || (dueAtMs === otherMs && one.id < other.id);
}
