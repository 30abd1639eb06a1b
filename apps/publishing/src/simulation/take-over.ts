import { onOwnerGone, onRestoredAt } from '../domain/protocol.ts';
import type { FakeDatabase, Read, Row } from './database.ts';
import type { Session, Steps } from './process.ts';
import { commit } from './worker.ts';
import type { World } from './world.ts';

/** Silence after which the ablation of leases takes an owner for dead. */
export const LEASE_MS = 15_000;

/** What take-over.ts does: frees what owners that are gone had begun. */
export class SimulatedTakeOver {
  constructor(
    private readonly world: World,
    private readonly database: FakeDatabase,
    private readonly sessions: ReadonlyMap<number, Session>,
  ) {}

  *execute(self: number): Steps {
    const owners = yield* commit(this.world, () => this.#otherOwners(self));
    for (const owner of owners) {
      yield this.world.random.between(1, 20);
      if (!this.isGone(owner)) continue;
      const session = this.sessions.get(owner);
      const readingMs = this.world.random.between(1, 40);
      // The transaction holds the owner's lock from here to its end.
      if (session !== undefined) session.takenOverUntilMs = this.world.nowMs + readingMs + 20;
      const owned = this.database.ownedBy(owner);
      yield readingMs;
      yield* commit(this.world, () => this.#releaseAll(owned));
    }
  }

  /** Gives up targets of an owner that lives but does not work on them. */
  *forgotten(owner: number, isActive: (row: Row) => boolean): Steps {
    yield* commit(this.world, () => this.#releaseAll(this.database.ownedBy(owner).filter(({ row }) => !isActive(row))));
  }

  /** Gives up one target of an owner that lives and cannot go on with it. */
  *abandon({ row, progress }: Read, owner: number): Steps {
    yield* commit(this.world, () =>
      this.#releaseAll(this.database.ownedBy(owner).filter((held) => held.row === row && held.progress.fence === progress.fence)),
    );
  }

  *restored(restoredAtMs: number): Steps {
    // What a living worker of this installation holds was reconciled before it was claimed.
    const isFree = ({ owner }: Read): boolean => owner === null || this.isGone(owner);
    const affected = this.database.dueBefore(restoredAtMs).filter(isFree);
    yield this.world.random.between(1, 40);
    yield* commit(this.world, () => {
      for (const read of affected)
        this.database.release(read, this.#soon(onRestoredAt(read.progress, read.row.account.policy, this.world.nowMs)));
    });
  }

  /** Whether an owner's lock is free. */
  isGone(owner: number): boolean {
    const session = this.sessions.get(owner);
    if (session === undefined) return true;
    if (session.takenOverUntilMs > this.world.nowMs) return false;
    const isSilent = this.world.lacks('lease') && session.silentSinceMs !== null && this.world.nowMs > session.silentSinceMs + LEASE_MS;
    return !session.isLive || isSilent;
  }

  #otherOwners(self: number): number[] {
    const owners = new Set<number>();
    for (const { owner } of this.database.rows) if (owner !== null && owner !== self) owners.add(owner);
    return [...owners];
  }

  #releaseAll(reads: readonly Read[]): void {
    for (const read of reads) this.database.release(read, this.#afterOwner(read));
  }

  #afterOwner({ progress, row }: Read): Read['progress'] {
    const freed = onOwnerGone(progress, row.account.policy, this.world.nowMs);
    if (this.world.lacks('blind_retry') && progress.state === 'dispatching')
      return { ...freed, state: 'due', nextTryAtMs: this.world.nowMs };
    return this.#soon(freed);
  }

  #soon(progress: Read['progress']): Read['progress'] {
    return this.world.lacks('no_settle') && progress.state === 'unknown' ? { ...progress, nextTryAtMs: this.world.nowMs } : progress;
  }
}
