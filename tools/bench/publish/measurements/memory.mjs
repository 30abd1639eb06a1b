// Memory of each of Plaza's processes: at rest, and after a run of jobs.
import { setTimeout as delay } from 'node:timers/promises';
import { memoryMiB } from '../../memory.mjs';
import { contenders } from '../contenders/index.mjs';
import { flawOf, runJobs } from '../run-jobs.mjs';

export const title = 'Memory of each service (proportional set size, MiB)';

const REST_MS = 3_000;

export async function measure(bench, { jobs, without }) {
  const rows = [];
  const flaws = [];
  const results = [];
  for (const contender of contenders.filter(({ name, isPlaza }) => isPlaza && !without.includes(name))) {
    const open = await contender.open(bench);
    // The first start makes the database and the accounts; at rest is what a later one needs.
    await (await open.start()).stop();
    const started = await open.start();
    await delay(REST_MS);
    const atRest = sizes(started);
    const run = await runJobs(bench, started, { jobs });
    await delay(REST_MS);
    const after = sizes(started);
    await started.stop();
    if (flawOf(run) !== undefined) flaws.push(`${contender.name}: ${flawOf(run)}`);
    for (const [service, size] of Object.entries(atRest)) rows.push([`${contender.label}: ${service}`, size.toFixed(0), after[service].toFixed(0)]);
    results.push({ contender: contender.name, jobs, atRest, after });
  }
  return { columns: ['process', 'at rest', 'after the jobs'], rows, results, flaws };
}

function sizes(started) {
  return Object.fromEntries(Object.entries(started.processes()).map(([service, pids]) => [service, memoryMiB(pids)]));
}
