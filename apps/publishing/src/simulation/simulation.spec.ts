import { readFileSync } from 'node:fs';
import { ABLATIONS, isAblation, type Ablation } from './ablations.ts';
import { runSeed, type Finding } from './simulation.ts';

interface KeptSeed {
  readonly seed: number;
  readonly ablation?: string;
  /** Found before publications could have several parts. */
  readonly hasThreads?: false;
  /** What it once showed. */
  readonly because: string;
}

const SEEDS = 100_000;
const ABLATION_SEEDS = 15_000;
const KEPT = JSON.parse(readFileSync(new URL('./kept-seeds.json', import.meta.url), 'utf8')) as readonly KeptSeed[];

/** What a person needs to see what happened: the run once more, written down. */
function describeFinding({ seed, ablation, hasThreads, problem }: Finding): string {
  const trace: string[] = [];
  runSeed(seed, ablation, trace, hasThreads);
  const replay = ['node apps/publishing/dist/simulation/replay.js', seed, ablation ?? '', hasThreads ? '' : '--without-threads'].filter((part) => part !== '').join(' ');
  return [
    `Seed ${seed}${ablation === undefined ? '' : ` without its safeguard (${ablation})`}: ${problem}`,
    `Again: ${replay}`,
    ...trace,
  ].join('\n');
}

function firstFinding(seeds: number, ablation?: Ablation): Finding | undefined {
  for (let seed = 0; seed < seeds; seed += 1) {
    const finding = runSeed(seed, ablation);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

describe('the publishing protocol, whatever befalls its workers, its database and the platforms', () => {
  it.each(KEPT)('holds in the run of seed $seed, which once showed: $because', ({ seed, hasThreads }) => {
    const finding = runSeed(seed, undefined, undefined, hasThreads);
    if (finding !== undefined) throw new Error(describeFinding(finding));
  });

  it(`loses nothing, publishes nothing twice and keeps the order, in ${SEEDS} runs`, () => {
    const finding = firstFinding(SEEDS);
    if (finding !== undefined) throw new Error(describeFinding(finding));
  }, 120_000);

  it('comes to the same end whenever a seed is run again', () => {
    const [once, again]: [string[], string[]] = [[], []];
    runSeed(7, undefined, once);
    runSeed(7, undefined, again);
    expect(once.length).toBeGreaterThan(10);
    expect(again).toEqual(once);
  });
});

describe('a safeguard that is taken away is missed', () => {
  const caught: string[] = [];
  afterAll(() => process.stdout.write(`Seeds at which a missing safeguard shows: ${caught.join(', ')}\n`));

  it.each(Object.keys(ABLATIONS).filter(isAblation))(`%s, within ${ABLATION_SEEDS} runs`, (ablation) => {
    const finding = firstFinding(ABLATION_SEEDS, ablation);
    expect(finding).toMatchObject({ ablation });
    caught.push(`${ablation} ${finding?.seed}`);
  });
});
