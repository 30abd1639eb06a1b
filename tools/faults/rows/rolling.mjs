// Every service restarted in turn, replica by replica, under load; workers join, are killed and drain.
import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../judge.mjs';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 15;
const LONGEST_S = 180;

export async function rolling(world) {
  const tag = 'rolling';
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * LONGEST_S }).start();
  await delay(1_000);
  const restarted = [...world.fleet.members.values()].filter(({ app }) => app !== 'sandbox');
  const inRounds = Map.groupBy(restarted, ({ name }) => name.split('-')[1] ?? '1');
  const problems = [];
  // The first replicas of all services go one after the other while the second ones stay, then the other way round.
  for (const members of inRounds.values()) {
    for (const member of members) {
      const end = await member.stop('SIGTERM');
      if (end !== 0) problems.push(`${member.name} ended with ${end}.`);
      await member.start();
    }
  }
  const joined = await world.pool.take();
  const drained = await world.pool.take();
  await joined.said('claimed', 5_000);
  await drained.stop();
  await joined.stop();
  await load.stop();
  await world.settled(tag, 20_000);
  const verdict = judge({ accepted: load.accepted, targets: await world.targets(tag), ledger: await world.ledger(tag) });
  if (load.refusals.length > 0) problems.push(`Requests failed: ${load.refusals.join(', ')}.`);
  return row('rolling restart', `${restarted.length} processes of 7 services restarted in turn, workers added and drained, at ${PER_SECOND} posts a second`, { verdict, problems, measured: [`${load.sent.length} requests, ${load.refusals.length === 0 ? 'none' : 'some'} failed`] });
}
