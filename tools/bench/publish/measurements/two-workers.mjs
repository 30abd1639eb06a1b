// Two worker processes against one, with a platform that takes 200 ms. Takes part who can be started with several workers: the bare claim
// loop shows what this machine allows, Plaza in one process cannot.
import { contenders } from '../contenders/index.mjs';
import { shown, spread } from '../ratios.mjs';
import { flawOf, runJobs } from '../run-jobs.mjs';

export const title = 'Two workers against one, platform of 200 ms (aim for Plaza: 1.7)';

const DELAY_MS = 200;
/** One worker takes so long for them. */
const SECONDS = 15;
const LANES = 64;

export async function measure(bench, { jobs: most, rounds, without }) {
  const taking = contenders.filter(({ name, takesWorkers, isPlaza }) => takesWorkers && !without.includes(name) && (isPlaza || name === 'claim-loop'));
  const jobs = Math.min(most, (SECONDS * LANES * 1_000) / DELAY_MS);
  const rows = [];
  const flaws = [];
  const results = [];
  for (const contender of taking) {
    const open = await contender.open(bench);
    const ratios = [];
    for (let round = 1; round <= rounds; round += 1) {
      const perSecond = {};
      for (const workers of [1, 2]) {
        const started = await open.start({ workers });
        const run = await runJobs(bench, started, { jobs, delayMs: DELAY_MS });
        await started.stop();
        if (flawOf(run) !== undefined) flaws.push(`${contender.name}: ${flawOf(run)}`);
        perSecond[workers] = run.perSecond;
      }
      ratios.push(perSecond[2] / perSecond[1]);
      results.push({ round, contender: contender.name, perSecond });
      bench.say(`  round ${round}, ${contender.label}: ${perSecond[1].toFixed(0)} a second with one, ${perSecond[2].toFixed(0)} with two`);
    }
    rows.push([contender.label, shown(spread(ratios))]);
  }
  if (!taking.some(({ isPlaza }) => isPlaza)) rows.push(['Plaza', 'not measured: its workers are no processes of their own']);
  return { columns: ['contender', 'two over one'], rows, results, flaws };
}
