// Messages that cannot be read, and ones whose handler always throws, among ordinary ones.
import { openKafka } from '@plaza/messaging/kafka';
import { SteadyLoad } from '../load.mjs';
import { deadLetters, hasHeardOf, replay, until } from '../read-model.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 10;
const MOST_TRIES = 5;
const UNREADABLE = 5;
/** Five tries with their backoff take at most 15 s. Milliseconds. */
const DEAD_WITHIN_MS = 40_000;

/** Puts what a poisonous message needs: bytes that are no event, and an account whose row refuses every change. */
async function poisonTopic(world) {
  const producer = openKafka({ brokers: [world.servers.kafka.broker], clientId: 'plaza-faults' }).producer();
  await producer.connect();
  await producer.send({ topic: `${world.prefix}publication.finished`, messages: Array.from({ length: UNREADABLE }, (_none, n) => ({ key: `bad-${n}`, value: `\u0000 no event ${n}` })) });
  await producer.disconnect();
}

export async function poison(world) {
  const tag = 'poison';
  const problems = [];
  const [cursed] = world.accounts.twitter;
  await world.db.query(`create function accounts.refuse() returns trigger language plpgsql as $$ begin raise exception 'refused by the fault suite'; end $$;
    create trigger refuse before update on accounts.account_rows for each row when (new.account_id = '${cursed}') execute function accounts.refuse()`);
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * 6, make: (n) => ({ kind: n % 2 === 0 ? 'bluesky' : 'discord' }) }).start();
  const bad = await world.post(tag, 'twitter', { account: 0 });
  await poisonTopic(world);
  await load.done();
  await world.settled(tag, 20_000);
  const wentOn = await hasHeardOf(world, load.accepted, load.accepted[0].dueAtMs, 20_000);
  if (!wentOn) problems.push('Other keys did not go on.');
  const areDead = await until(async () => (await deadLetters(world)).length >= UNREADABLE + 1, DEAD_WITHIN_MS);
  const letters = await deadLetters(world);
  if (!areDead) problems.push(`Only ${letters.length} of ${UNREADABLE + 1} became dead letters.`);
  if (letters.some(({ attempts }) => attempts > MOST_TRIES)) problems.push('A message was tried more than five times.');
  await world.db.query('drop trigger refuse on accounts.account_rows; drop function accounts.refuse()');
  const letter = letters.find(({ account }) => account === cursed);
  if (letter === undefined) problems.push('The message whose handler throws is no dead letter.');
  else problems.push(...(await replay(world, letter)));
  const verdict = await world.judge(tag, [...load.accepted, bad]);
  return row('poisoned messages', `${UNREADABLE} unreadable messages and one whose handler always throws, among ${load.accepted.length}`, { verdict, problems, measured: [`${letters.length} dead letters after at most ${Math.max(0, ...letters.map(({ attempts }) => attempts))} tries`, 'replay after the fix worked once'] });
}
