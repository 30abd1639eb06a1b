import type { FakeDatabase, Read } from './database.ts';
import { PARK, SimulatedProcess, type Session, type Steps } from './process.ts';
import { LEASE_MS, SimulatedTakeOver } from './take-over.ts';
import { commit, DatabaseLost, type SimulatedPublishing } from './worker.ts';
import type { SimulatedAccount, World } from './world.ts';

const REST_MS = 2_000;
const TAKE_OVER_MS = 3_000;
/** So many times likelier is a pause or a cut while an intent is under way. */
const CRITICAL_FORCE = 4;

/** The worker processes: what each loops over, and what befalls them. */
export class Fleet {
  readonly #sessions = new Map<number, Session>();
  readonly #takeOver: SimulatedTakeOver;
  #processes: SimulatedProcess[] = [];
  /** Grows when the whole installation is lost: what would have started again in it does not. */
  #epoch = 0;
  #names = 0;
  #owners = 0;
  /** The moment that a restored fleet is told; what was due before is reconciled. */
  restoredAtMs: number | undefined;
  /** Neither the scheduler nor the API runs before a restore has been dealt with. */
  isOpen = true;

  constructor(
    private readonly world: World,
    private readonly database: FakeDatabase,
    private readonly publishing: SimulatedPublishing,
    private readonly accounts: readonly SimulatedAccount[],
  ) {
    this.#takeOver = new SimulatedTakeOver(world, database, this.#sessions);
  }

  start(count: number): void {
    for (let index = 0; index < count; index += 1) this.#boot();
  }

  /** Ends all, as a lost machine does. */
  endAll(): void {
    for (const process of this.#processes) this.#end(process);
    this.#processes = [];
    this.#epoch += 1;
  }

  /** Something changed: whoever rests looks sooner or later. */
  wakeAll(): void {
    for (const process of this.#processes) process.wake(this.world.random.between(0, REST_MS));
  }

  #boot(): void {
    const process = new SimulatedProcess(`worker-${(this.#names += 1)}`, this.world, (one) => this.#strike(one));
    this.#processes.push(process);
    if (this.world.trace !== undefined) this.world.note(`${process.name} starts`);
    process.run(this.#loop(process), this.world.random.between(1, 500));
  }

  *#loop(process: SimulatedProcess): Steps {
    let isRestored = this.restoredAtMs === undefined;
    for (;;) {
      try {
        if (!isRestored) yield* this.#takeOver.restored(this.restoredAtMs ?? 0);
        isRestored = true;
        this.isOpen = true;
        yield* this.#turn(process);
      } catch (error) {
        if (!(error instanceof DatabaseLost)) throw error;
        yield REST_MS;
      }
    }
  }

  *#turn(process: SimulatedProcess): Steps {
    process.forgetWakes();
    const session = yield* this.#hold(process);
    if (this.world.nowMs >= process.takeOverAtMs) {
      process.takeOverAtMs = this.world.nowMs + TAKE_OVER_MS;
      yield* this.#takeOver.execute(session.owner);
      if (!this.world.lacks('forgotten_claims')) yield* this.#takeOver.forgotten(session.owner, (row) => process.worksOn(row));
    }
    const { owner } = process.session ?? session;
    let lookedAtMs = 0;
    const claimed = yield* commit(this.world, () => {
      lookedAtMs = this.world.nowMs;
      return [...this.database.claimFollowUps(owner), ...this.database.claimDue(owner, this.accounts)];
    });
    for (const one of claimed) this.#run(process, one, this.#sessions.get(owner) ?? session);
    if (claimed.length > 0) return;
    process.wakeAt(this.#nextWorkMs(process, lookedAtMs));
    yield PARK;
  }

  #run(process: SimulatedProcess, claimed: Read, session: Session): void {
    process.active.add(claimed);
    process.run(this.#publish(process, claimed, session));
  }

  *#publish(process: SimulatedProcess, claimed: Read, session: Session): Steps {
    try {
      yield* this.publishing.execute(claimed, process, session);
    } catch (error) {
      if (!(error instanceof DatabaseLost)) throw error;
      if (this.world.trace !== undefined) this.world.note(`${process.name} lost the database over target ${claimed.row.id}`);
      yield* this.#abandon(claimed, session.owner);
    }
    process.active.delete(claimed);
    process.wake(0);
  }

  *#abandon(claimed: Read, owner: number): Steps {
    try {
      yield* this.#takeOver.abandon(claimed, owner);
    } catch (error) {
      if (!(error instanceof DatabaseLost)) throw error;
    }
  }

  *#hold(process: SimulatedProcess): Steps<Session> {
    if (process.session !== undefined) return process.session;
    yield this.world.random.between(1, 50);
    const session: Session = { owner: (this.#owners += 1), isLive: true, takenOverUntilMs: 0, silentSinceMs: null };
    this.#sessions.set(session.owner, session);
    process.session = session;
    if (this.world.trace !== undefined) this.world.note(`${process.name} owns as ${session.owner}`);
    return session;
  }

  /** When a look could find something that this look did not. */
  #nextWorkMs(process: SimulatedProcess, lookedAtMs: number): number {
    const { nowMs } = this.world;
    let nextMs = Infinity;
    for (const row of this.database.rows) {
      const { owner, progress, account } = row;
      const { state, nextTryAtMs } = progress;
      if (owner !== null) {
        const isOwn = owner === process.session?.owner;
        const isLost = isOwn ? !process.worksOn(row) && !this.world.lacks('forgotten_claims') : this.#takeOver.isGone(owner);
        if (isLost) nextMs = Math.min(nextMs, process.takeOverAtMs);
        if (!isOwn && this.#sessions.get(owner)?.isLive === false) nextMs = Math.min(nextMs, Math.max(nowMs + 250, process.takeOverAtMs));
        continue;
      }
      if (nextTryAtMs === null || state === 'scheduled') continue;
      const atMs = state === 'due' ? Math.max(nextTryAtMs, this.database.pausedUntilMs(account)) : nextTryAtMs;
      // What is due and was not claimed waits for an earlier one; the end of that wakes this worker.
      if (atMs > lookedAtMs || state !== 'due') nextMs = Math.min(nextMs, Math.max(atMs, nowMs + 250));
    }
    return nextMs;
  }

  #strike(process: SimulatedProcess): void {
    const { world } = this;
    if (world.isCalm) return;
    const { kill, pause, cut } = world.hostility;
    const { session } = process;
    const force = process.critical > 0 ? CRITICAL_FORCE : 1;
    if (world.strikes(kill)) {
      if (world.trace !== undefined) world.note(`${process.name} is killed`);
      this.#end(process);
      this.#processes = this.#processes.filter((one) => one !== process);
      const epoch = this.#epoch;
      world.clock.at(world.nowMs + world.random.between(500, 60_000), () => {
        if (epoch === this.#epoch) this.#boot();
      });
      return;
    }
    if (session?.isLive === true && world.strikes(cut * force)) this.#cut(process, session);
    if (world.strikes(pause * force)) this.#pause(process, session);
  }

  #end(process: SimulatedProcess): void {
    process.isAlive = false;
    if (process.session !== undefined) process.session.isLive = false;
    this.wakeAll();
  }

  /** The server ends the session; the process hears of it at once, soon, or after a while. */
  #cut(process: SimulatedProcess, session: Session): void {
    const noticeMs = this.world.random.pick([0, this.world.random.between(1, 200), this.world.random.between(1, 30_000)]);
    if (this.world.trace !== undefined)
      this.world.note(`${process.name} loses its session ${session.owner}, and hears of it in ${noticeMs}ms`);
    session.isLive = false;
    const lose = (): void => {
      // A process that stands still hears of nothing, and afterwards not before it does something else.
      if (this.world.nowMs < process.pausedUntilMs)
        return this.world.clock.at(process.pausedUntilMs + this.world.random.between(0, 500), lose);
      if (process.session === session) process.session = undefined;
      process.wake(0);
    };
    if (noticeMs === 0) lose();
    else this.world.clock.at(this.world.nowMs + noticeMs, lose);
    this.wakeAll();
  }

  #pause(process: SimulatedProcess, session: Session | undefined): void {
    const { world } = this;
    // Between the last look at clock and session and the first byte nothing can help a process that stands still while its session goes.
    // Nor one that holds a key with a time limit.
    for (const writing of process.writing) if (!writing.session.isLive || writing.isBound) return;
    const forMs = world.random.pick([
      world.random.between(100, 5_000),
      world.random.between(5_000, 120_000),
      world.random.between(60_000, 900_000),
    ]);
    if (world.trace !== undefined) world.note(`${process.name} stands still for ${forMs}ms`);
    process.pausedUntilMs = world.nowMs + forMs;
    if (session === undefined) return;
    session.silentSinceMs = world.nowMs;
    world.clock.at(process.pausedUntilMs, () => (session.silentSinceMs = null));
    if (world.lacks('lease')) world.clock.at(world.nowMs + LEASE_MS + 1, () => this.wakeAll());
    // While it stands still its session may be cut as well.
    const isCut = process.writing.size === 0 && world.strikes(world.hostility.cut > 0 ? 0.5 : 0);
    if (isCut) world.clock.at(world.nowMs + world.random.between(0, forMs), () => session.isLive && this.#cut(process, session));
  }
}
