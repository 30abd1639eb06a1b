// What publishing costs: Plaza against its peers and against itself. Loopback only, bounded in count and time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startChild, stopAll } from './children.mjs';
import { installPeers } from './publish/peers/install.mjs';
import { machine, table, writeJson } from './publish/report.mjs';

const HELP = `Measures publishing. Results are ratios of alternated rounds in one run; docs/benchmarks.md says what each means.

  --jobs N         jobs of a run, default 10000, at most 50000
  --rounds N       alternated rounds, default 5, at most 20
  --only LIST      of: throughput, two-workers, lateness, claim-cost, gateway, memory, which are the default; and profile
  --without LIST   contenders to leave out: bullmq, graphile-worker, pg-boss, claim-loop, claim-loop-fresh, plaza-standalone
  --seconds N      length of the steady load of lateness, default 30, at most 300
  --scheduled N    posts scheduled for later in claim-cost, default 1000000, at most as many
  --platform NAME  bluesky or discord: as whom the sink poses to Plaza, default bluesky; discord needs PLAZA_SANDBOX_URL
  --json FILE      writes every figure to a file
  --help           this text
`;
const MEASUREMENTS = ['throughput', 'two-workers', 'lateness', 'claim-cost', 'gateway', 'memory'];
const NAMED_ONLY = ['profile'];
const text = { type: 'string' };
const { values } = parseArgs({ options: { jobs: text, rounds: text, only: text, without: text, seconds: text, scheduled: text, platform: text, json: text, help: { type: 'boolean' } } });

if (values.help) process.stdout.write(HELP);
else await run().finally(stopAll);

async function run() {
  const options = {
    jobs: bounded('jobs', 10_000, 50_000),
    rounds: bounded('rounds', 5, 20),
    seconds: bounded('seconds', 30, 300),
    scheduled: bounded('scheduled', 1_000_000, 1_000_000),
    only: listed('only', [...MEASUREMENTS, ...NAMED_ONLY]) ?? MEASUREMENTS,
    without: listed('without') ?? [],
  };
  const build = spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 2, 'inherit'] });
  if (build.status !== 0) throw new Error('The build failed.');
  const bench = await openBench(values.platform ?? 'bluesky');
  const done = {};
  for (const name of options.only) {
    const { title, measure } = await import(`./publish/measurements/${name}.mjs`);
    bench.say(title);
    const measured = await measure(bench, options);
    done[name] = { title, ...measured };
    process.stdout.write(`\n## ${title}\n\n${table(measured)}\n`);
    for (const flaw of measured.flaws) process.stdout.write(`\nNot exactly once: ${flaw}\n`);
    // Written after each, so that a run that is broken off leaves what it has.
    if (values.json !== undefined) writeJson(values.json, { machine: machine(), options, peers: bench.peers.versions, measurements: done });
  }
  if (Object.values(done).some(({ flaws }) => flaws.length > 0)) process.exitCode = 1;
}

/** What the measurements share: the sink, a Postgres that starts when it is first asked for a database, the peers. */
async function openBench(platform) {
  const peers = installPeers();
  const sink = await startChild(new URL('publish/sink.mjs', import.meta.url));
  const count = new Map();
  let postgres;
  return {
    ...{ peers, sink, platform, sinkUrl: await sink.call('url') },
    say: (line) => process.stderr.write(`${line}\n`),
    /** A new database for each that asks; resolves to its URL. */
    async database(name) {
      postgres ??= startChild(new URL('publish/postgres.mjs', import.meta.url));
      count.set(name, (count.get(name) ?? 0) + 1);
      return (await postgres).call('database', `${name}_${count.get(name)}`);
    },
  };
}

function bounded(name, fallback, most) {
  const value = Number(values[name] ?? fallback);
  if (Number.isInteger(value) && value > 0 && value <= most) return value;
  throw new Error(`--${name} takes a whole number up to ${most}.`);
}

function listed(name, known) {
  const list = values[name]?.split(',').filter((one) => one !== '');
  const unknown = known === undefined ? undefined : list?.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`--${name} knows ${known.join(', ')}, not ${unknown}.`);
  return list;
}
