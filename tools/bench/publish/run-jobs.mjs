// One run of jobs through a contender that was started: scheduled ahead, and watched at the sink.
import { textOf } from './sink-answers.mjs';

const WARM_UP_JOBS = 500;
const WARM_UP_LEAD_MS = 2_500;
/** Between the end of scheduling and the first due moment, so that what scheduling left to do is done. */
const QUIET_MS = 2_000;
/** The slowest that is waited for. */
const SLOWEST_PER_SECOND = 20;

/**
 * Runs a few jobs first, which warms the process up and shows how fast jobs can be scheduled; then as many as are asked for, `spacingMs`
 * apart (0: all due at one moment), with a sink that answers after `delayMs`. Resolves to what the sink saw, by due moment and arrival.
 */
export async function runJobs(bench, started, { jobs, spacingMs = 0, delayMs = 0 }) {
  const few = Math.min(WARM_UP_JOBS, jobs);
  const warmUp = await scheduled(bench, started, { jobs: few, spacingMs: 0, delayMs, leadMs: WARM_UP_LEAD_MS });
  await seen(bench, started, warmUp);
  const leadMs = QUIET_MS + warmUp.schedulingMs * (jobs / few) * 1.5;
  const run = await scheduled(bench, started, { jobs, spacingMs, delayMs, leadMs });
  if (run.spareMs < 0) throw new Error(`Scheduling took ${Math.round(-run.spareMs)} ms longer than the lead; the machine is too busy to measure anything.`);
  return seen(bench, started, run);
}

async function scheduled(bench, started, { jobs, spacingMs, delayMs, leadMs }) {
  const number = await bench.sink.call('begin', { jobs, delayMs });
  const from = Date.now();
  const firstDueAtMs = Math.ceil(from + leadMs);
  const list = Array.from({ length: jobs }, (_none, job) => ({ text: textOf(number, job), dueAtMs: firstDueAtMs + Math.round(job * spacingMs) }));
  await started.schedule(list);
  return { dueAtMs: list.map((job) => job.dueAtMs), schedulingMs: Date.now() - from, spareMs: firstDueAtMs - Date.now() };
}

async function seen(bench, started, { dueAtMs }) {
  const { arrivals, missing, doubles, strays } = await bench.sink.call('result', { timeoutMs: dueAtMs.at(-1) - Date.now() + 20_000 + (dueAtMs.length / SLOWEST_PER_SECOND) * 1_000 });
  await started.settle?.();
  const came = [...arrivals].filter((at) => at > 0);
  const seconds = (came.reduce((latest, at) => Math.max(latest, at), 0) - dueAtMs[0]) / 1_000;
  const lateMs = [...arrivals].flatMap((at, job) => (at > 0 ? [at - dueAtMs[job]] : []));
  return { seconds, perSecond: came.length / seconds, firstAfterMs: Math.min(...lateMs), lateMs, missing, doubles, strays };
}

/** One sentence when not every job arrived exactly once. */
export function flawOf({ missing, doubles, strays }) {
  return missing + doubles + strays === 0 ? undefined : `${missing} missing, ${doubles} twice, ${strays} of another run`;
}
