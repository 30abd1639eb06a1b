import type { PublishPolicy } from '../domain/policy.ts';
import type { Ablation } from './ablations.ts';
import { Clock } from './clock.ts';
import { Random } from './random.ts';

/** An account at the fake platform, each with a platform of its own. */
export interface SimulatedAccount {
  readonly id: number;
  readonly policy: PublishPolicy;
  readonly hasPrepare: boolean;
  /** An accepted publication becomes visible later, and is polled until then. */
  readonly isAsync: boolean;
  /** A list shows a post at the latest so long after it became visible. */
  readonly readDelayMs: number;
  /** The token that connect holds. */
  revision: number;
  /** Tokens up to this one are refused by the platform, whatever connect believes. */
  deadRevision: number;
  /** No renewal brings a token that works. */
  isGrantDead: boolean;
}

/** How hostile a run is: chances per step of a worker, per commit and per call. */
export interface Hostility {
  readonly kill: number;
  readonly pause: number;
  readonly cut: number;
  readonly commitLost: number;
  readonly trouble: number;
}

/** Raised as soon as an invariant does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Time, chance and what a run is like. Everything that happens in a run follows from its seed. */
export class World {
  static readonly START_MS = 1_000_000_000_000;
  readonly clock = new Clock(World.START_MS);
  readonly random: Random;
  readonly #threads: Random;
  readonly #words: Random;
  readonly hostility: Hostility;
  /** From here on nothing is killed, paused or cut any more, and the platform is healthy. */
  readonly calmAtMs: number;

  constructor(
    readonly seed: number,
    readonly ablation: Ablation | undefined,
    /** Where the run is written down, when someone wants to read it. */
    readonly trace: string[] | undefined,
    /** Whether some publications have several parts. */
    private readonly hasThreads: boolean,
  ) {
    this.random = new Random(seed);
    this.#threads = new Random(~seed);
    this.#words = new Random(seed ^ 0x5bd1e995);
    this.hostility = drawHostility(this.random);
    this.calmAtMs = World.START_MS + this.random.between(5, 120) * 60_000;
  }

  /** Drawn from chances of its own: a run without threads is the same as it was before there were any. */
  drawPartCount(): number {
    return this.hasThreads && this.#threads.chance(0.3) ? this.#threads.between(2, 4) : 1;
  }

  /** Whether the last of so many parts is one that may be left out, like a comment. */
  drawIsLastOptional(partCount: number): boolean {
    return partCount > 1 && this.#threads.chance(0.3);
  }

  /** What a target says: often what others say too. */
  drawWords(id: number): number {
    return this.hasThreads && this.#words.chance(0.8) ? 0 : id;
  }

  get nowMs(): number {
    return this.clock.nowMs;
  }

  get isCalm(): boolean {
    return this.clock.nowMs >= this.calmAtMs;
  }

  lacks(ablation: Ablation): boolean {
    return this.ablation === ablation;
  }

  /** True with the probability given, and never once the world is calm. */
  strikes(probability: number): boolean {
    return probability > 0 && this.clock.nowMs < this.calmAtMs && this.random.next() < probability;
  }

  /** Callers ask `trace` first, so that no text is built that no one reads. */
  note(text: string): void {
    this.trace?.push(`${((this.nowMs - World.START_MS) / 1000).toFixed(3).padStart(11)}s  ${text}`);
  }
}

/** Each run has its own mix, so that rare kinds of trouble are also seen alone. */
function drawHostility(random: Random): Hostility {
  const often = [0, 0, 0.01, 0.04, 0.12] as const;
  return {
    kill: random.pick(often),
    pause: random.pick(often),
    cut: random.pick(often),
    commitLost: random.pick([0, 0, 0.02, 0.08] as const),
    trouble: random.pick([0, 0.15, 0.4, 0.7] as const),
  };
}
