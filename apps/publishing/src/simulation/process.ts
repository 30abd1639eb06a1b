import type { Read, Row } from './database.ts';
import { Violation, type World } from './world.ts';

/** The steps of something that a process does; each gives the milliseconds until the next one. */
export type Steps<T = void> = Generator<number, T, void>;

/** Rests until woken. */
export const PARK = -1;

/** A database session whose advisory lock is free exactly when it is gone. */
export interface Session {
  readonly owner: number;
  isLive: boolean;
  /** Another process holds the owner's lock for a take-over until then. */
  takenOverUntilMs: number;
  /** Since when its process has been silent; null while it runs. Only the ablation of leases asks. */
  silentSinceMs: number | null;
}

/** One life of a worker process: what it runs ends with it. */
export class SimulatedProcess {
  isAlive = true;
  pausedUntilMs = 0;
  /** What the process believes; the session itself may be gone already. */
  session: Session | undefined;
  /** Claims that it works on: a target may have been claimed again by the same process while an earlier run of it has not ended. */
  readonly active = new Set<Read>();
  takeOverAtMs = 0;
  /** Calls between the last look at ownership and clock, and the first byte: no software can look any later. `isBound` to a key's life. */
  readonly writing = new Set<{ readonly session: Session; readonly isBound: boolean }>();
  /** Intents under way, where a blow hurts most. */
  critical = 0;
  #parked: { readonly steps: Steps; readonly generation: number } | undefined;
  #generation = 0;
  #isWoken = false;

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly strike: (process: SimulatedProcess) => void,
  ) {}

  worksOn(row: Row): boolean {
    for (const claimed of this.active) if (claimed.row === row && claimed.progress.fence === row.progress.fence) return true;
    return false;
  }

  /** Starts something; the process goes on with it step by step. */
  run(steps: Steps, afterMs = 0): void {
    this.world.clock.at(this.world.nowMs + afterMs, () => this.#resume(steps));
  }

  /** Rests until woken, at the latest at the time given. */
  wake(withinMs: number): void {
    const parked = this.#parked;
    this.#isWoken = true;
    if (parked === undefined) return;
    this.#parked = undefined;
    this.run(parked.steps, withinMs);
  }

  /** Wakes count from here on, also before the rest has begun. */
  forgetWakes(): void {
    this.#isWoken = false;
  }

  /** For a rest that a wake may end. */
  wakeAt(atMs: number): void {
    const generation = (this.#generation += 1);
    if (atMs === Infinity) return;
    this.world.clock.at(atMs, () => {
      if (this.#parked?.generation === generation) this.wake(0);
    });
  }

  #resume(steps: Steps): void {
    if (!this.isAlive) return;
    const { nowMs } = this.world;
    if (nowMs < this.pausedUntilMs) {
      this.world.clock.at(this.pausedUntilMs, () => this.#resume(steps));
      return;
    }
    this.strike(this);
    if (!this.isAlive) return;
    if (nowMs < this.pausedUntilMs) {
      this.world.clock.at(this.pausedUntilMs, () => this.#resume(steps));
      return;
    }
    const next = steps.next();
    if (next.done === true) return;
    if (next.value === PARK && !this.#isWoken) {
      this.#parked = { steps, generation: this.#generation };
      return;
    }
    if (!(next.value >= PARK)) throw new Violation(`a step asks to rest for ${next.value}ms`);
    this.world.clock.at(nowMs + next.value, () => this.#resume(steps));
  }
}
