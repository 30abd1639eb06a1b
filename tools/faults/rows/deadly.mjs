// A message that kills the process that handles it, each time.
import { SteadyLoad } from '../load.mjs';
import { deadLetters, hasHeardOf, replay, until } from '../read-model.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 3;
const MOST_DEATHS = 5;
/** A member that was killed is out of its group after ten seconds; only then are its messages given to the next. */
const NEXT_START_MS = 30_000;
const LATELY_MS = 5_000;

/** On this account handling takes so long that it can be seen from outside, and the process killed in the middle of it. */
const CURSE = (account) => `create function accounts.linger() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
  create trigger linger before update on accounts.account_rows for each row when (new.account_id = '${account}') execute function accounts.linger()`;
const LINGERING = `select pid from pg_stat_activity where application_name = 'plaza-accounts' and wait_event = 'PgSleep'`;

export async function deadly(world) {
  const tag = 'deadly';
  const [cursed] = world.accounts.twitter;
  // One replica is left, so that it is known which process dies.
  const [member, other] = ['accounts-1', 'accounts-2'].map((name) => world.fleet.member(name));
  await other.stop();
  await world.db.query(CURSE(cursed));
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: 1_000, make: (n) => ({ kind: n % 2 === 0 ? 'bluesky' : 'discord' }) }).start();
  const bad = await world.post(tag, 'twitter', { account: 0 });
  const letterOf = async () => (await deadLetters(world)).find(({ account }) => account === cursed);
  const lingering = async () => (await world.db.query(LINGERING)).rows;
  let deaths = 0;
  for (let letter; letter === undefined && deaths <= MOST_DEATHS; letter = await letterOf()) {
    if (!(await until(async () => (await lingering()).length > 0 || (await letterOf()) !== undefined, NEXT_START_MS)) || (await lingering()).length === 0) break;
    await member.stop('SIGKILL');
    // Postgres does not look after a client while it sleeps for it.
    for (const { pid } of await lingering()) await world.db.query('select pg_terminate_backend($1)', [pid]);
    deaths += 1;
    await member.start();
  }
  const problems = [];
  const letter = await letterOf();
  await load.stop();
  const sinceMs = Date.now() - LATELY_MS;
  const lately = load.accepted.filter(({ dueAtMs }) => dueAtMs > sinceMs);
  if (lately.length === 0 || !(await hasHeardOf(world, lately, sinceMs, 20_000))) problems.push('Other keys did not go on.');
  if (deaths === 0) problems.push('The message killed no process.');
  await world.db.query('drop trigger linger on accounts.account_rows; drop function accounts.linger()');
  if (letter === undefined) problems.push(`The message is no dead letter after ${deaths} deaths.`);
  else problems.push(...(await replay(world, letter)));
  await other.start();
  await world.settled(tag, 20_000);
  const verdict = await world.judge(tag, [...load.accepted, bad]);
  return row('message that kills', `one message that kills its process, among ${load.accepted.length}`, { verdict, problems, measured: [`a dead letter after ${deaths} deaths`, 'replay after the fix worked once'] });
}
