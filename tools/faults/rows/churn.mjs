// Consumers join and leave all the time, and one handler takes longer than a member may be silent.
import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../judge.mjs';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 8;
const STAY_MS = 1_000;
/** Longer than the ten seconds after which a silent member is out of its group. */
const SLOW_SECONDS = 11;
const LONGEST_GAP_MS = 10_000;

/** Every effect of an event on the read model leaves a line; on one account it takes long. */
const WATCH = (slow) => `create table public.effects (account_id uuid not null, at timestamptz not null default clock_timestamp());
  grant all on public.effects to public;
  create function public.note_effect() returns trigger language plpgsql as $$
  begin
    if new.account_id = '${slow}' then perform pg_sleep(${SLOW_SECONDS}); end if;
    insert into public.effects (account_id) values (new.account_id);
    return null;
  end $$;
  create trigger note_effect after update on accounts.account_rows for each row execute function public.note_effect()`;
const UNWATCH = 'drop trigger note_effect on accounts.account_rows; drop function public.note_effect(); drop table public.effects';

async function churnFor(member, seconds) {
  let changes = 0;
  for (const endsAt = Date.now() + seconds * 1000; Date.now() < endsAt; changes += 2) {
    await member.stop('SIGTERM');
    await member.start({ PLAZA_DRAIN_SECONDS: '0' });
    await delay(STAY_MS);
  }
  return changes;
}

export async function churn(world, { isLong }) {
  const tag = 'churn';
  const seconds = isLong ? 60 : 15;
  const [slow] = world.accounts.discord;
  await world.settled(tag, 1_000);
  await world.db.query(WATCH(slow));
  const make = (n) => ({ platform: 'bluesky', account: n });
  const startedAt = Date.now();
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * seconds * 3, make }).start();
  const slowPost = await world.post(tag, 'discord', { account: 0 });
  const changes = await churnFor(world.fleet.member('accounts-2'), seconds);
  await load.stop();
  const loadEndedAt = Date.now();
  await world.settled(tag, 20_000);
  const accepted = [...load.accepted, slowPost];
  const effects = async () => (await world.db.query('select account_id as account, at from public.effects order by at')).rows;
  for (const giveUpAt = Date.now() + 40_000; (await effects()).length < accepted.length && Date.now() < giveUpAt; ) await delay(250);
  const seen = await effects();
  await world.db.query(UNWATCH);
  const verdict = judge({ accepted, targets: await world.targets(tag), ledger: await world.ledger(tag) });
  const times = [startedAt, ...seen.filter(({ account }) => account !== slow).map(({ at }) => at.getTime())].filter((at) => at <= loadEndedAt);
  const gap = Math.max(...times.slice(1).map((at, index) => at - times[index]));
  const problems = [];
  if (seen.length > accepted.length) problems.push(`${seen.length} effects of ${accepted.length} events.`);
  if (seen.length < accepted.length) problems.push(`Only ${seen.length} effects of ${accepted.length} events.`);
  if (gap > LONGEST_GAP_MS) problems.push(`Progress stopped for ${gap} ms.`);
  return row('consumers join and leave', `${changes} times in ${seconds} s, a handler of ${SLOW_SECONDS} s, ${PER_SECOND} events a second`, { verdict, problems, measured: [`${seen.length} effects of ${accepted.length} events`, `longest rest ${(gap / 1000).toFixed(1)} s`] });
}
