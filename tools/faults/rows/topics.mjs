// Every topic deleted in the middle, made anew by the operator; then every group's offsets reset to the beginning.
import { setTimeout as delay } from 'node:timers/promises';
import { withAdmin } from '@plaza/messaging/kafka';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 6;

export async function topics(world) {
  const tag = 'topics';
  const settings = { brokers: [world.servers.kafka.broker], clientId: 'plaza-faults' };
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * 90 }).start();
  await delay(2_000);
  const gone = await withAdmin(settings, async (admin) => {
    const own = (await admin.listTopics()).filter((topic) => topic.startsWith(world.prefix));
    await admin.deleteTopics({ topics: own });
    return own;
  });
  await delay(2_000);
  await world.fleet.command('topics', 'apply');
  await delay(3_000);
  // kafkajs and the brokers alike reset the offsets of empty groups only: so the consumers stop, as an operator would have them.
  const consumers = ['accounts-1', 'accounts-2', 'worker-1', 'worker-2'].map((name) => world.fleet.member(name));
  await Promise.all(consumers.map((member) => member.stop()));
  const groups = { accounts: 'publication.finished', 'publishing.worker': 'publication.due' };
  await withAdmin(settings, async (admin) => {
    for (const [group, topic] of Object.entries(groups)) await admin.resetOffsets({ groupId: `${world.prefix}plaza.${group}`, topic: `${world.prefix}${topic}`, earliest: true });
  });
  await Promise.all(consumers.map((member) => member.start()));
  await delay(2_000);
  await load.stop();
  await world.settled(tag, 30_000);
  const verdict = await world.judge(tag, load.accepted);
  const problems = load.refusals.length > 0 ? [`Requests failed: ${load.refusals.join(', ')}.`] : [];
  const dead = (await world.db.query('select count(*)::int as n from accounts.parked_messages where dead_at is not null')).rows[0].n;
  if (dead > 0) problems.push(`${dead} events became dead letters.`);
  return row('topics deleted, offsets reset', `${gone.length} topics deleted and applied anew, offsets of ${Object.keys(groups).length} groups to the beginning, at ${PER_SECOND} posts a second`, { verdict, problems });
}
