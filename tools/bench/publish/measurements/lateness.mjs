// How late publications are at a steady rate: from the due moment of each to its arrival at the platform.
import { contenders } from '../contenders/index.mjs';
import { percentile } from '../ratios.mjs';
import { flawOf, runJobs } from '../run-jobs.mjs';

export const title = 'Lateness at 300 posts a second (aim: p99 100 ms)';

const PER_SECOND = 300;

export async function measure(bench, { seconds, without }) {
  const rows = [];
  const flaws = [];
  const results = [];
  for (const contender of contenders.filter(({ name, isPlaza }) => !without.includes(name) && (isPlaza || name === 'claim-loop'))) {
    const started = await (await contender.open(bench)).start();
    const run = await runJobs(bench, started, { jobs: seconds * PER_SECOND, spacingMs: 1_000 / PER_SECOND });
    await started.stop();
    if (flawOf(run) !== undefined) flaws.push(`${contender.name}: ${flawOf(run)}`);
    const figures = { p50: percentile(run.lateMs, 0.5), p99: percentile(run.lateMs, 0.99), max: percentile(run.lateMs, 1) };
    rows.push([contender.label, ...Object.values(figures).map((ms) => `${ms.toFixed(0)} ms`)]);
    results.push({ contender: contender.name, seconds, ...figures });
  }
  return { columns: ['contender', 'p50', 'p99', 'latest'], rows, results, flaws };
}
