// Postgres ends at once, again and again, as after `pg_ctl -m immediate`: no session ends in order, recovery at every start.
import { setTimeout as delay } from 'node:timers/promises';
import { startAgain, stopHard } from '../engine.mjs';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const BACK_MS = 10_000;
const PER_SECOND = 8;

export async function postgres(world, { isLong }) {
  const tag = 'postgres';
  const times = isLong ? 10 : 4;
  const pids = () => [...world.fleet.members.values()].map(({ name, pid }) => `${name} ${pid}`).join();
  const before = pids();
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * times * 20 }).start();
  const backAfterMs = [];
  for (let n = 0; n < times; n += 1) {
    await delay(1_500);
    await stopHard(world.servers.postgres.container, 'SIGQUIT');
    const at = Date.now();
    await startAgain(world.servers.postgres.container);
    while (!load.sent.some(({ status, heardAtMs }) => status === 202 && heardAtMs > at) && Date.now() - at < 3 * BACK_MS) await delay(20);
    backAfterMs.push(Date.now() - at);
  }
  await load.stop();
  await world.settled(tag, 40_000);
  const verdict = await world.judge(tag, load.accepted, { mayBeUnconfirmed: world.beyondKnowing });
  const slowest = Math.max(...backAfterMs);
  const problems = [];
  if (slowest > BACK_MS) problems.push(`Posts were taken again only after ${slowest} ms.`);
  if (pids() !== before) problems.push('A process ended.');
  const unwelcome = load.sent.filter(({ status }) => ![202, 503].includes(status));
  if (unwelcome.length > 0) problems.push(`${unwelcome.length} requests were answered neither 202 nor 503, e.g. ${unwelcome[0].answer.text.slice(0, 200)}`);
  return row('Postgres restarted', `-m immediate, ${times} times at ${PER_SECOND} posts a second`, { verdict, problems, measured: [`back after at most ${(slowest / 1000).toFixed(1)} s`, `meanwhile ${load.refusals.join(', ') || 'nothing refused'}`, `${verdict.unconfirmed} unconfirmed (class E)`] });
}
