import type { ProtectionClass } from '@plaza/contracts';
import { COMMON_POLICY } from '../domain/policy.ts';
import { newProgress } from '../domain/target.ts';
import { ForbiddenTransition } from '../domain/transitions.ts';
import type { Ablation } from './ablations.ts';
import { SimulatedCustomer } from './customer.ts';
import { FakeDatabase, type Row } from './database.ts';
import { Fleet } from './fleet.ts';
import { checkOutcome } from './invariants.ts';
import { FakePlatform } from './platform.ts';
import type { Random } from './random.ts';
import { SimulatedPublishing } from './worker.ts';
import { Violation, World, type SimulatedAccount } from './world.ts';

const CLASSES: readonly [ProtectionClass, ...ProtectionClass[]] = ['A', 'B', 'C', 'D', 'L', 'E'];
const HOUR_MS = 60 * 60_000;
/** Longer than any wait that the protocol grants, and any key's life. */
const LONGEST_MS = 30 * 24 * HOUR_MS;
/** A run that needs more is going round in circles. */
const MOST_EVENTS = 60_000;

/** What was wrong with a run; undefined when nothing was. */
export interface Finding {
  readonly seed: number;
  readonly ablation: Ablation | undefined;
  readonly hasThreads: boolean;
  readonly problem: string;
}

/** Runs one seed to its end. With a `trace` everything that happens is written to it; without threads every publication has one part. */
export function runSeed(seed: number, ablation?: Ablation, trace?: string[], hasThreads = true): Finding | undefined {
  const simulation = new Simulation(new World(seed, ablation, trace, hasThreads));
  try {
    simulation.run();
    return undefined;
  } catch (error) {
    if (error instanceof Violation || error instanceof ForbiddenTransition) return { seed, ablation, hasThreads, problem: error.message };
    throw error;
  }
}

class Simulation {
  readonly #world: World;
  readonly #accounts: SimulatedAccount[];
  readonly #database: FakeDatabase;
  readonly #platform: FakePlatform;
  readonly #customer: SimulatedCustomer;
  readonly #fleet: Fleet;
  #back: { readonly rows: readonly Row[] } | undefined;
  readonly #dueTimes: number[] = [];
  #targets = 0;
  #isRestoredRun = false;

  constructor(world: World) {
    this.#world = world;
    this.#accounts = Array.from({ length: world.random.between(1, 3) }, (_, id) => drawAccount(world.random, id));
    this.#platform = new FakePlatform(world);
    this.#database = new FakeDatabase(world, () => this.#fleet.wakeAll());
    const publishing = new SimulatedPublishing(world, this.#database, this.#platform);
    this.#fleet = new Fleet(world, this.#database, publishing, this.#accounts);
    this.#customer = new SimulatedCustomer(world, this.#database, this.#platform);
  }

  run(): void {
    const world = this.#world;
    const { clock, random } = world;
    for (let count = random.between(1, 6); count > 0; count -= 1) this.#plan();
    this.#planTokenLoss();
    this.#isRestoredRun = random.chance(0.15);
    if (this.#isRestoredRun) this.#planRestore();
    this.#fleet.start(random.between(1, 3));
    clock.at(world.calmAtMs, () => this.#fleet.wakeAll());
    while (clock.step()) {
      if (clock.ran > MOST_EVENTS) throw new Violation('it goes round in circles');
      if (world.nowMs > world.calmAtMs + LONGEST_MS) throw new Violation('it takes too long');
    }
    checkOutcome(this.#database, this.#platform, this.#customer, this.#fleet.restoredAtMs);
  }

  /** A post that goes out now, or is scheduled, with what its customer does meanwhile. */
  #plan(): void {
    const world = this.#world;
    const { random, clock } = world;
    const id = (this.#targets += 1);
    const account = random.pick(this.#accounts as [SimulatedAccount, ...SimulatedAccount[]]);
    const spanMs = world.calmAtMs - World.START_MS;
    const isNow = random.chance(0.5);
    const atMs = World.START_MS + random.between(0, isNow ? spanMs / 2 : spanMs / 4);
    const dueAtMs = isNow ? atMs : atMs + random.between(0, random.chance(0.5) ? 2_000 : spanMs / 2);
    this.#dueTimes.push(dueAtMs);
    const allowOvertake = random.chance(0.3);
    const partCount = world.drawPartCount();
    const isLastOptional = world.drawIsLastOptional(partCount);
    const words = world.drawWords(id);
    clock.at(atMs, () => {
      const row: Row = {
        ...{ id, account, allowOvertake, partCount, isLastOptional, owner: null, checkpoint: null, credentialRevision: null, lockedUntilMs: 0 },
        // After a restore nobody can tell which of several that say the same went out; that as many are there is all that can be had.
        words: this.#isRestoredRun ? id : words,
        progress: newProgress(isNow ? 'due' : 'scheduled', dueAtMs),
      };
      if (world.trace !== undefined) {
        const may = allowOvertake ? ', may overtake' : '';
        world.note(`target ${id} of account ${account.id}, class ${account.policy.protection}, parts: ${partCount}${isLastOptional ? ', the last optional' : ''}, due in ${dueAtMs - atMs}ms${may}`);
      }
      this.#database.insert(row);
      if (!isNow) this.#schedule(row);
    });
    for (let acts = random.between(0, 4); acts > 0; acts -= 1) {
      const actAtMs = random.chance(0.5)
        ? dueAtMs + random.between(-1_000, random.pick([5_000, 300_000]))
        : random.between(atMs, world.calmAtMs + HOUR_MS);
      clock.at(actAtMs, () => this.#act(id));
    }
  }

  #act(id: number): void {
    // What people do between a back-up and the loss of what it lacks cannot be known afterwards.
    const row = this.#back === undefined && this.#fleet.isOpen ? this.#database.rows.find((one) => one.id === id) : undefined;
    if (row !== undefined) this.#customer.act(row);
  }

  /** The scheduler: about a second late, now and then much later. */
  #schedule(row: Row): void {
    const { random, clock } = this.#world;
    const lateMs = random.between(0, random.chance(0.1) ? 30_000 : 1_000);
    clock.at(row.progress.dueAtMs + lateMs, () => this.#markDue(row));
  }

  #markDue(row: Row): void {
    if (!this.#database.rows.includes(row) || (this.#fleet.isOpen && this.#database.markDue(row))) return;
    this.#world.clock.at(this.#world.nowMs + 1_000, () => this.#markDue(row));
  }

  /** Once in a while the platform forgets a token before its time, or a user revokes the grant. */
  #planTokenLoss(): void {
    const { random, clock, calmAtMs, nowMs } = this.#world;
    for (const account of this.#accounts) {
      if (random.chance(0.05)) clock.at(random.between(nowMs, calmAtMs), () => (account.isGrantDead = true));
      if (!random.chance(0.2)) continue;
      clock.at(random.between(nowMs, calmAtMs), () => {
        if (this.#world.trace !== undefined) this.#world.note(`the platform forgets the token of account ${account.id}`);
        account.deadRevision = account.revision;
      });
    }
  }

  /** A back-up, the loss of everything after it, and a start on the back-up. */
  #planRestore(): void {
    const { clock, random, calmAtMs, nowMs } = this.#world;
    const backUpAtMs = random.between(nowMs, calmAtMs);
    // Most is at stake when something is just going out.
    const nearMs = random.pick([backUpAtMs, ...this.#dueTimes]) + random.between(0, 5_000);
    const anyMs = random.between(backUpAtMs, Math.min(calmAtMs, backUpAtMs + HOUR_MS));
    const lostAtMs = nearMs >= backUpAtMs && random.chance(0.5) ? nearMs : anyMs;
    clock.at(backUpAtMs, () => (this.#back = { rows: this.#database.rows.map((row) => ({ ...row })) }));
    clock.at(lostAtMs, () => {
      if (this.#world.trace !== undefined) this.#world.note('everything since the back-up is lost');
      this.#fleet.endAll();
    });
    const restoredAtMs = lostAtMs + random.between(0, random.pick([1_000, 60_000]));
    clock.at(restoredAtMs, () => {
      this.#database.rows = [...(this.#back?.rows ?? [])];
      this.#back = undefined;
      this.#customer.forgetLost();
      if (this.#world.trace !== undefined)
        this.#world.note(`restored: ${this.#database.rows.map(({ id, progress }) => `target ${id} is ${progress.state}`).join(', ')}`);
      for (const row of this.#database.rows) if (row.progress.state === 'scheduled') this.#schedule(row);
      this.#fleet.restoredAtMs = this.#world.lacks('restored_to_backup') ? backUpAtMs : restoredAtMs;
      this.#fleet.isOpen = false;
      this.#fleet.start(random.between(1, 2));
    });
  }
}

function drawAccount(random: Random, id: number): SimulatedAccount {
  const protection = random.pick(CLASSES);
  const settleMs = random.pick([10_000, 60_000, 300_000] as const);
  const submitDeadlineMs = random.pick([5_000, 30_000, 60_000] as const);
  return {
    id,
    policy: {
      ...COMMON_POLICY,
      protection,
      settleMs,
      submitDeadlineMs,
      keyLifeMs: protection === 'B' ? random.between(20, 120) * 60_000 : 0,
    },
    hasPrepare: protection === 'C' || random.chance(0.4),
    isAsync: protection === 'C' && random.chance(0.5),
    readDelayMs: random.between(0, settleMs / 2),
    revision: 1,
    deadRevision: 0,
    isGrantDead: random.chance(0.03),
  };
}
