// Every service restarted in turn, replica by replica, under load; workers join, are killed and drain.
import { setTimeout as delay } from 'node:timers/promises';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 8;
const LONGEST_S = 180;

/** Restarts members in turn, `width` services at a time; the other replica of each stays. */
async function restartAll(members, width, problems, restarts) {
  const waiting = [...members];
  const lane = async () => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      const at = Date.now();
      const end = await member.stop('SIGTERM');
      if (end !== 0) problems.push(`${member.name} ended with ${end}.`);
      await member.start();
      restarts.push({ name: member.name, from: at, to: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

export async function rolling(world, { isLong }) {
  const tag = 'rolling';
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * LONGEST_S }).start();
  await delay(1_000);
  const restarted = [...world.fleet.members.values()].filter(({ app }) => app !== 'sandbox');
  const inRounds = Map.groupBy(restarted, ({ name }) => name.split('-')[1] ?? '1');
  const [problems, restarts] = [[], []];
  // The first replicas of all services go one after the other while the second ones stay, then the other way round.
  const rounds = isLong ? [...inRounds.values()] : [[...inRounds.values()][0]];
  for (const members of rounds) await restartAll(members, isLong ? 1 : 2, problems, restarts);
  const joined = await world.pool.take();
  const drained = await world.pool.take();
  await joined.said('claimed', 5_000);
  await drained.stop();
  await joined.stop();
  await load.stop();
  await world.settled(tag, 20_000);
  const verdict = await world.judge(tag, load.accepted);
  for (const { status, heardAtMs, answer } of load.sent.filter((post) => post.status !== 202)) {
    const beside = restarts.filter(({ from, to }) => from < heardAtMs && heardAtMs - 6_000 < to).map(({ name, from, to }) => `${name} from ${heardAtMs - from} to ${heardAtMs - to} ms before`);
    problems.push(`A request failed with ${status}: ${answer.text.slice(0, 120)}; restarted: ${beside.join(', ')}`);
  }
  if (load.failed.length > 0) problems.push(`${load.failed.length} requests had no answer: ${load.failed[0]}`);
  return row('rolling restart', `${restarts.length} processes of 7 services restarted, ${isLong ? 'one' : 'two'} at a time, workers added and drained, at ${PER_SECOND} posts a second`, { verdict, problems, measured: [`${load.sent.length} requests, ${load.refusals.length === 0 ? 'none' : 'some'} failed`] });
}
