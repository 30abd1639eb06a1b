// A back-up is restored and started as such: what went out after it was made must not go out again.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { KIND_NAMES, KINDS } from '../kinds.mjs';
import { row } from '../report.mjs';
import { onServer } from '../world.mjs';

const OF_EACH = 5;
/** The back-up is made before these are due. Milliseconds. */
const DUE_IN_MS = 5_000;

/** Copies the database as it is at one moment; for that moment no one is connected, which services have to bear anyway. */
async function backUp({ servers, name }, copy) {
  const { url } = servers.postgres;
  await onServer(url, `alter database ${name} allow_connections false`);
  try {
    await onServer(url, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await onServer(url, `create database ${copy} template ${name}`);
  } finally {
    await onServer(url, `alter database ${name} allow_connections true`);
  }
}

export async function restored(world) {
  const tag = 'restored';
  const wanted = Array.from({ length: OF_EACH }, () => KIND_NAMES).flat();
  const before = await Promise.all(wanted.map((kind) => world.post(tag, kind)));
  await world.settled(tag, 20_000);
  const name = `${world.name}_restored`;
  const scheduledFor = Date.now() + DUE_IN_MS;
  const after = await Promise.all(wanted.map((kind) => world.post(tag, kind, { scheduledFor })));
  await backUp(world, name);
  const isEarly = Date.now() < scheduledFor;
  await delay(Math.max(0, scheduledFor - Date.now()));
  await world.settled(tag, 20_000);
  const sentBefore = (await world.ledger(tag)).length;
  const members = [...world.fleet.members.values()].filter(({ app }) => app !== 'sandbox');
  await Promise.all(members.map((member) => member.stop('SIGKILL')));
  const oneOfEach = [...Map.groupBy(members, ({ service }) => service).values()].map(([member]) => member);
  const databaseUrl = Object.assign(new URL(world.databaseUrl), { pathname: name }).href;
  const env = { DATABASE_URL: databaseUrl, PLAZA_RESTORED_AT: new Date().toISOString() };
  await Promise.all(oneOfEach.map((member) => member.start(env)));
  await world.db.end();
  world.db = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  world.db.on('error', () => undefined);
  const took = await world.settled(tag, 60_000);
  // The handle of a container is lost with the rest since the back-up, and a webhook has no look-up: there a person decides.
  const inDoubt = new Set(after.filter(({ kind }) => ['C', 'E'].includes(KINDS[kind].class)).map(({ text }) => text));
  const verdict = await world.judge(tag, [...before, ...after].filter(({ status }) => status === 202), { mayBeUnconfirmed: inDoubt });
  const problems = [];
  if (!isEarly) problems.push('The back-up was made too late to tell anything.');
  if (sentBefore < before.length + after.length) problems.push(`Only ${sentBefore} posts had gone out before the restore.`);
  return row('restored back-up', `${before.length} posts sent before the back-up, ${after.length} after it; restored with --restored`, { verdict, problems, measured: [`${verdict.unconfirmed} of ${inDoubt.size} unconfirmed where nothing can tell (C, E)`, `reconciled in ${(took / 1000).toFixed(1)} s`] });
}
