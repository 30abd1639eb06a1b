// SIGKILL at every named point for every class, and at random, of workers that are busy.
import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../judge.mjs';
import { Backlog } from '../load.mjs';
import { row } from '../report.mjs';

const EVERYWHERE = ['publish.after_claim', 'publish.before_intent', 'publish.after_intent', 'publish.in_call', 'publish.after_send', 'publish.after_outcome'];
/** The points that a publication on each platform passes: nothing is prepared for a text on X, Bluesky or Discord, and not all look up. */
export const POINTS = {
  bluesky: EVERYWHERE,
  instagram: [...EVERYWHERE, 'publish.after_prepare', 'publish.after_lookup'],
  twitter: [...EVERYWHERE, 'publish.after_lookup'],
  discord: EVERYWHERE,
};
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

export const combinations = Object.entries(POINTS).flatMap(([platform, points]) => points.map((point) => ({ platform, point })));

/** What the next worker is to die of: each combination in turn, and at random in between, as many of one as of the other. */
class Plans {
  #missing;
  #turn = 0;

  constructor(wanted, only) {
    const times = Math.max(1, Math.ceil(wanted / 2 / combinations.length));
    this.#missing = only ?? Array.from({ length: times }, () => combinations).flat();
    this.hasRandom = only === undefined;
  }

  next() {
    this.#turn += 1;
    if (this.hasRandom && this.#turn % 2 === 0) return {};
    const plan = this.#missing.shift();
    return plan ?? {};
  }

  again({ point, platform }) {
    this.#missing.push({ point, platform });
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
  const count = ({ point, platform, isAtPoint, held }) => {
    for (const { state, text, platform: of } of held) if (state === 'dispatching' && of === 'discord') world.inDoubt.add(text);
    if (isAtPoint) hit.set(`${platform} ${point}`, (hit.get(`${platform} ${point}`) ?? 0) + 1);
    else {
      if (point !== undefined) plans.again({ point, platform });
      if (held.length === 0) idle += 1;
      else random += 1;
    }
  };
  const total = () => random + [...hit.values()].reduce((sum, n) => sum + n, 0);
  await world.pool.warm();
  const startedAt = Date.now();
  world.pool.keep(SPARES);
  const load = new Backlog(world, tag, { most: 40 * wanted + 200, platforms: only === undefined ? undefined : [...new Set(only.map(({ platform }) => platform))] }).start();
  const missed = () => (only ?? combinations).filter(({ platform, point }) => !hit.has(`${platform} ${point}`)).map(({ platform, point }) => `${platform} ${point}`);
  const isDone = () => (total() >= wanted && missed().length === 0) || Date.now() - startedAt > deadlineMs;
  const lane = async () => {
    while (!isDone()) await killOne(world, { ...plans.next(), ablate }, count);
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
  const seconds = (Date.now() - startedAt) / 1000;
  await load.stop();
  world.pool.keep(0);
  const survivors = await Promise.all([world.pool.take({ ablate }), world.pool.take({ ablate })]);
  await world.settled(tag, 90_000);
  const [targets, ledger] = [await world.targets(tag), await world.ledger(tag)];
  await Promise.all(survivors.map((worker) => worker.stop()));
  const verdict = judge({ accepted: load.accepted, targets, ledger, mayBeUnconfirmed: (text) => world.inDoubt.has(text) });
  const problems = [];
  if (total() < wanted) problems.push(`Only ${total()} of ${wanted} kills hit a busy worker in ${Math.round(seconds)} s.`);
  if (missed().length > 0) problems.push(`No kill at: ${missed().join(', ')}.`);
  const did = `SIGKILL of busy workers: ${total() - random} at ${hit.size} pairs of point and class, ${random} at random`;
  return row('kills', did, { verdict, problems, measured: [`${(total() / seconds).toFixed(1)} kills a second`, `${idle} kills of idle workers not counted`, `${verdict.unconfirmed} unconfirmed (class E, killed between intent and outcome)`] });
}
