// A back-up is restored and started as such: what went out after it was made must not go out again.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { judge } from '../judge.mjs';
import { row } from '../report.mjs';
import { PLATFORMS } from '../world.mjs';

const OF_EACH = 5;
/** The back-up is made before these are due. Milliseconds. */
const DUE_IN_MS = 5_000;

async function inContainer(world, ...command) {
  const { exitCode, output } = await world.servers.postgres.container.exec(command);
  if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}: ${output}`);
}

export async function restored(world) {
  const tag = 'restored';
  const wanted = Array.from({ length: OF_EACH }, () => PLATFORMS).flat();
  const before = await Promise.all(wanted.map((platform) => world.post(tag, platform)));
  await world.settled(tag, 20_000);
  const scheduledFor = Date.now() + DUE_IN_MS;
  const after = await Promise.all(wanted.map((platform) => world.post(tag, platform, { scheduledFor })));
  await inContainer(world, 'pg_dump', '-U', 'postgres', '-Fc', '-f', '/tmp/back-up', world.name);
  const isEarly = Date.now() < scheduledFor;
  await delay(Math.max(0, scheduledFor - Date.now()));
  await world.settled(tag, 20_000);
  const sentBefore = (await world.ledger(tag)).length;
  const members = [...world.fleet.members.values()].filter(({ app }) => app !== 'sandbox');
  await Promise.all(members.map((member) => member.stop('SIGKILL')));
  const name = `${world.name}_restored`;
  await inContainer(world, 'createdb', '-U', 'postgres', name);
  await inContainer(world, 'pg_restore', '-U', 'postgres', '-d', name, '/tmp/back-up');
  const databaseUrl = Object.assign(new URL(world.databaseUrl), { pathname: name }).href;
  const env = { DATABASE_URL: databaseUrl, PLAZA_RESTORED_AT: new Date().toISOString() };
  await Promise.all(members.map((member) => member.start(env)));
  await world.db.end();
  world.db = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  world.db.on('error', () => undefined);
  const took = await world.settled(tag, 60_000);
  // The handle of a container is lost with the rest since the back-up, and a webhook has no look-up: there a person decides.
  const inDoubt = new Set(after.filter(({ platform }) => platform === 'instagram' || platform === 'discord').map(({ text }) => text));
  const verdict = judge({ accepted: [...before, ...after].filter(({ status }) => status === 202), targets: await world.targets(tag), ledger: await world.ledger(tag), mayBeUnconfirmed: (text) => inDoubt.has(text) });
  const problems = [];
  if (!isEarly) problems.push('The back-up was made too late to tell anything.');
  if (sentBefore < before.length + after.length) problems.push(`Only ${sentBefore} posts had gone out before the restore.`);
  return row('restored back-up', `${before.length} posts sent before the back-up, ${after.length} after it; restored with --restored`, { verdict, problems, measured: [`${verdict.unconfirmed} of ${inDoubt.size} unconfirmed where nothing can tell (C, E)`, `reconciled in ${(took / 1000).toFixed(1)} s`] });
}
