// SIGKILL at every named point for every kind, and at random, of workers that are busy.
import { setTimeout as delay } from 'node:timers/promises';
import { KIND_NAMES, KINDS } from '../kinds.mjs';
import { Backlog } from '../load.mjs';
import { row } from '../report.mjs';

/** Workers at a time. */
const WORKERS = 4;
const SPARES = 4;
/** From its first claim on, a worker to be killed at random lives at most so long, and once more so long for each time it was met at rest. Milliseconds. */
const LONGEST_LIFE_MS = 80;
const MOST_TRIES = 10;
/** A point that is not reached by then, e.g. because nothing has to be looked up now, is tried again later. Milliseconds. */
const POINT_PATIENCE_MS = 6_000;
/** What was stopped has nothing on its way to Postgres any more after this. Milliseconds. */
const STILL_MS = 5;

export const combinations = KIND_NAMES.flatMap((kind) => KINDS[kind].points.map((point) => ({ kind, point })));

const nameOf = ({ kind, point }) => `${kind} ${point}`;

/** What the next worker is to die of: each combination in turn, and at random in between, as many of one as of the other. */
class Plans {
  #missing;
  #turn = 0;

  constructor(wanted, only) {
    const times = Math.max(1, Math.ceil(wanted / 2 / combinations.length));
    this.#missing = only ?? Array.from({ length: times }, () => combinations).flat();
    this.hasRandom = only === undefined;
  }

  /** `wanted`: names of the combinations that alone still count, once there were kills enough. */
  next(wanted) {
    this.#turn += 1;
    if (this.hasRandom && this.#turn % 2 === 0) return {};
    const index = wanted === undefined ? 0 : this.#missing.findIndex((plan) => wanted.includes(nameOf(plan)));
    return this.#missing.splice(Math.max(0, index), 1)[0] ?? {};
  }

  again({ point, kind }) {
    this.#missing.push({ point, kind });
  }
}

/** Stops a worker, and resolves to what it holds while nothing of it can move. */
async function freeze(world, worker) {
  worker.signal('SIGSTOP');
  await delay(STILL_MS);
  return world.heldBy(worker);
}

async function killOne(world, plan, count) {
  const worker = await world.pool.take(plan);
  const isAtPoint = plan.point !== undefined && (await worker.said('stopped', POINT_PATIENCE_MS)) !== undefined;
  if (!isAtPoint) await worker.said('claimed');
  let held = isAtPoint ? await freeze(world, worker) : [];
  for (let tries = 0; !isAtPoint && held.length === 0 && tries < MOST_TRIES; tries += 1) {
    worker.signal('SIGCONT');
    await delay(Math.random() * LONGEST_LIFE_MS);
    held = await freeze(world, worker);
  }
  if (worker.isGone) throw new Error(`A worker ended by itself with ${await worker.exited}.`);
  await worker.kill();
  count({ ...plan, isAtPoint, held });
}

/** `kills`: of busy workers; others are not counted. `only`: the plans, instead of all. */
export async function kills(world, { kills: wanted, ablate, deadlineMs, only }) {
  const tag = 'kills';
  const plans = new Plans(wanted, only);
  const hit = new Map();
  let [random, idle] = [0, 0];
  const count = ({ point, kind, isAtPoint, held }) => {
    for (const { state, text } of held.filter((one) => world.beyondKnowing.has(one.text))) {
      if (state === 'dispatching') world.inDoubt.add(text);
      if (state === 'claimed') world.claimedAtDeath.set(text, [...(world.claimedAtDeath.get(text) ?? []), Date.now()]);
    }
    if (isAtPoint) hit.set(nameOf({ kind, point }), (hit.get(nameOf({ kind, point })) ?? 0) + 1);
    else {
      if (point !== undefined) plans.again({ point, kind });
      if (held.length === 0) idle += 1;
      else random += 1;
    }
  };
  const total = () => random + [...hit.values()].reduce((sum, n) => sum + n, 0);
  await world.pool.warm();
  const startedAt = Date.now();
  world.pool.keep(SPARES);
  const load = new Backlog(world, tag, { most: 40 * wanted + 200, kinds: only === undefined ? undefined : [...new Set(only.map(({ kind }) => kind))] }).start();
  const missed = () => (only ?? combinations).map(nameOf).filter((name) => !hit.has(name));
  const isDone = () => (total() >= wanted && missed().length === 0) || Date.now() - startedAt > deadlineMs;
  const lane = async () => {
    while (!isDone()) await killOne(world, { ...plans.next(total() < wanted ? undefined : missed()), ablate }, count);
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
  const seconds = (Date.now() - startedAt) / 1000;
  await load.stop();
  world.pool.keep(0);
  const survivors = await Promise.all([world.pool.take({ ablate }), world.pool.take({ ablate })]);
  await world.settled(tag, 90_000);
  await world.noteIntentsOfTheDead(tag);
  const verdict = await world.judge(tag, load.accepted, { mayBeUnconfirmed: world.inDoubt });
  await Promise.all(survivors.map((worker) => worker.stop()));
  const problems = [];
  if (total() < wanted) problems.push(`Only ${total()} of ${wanted} kills hit a busy worker in ${Math.round(seconds)} s.`);
  if (missed().length > 0) problems.push(`No kill at: ${missed().join(', ')}.`);
  const did = `SIGKILL of busy workers: ${total() - random} at ${hit.size} pairs of point and kind, ${random} at random`;
  return row('kills', did, { verdict, problems, measured: [`${(total() / seconds).toFixed(1)} kills a second`, `${idle} kills of idle workers not counted`, `${verdict.unconfirmed} unconfirmed (class E, killed between intent and outcome)`] });
}
