// So many jobs due at one moment, contender after contender, round after round.
import { contenders, REFERENCES } from '../contenders/index.mjs';
import { shown, spread } from '../ratios.mjs';
import { flawOf, runJobs } from '../run-jobs.mjs';

export const title = 'Jobs that come due at one moment';

export async function measure(bench, { jobs, rounds, without }) {
  const taking = contenders.filter(({ name }) => !without.includes(name));
  const open = new Map();
  for (const contender of taking) open.set(contender.name, await contender.open(bench));
  const results = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, label } of taking) {
      const started = await open.get(name).start();
      const run = await runJobs(bench, started, { jobs });
      await started.stop();
      // Ten thousand times a round are no figure to keep.
      results.push({ round, contender: name, ...run, lateMs: undefined });
      bench.say(`  round ${round}, ${label}: ${run.perSecond.toFixed(0)} a second, the first after ${run.firstAfterMs.toFixed(0)} ms${flawOf(run) === undefined ? '' : `, ${flawOf(run)}`}`);
    }
  }
  const flaws = results.filter((run) => flawOf(run) !== undefined).map(({ contender, ...run }) => `${contender}: ${flawOf(run)}`);
  return { columns: ['contender', 'jobs a second', ...REFERENCES.map((name) => `of ${name}`)], rows: taking.map((one) => row(one, results)), results, flaws };
}

/** Ratios are formed within a round, since the machine may be faster in one than in another. */
function row({ name, label }, results) {
  const of = (contender) => results.filter((run) => run.contender === contender);
  const ratios = REFERENCES.map((reference) => {
    const bases = new Map(of(reference).map(({ round, perSecond }) => [round, perSecond]));
    return bases.size === 0 ? '' : shown(spread(of(name).map(({ round, perSecond }) => perSecond / bases.get(round))));
  });
  return [label, shown(spread(of(name).map(({ perSecond }) => perSecond)), 0), ...ratios];
}
