import { ABLATIONS, isAblation } from './ablations.ts';
import { runSeed } from './simulation.ts';

// Shows what happens in one run: node apps/publishing/dist/simulation/replay.js <seed> [ablation] [--without-threads]
const WITHOUT_THREADS = '--without-threads';
const [seed = '', ablation] = process.argv.slice(2).filter((argument) => argument !== WITHOUT_THREADS);
if (!/^\d+$/.test(seed) || (ablation !== undefined && !isAblation(ablation))) {
  process.stderr.write(`usage: replay.js <seed> [${Object.keys(ABLATIONS).join(' | ')}] [${WITHOUT_THREADS}]\n`);
  process.exitCode = 2;
} else {
  const trace: string[] = [];
  const finding = runSeed(Number(seed), ablation === undefined || !isAblation(ablation) ? undefined : ablation, trace, !process.argv.includes(WITHOUT_THREADS));
  process.stdout.write(`${trace.join('\n')}\n${finding === undefined ? 'Nothing was wrong.' : finding.problem}\n`);
  process.exitCode = finding === undefined ? 0 : 1;
}
