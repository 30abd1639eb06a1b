// A platform that answers in 30 s, never, or a byte a second, while posts go out elsewhere.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { latenessOf } from '../lateness.mjs';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 8;
/** One on each account of the platform, which fills the workers' room for it. */
const SLUGGISH = 16;
const WITHIN = 1.1;
/** What a median cannot tell apart: of this lane alone, and beside kills, whose next worker's start takes a processor now and then. Milliseconds. */
const NOISE_MS = { alone: 25, beside: 250 };
const GROWN_MB = 40;

function workersMb(world) {
  const pids = ['worker-1', 'worker-2'].map((name) => world.fleet.member(name).pid);
  return Math.max(...pids.map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024));
}

async function measure(world, tag, count) {
  const make = (n) => ({ kind: ['bluesky', 'discord', 'instagram'][n % 3] });
  const load = await new SteadyLoad(world, tag, { perSecond: PER_SECOND, count, make }).start().done();
  await world.settled(tag, 10_000);
  return { load, ...latenessOf(load.accepted, await world.ledger(tag)) };
}

export async function slow(world, { isLong, isBeside }) {
  const count = PER_SECOND * (isLong ? 60 : 6);
  await measure(world, 'slow warm', 30);
  const [alone, mbBefore] = [await measure(world, 'slow before', count), workersMb(world)];
  const words = [' [[sandbox:slow=30000]]', ' [[sandbox:slow=600000]]', ' [[sandbox:trickle]]'];
  const sluggish = await Promise.all(Array.from({ length: SLUGGISH }, (_none, n) => world.post('slow x', 'twitter', { word: words[n % words.length] })));
  await delay(1_000);
  const [beside, mbAfter] = [await measure(world, 'slow beside', count), workersMb(world)];
  await world.settled('slow x', isLong ? 180_000 : 60_000);
  const accepted = [...alone.load.accepted, ...beside.load.accepted, ...sluggish.filter(({ status }) => status === 202)];
  const verdict = await world.judge('slow', accepted);
  const problems = [];
  const noiseMs = isBeside ? NOISE_MS.beside : NOISE_MS.alone;
  if (!(beside.p50 <= alone.p50 * WITHIN + noiseMs)) problems.push(`Beside a slow platform the others' median lateness went from ${alone.p50} to ${beside.p50} ms.`);
  if (mbAfter > mbBefore + GROWN_MB) problems.push(`A worker grew from ${mbBefore.toFixed(0)} to ${mbAfter.toFixed(0)} MB.`);
  return row('slow platform', `${SLUGGISH} posts to a platform that answers in 30 s, never, or a byte a second; ${PER_SECOND} posts a second to the others`, { verdict, problems, measured: [`others' median lateness ${alone.p50} ms before, ${beside.p50} ms beside (10 % or ${noiseMs} ms)`, `worker ${mbBefore.toFixed(0)} MB, then ${mbAfter.toFixed(0)} MB`] });
}
