import { isCancelable, onRetryAsked, onSettled } from '../domain/protocol.ts';
import { move } from '../domain/transitions.ts';
import type { FakeDatabase, Read, Row } from './database.ts';
import type { FakePlatform } from './platform.ts';
import type { World } from './world.ts';

/** The people behind the posts: they cancel, ask for another round, and settle what is unconfirmed with what they see. */
export class SimulatedCustomer {
  /** Targets whose cancellation was confirmed. */
  readonly canceled = new Set<number>();
  /** Targets that were settled by what a person saw. */
  readonly settled = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly database: FakeDatabase,
    private readonly platform: FakePlatform,
  ) {}

  /** A restored database knows nothing of what was confirmed after the back-up. */
  forgetLost(): void {
    for (const row of this.database.rows) if (row.progress.state !== 'canceled') this.canceled.delete(row.id);
  }

  /** One thing that the state of the target invites to. */
  act(row: Row): void {
    const { state } = row.progress;
    if (state === 'scheduled' || state === 'due') this.#change(row, (read) => this.#cancel(read));
    if (state === 'failed') this.#change(row, (read) => this.database.saveProgress(read, onRetryAsked(read.progress, this.world.nowMs)));
    if (state === 'unconfirmed') this.#change(row, (read) => this.#settle(read));
  }

  /** Reads, thinks for as long as a transaction takes, and writes. The post is locked meanwhile, which claims do not ask for. */
  #change(row: Row, write: (read: Read) => void): void {
    const { nowMs, random, clock } = this.world;
    if (row.lockedUntilMs > nowMs) return;
    const { progress, owner, checkpoint, credentialRevision } = row;
    row.lockedUntilMs = nowMs + random.between(1, 60);
    clock.at(row.lockedUntilMs, () => {
      if (this.database.rows.includes(row)) write({ row, progress, owner, checkpoint, credentialRevision });
    });
  }

  #cancel(read: Read): void {
    const { progress, row } = read;
    const seen = this.world.lacks('cancel_parts') ? { ...progress, parts: [] } : progress;
    if (!isCancelable(seen) && !(this.world.lacks('cancel_unresolved') && progress.parts.length === 0)) return;
    const isDone = this.database.saveProgress(read, { ...progress, state: move(progress.state, 'canceled'), nextTryAtMs: null });
    if (isDone || this.world.lacks('unchecked_cancel')) this.canceled.add(row.id);
  }

  #settle(read: Read): void {
    if (read.progress.state !== 'unconfirmed') return;
    const isVisible = this.platform.count(read.row.id, read.progress.parts.length) > 0;
    this.settled.add(read.row.id);
    this.database.saveProgress(read, onSettled(read.progress, isVisible ? 'published' : 'not_published', null, this.world.nowMs).progress);
  }
}
