// Where a publication's time goes: statements and transactions of Postgres, and the process's own, between the due moment and the last
// arrival. Not a figure to compare, since being watched costs, and only measured when it is named.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startChild, stopLater } from '../../children.mjs';
import { cpuMs } from '../../cpu-time.mjs';
import { withChildren } from '../../memory.mjs';
import { startPlaza } from '../../plaza-process.mjs';
import { plazaContender } from '../contenders/plaza.mjs';
import { flawOf, runJobs } from '../run-jobs.mjs';
import { hottest } from './cpu-profile.mjs';
import { STATEMENTS, TOTALS } from './statement-costs.mjs';

export const title = 'Where a publication spends its time (Plaza standalone, watched)';

const WATCHED = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all', 'pg_stat_statements.max': '2000', track_wal_io_timing: 'on', track_io_timing: 'on' };

export async function measure(bench, { jobs }) {
  const postgres = await startChild(new URL('../postgres.mjs', import.meta.url), { settings: WATCHED });
  const databaseUrl = await postgres.call('database', 'profile');
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  const closeAdmin = stopLater(() => admin.end());
  await admin.query('create extension pg_stat_statements');
  const postmaster = await postgres.call('pid');
  let profileFolder;
  let pids;
  const launch = async ({ dataFolder, environment }) => {
    profileFolder = dataFolder;
    const nodeFlags = ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${dataFolder}`];
    const started = await startPlaza({ dataFolder, nodeFlags, environment: { ...environment, DATABASE_URL: databaseUrl }, script: 'apps/standalone/dist/main.js' });
    pids = { plaza: [started.pid], sink: [bench.sink.pid] };
    return started;
  };
  const plaza = await (await plazaContender({ name: 'profile', label: 'Plaza', launch }).open(bench)).start();
  const totals = async () => {
    const times = Object.entries({ ...pids, postgres: withChildren(postmaster) }).map(([name, of]) => [`ms of ${name}'s CPU`, cpuMs(of)]);
    return { ...Object.fromEntries(times), ...(await admin.query(TOTALS)).rows[0] };
  };
  let before;
  let fromMs;
  const schedule = async (list) => {
    await plaza.schedule(list);
    fromMs = list[0].dueAtMs;
    await delay(fromMs - Date.now() - 200);
    await admin.query('select pg_stat_statements_reset()');
    before = await totals();
  };
  const run = await runJobs(bench, { ...plaza, schedule }, { jobs });
  const after = await totals();
  const statements = (await admin.query(STATEMENTS, [jobs])).rows;
  await plaza.stop();
  await closeAdmin();
  await postgres.stop();
  const profile = JSON.parse(readFileSync(join(profileFolder, readdirSync(profileFolder).find((name) => name.endsWith('.cpuprofile'))), 'utf8'));
  const cpu = hottest(profile, { fromMs, toMs: fromMs + run.seconds * 1_000 });
  const perPost = Object.keys(after).map((name) => [`${name} per post`, ((after[name] - before[name]) / jobs).toFixed(2)]);
  const rows = [['jobs a second', run.perSecond.toFixed(0)], ...perPost, ['CPU of the process', `${(cpu.busyShare * 100).toFixed(0)} %`], ...cpu.byPlace, ...statements.map(({ per_post: times, ms_per_post: ms, query }) => [`${times} a post, ${ms} ms`, query])];
  return { columns: ['what', 'how much'], rows, results: { run: { ...run, lateMs: undefined }, statements, cpu }, flaws: flawOf(run) === undefined ? [] : [flawOf(run)] };
}
