// Consumers join and leave all the time, and one handler takes longer than a member may be silent.
import { setTimeout as delay } from 'node:timers/promises';
import { SteadyLoad } from '../load.mjs';
import { behindOnUses, until } from '../read-model.mjs';
import { row } from '../report.mjs';

const PER_SECOND = 8;
const STAY_MS = 1_000;
/** Longer than the ten seconds after which a silent member is out of its group. */
const SLOW_SECONDS = 11;
const LONGEST_GAP_MS = 10_000;

/**
 * Each event that is handled leaves a line, in the transaction of its effect; on one account the effect takes long. Events of an account
 * that are handled together change the read model once, so what it says is looked at by itself.
 */
const WATCH = (slow) => `create table public.effects (event_id uuid not null, at timestamptz not null default clock_timestamp());
  grant all on public.effects to public;
  create function public.note_effect() returns trigger language plpgsql as $$
  begin
    insert into public.effects (event_id) values (new.event_id);
    return null;
  end $$;
  create function public.take_long() returns trigger language plpgsql as $$
  begin
    perform pg_sleep(${SLOW_SECONDS});
    return null;
  end $$;
  create trigger note_effect after update on accounts.inbox for each row when (old.handled_at is null and new.handled_at is not null) execute function public.note_effect();
  create trigger take_long after update on accounts.account_rows for each row when (new.account_id = '${slow}') execute function public.take_long()`;
const UNWATCH = `drop trigger note_effect on accounts.inbox; drop trigger take_long on accounts.account_rows;
  drop function public.note_effect(); drop function public.take_long(); drop table public.effects`;

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
  const make = (n) => ({ kind: 'bluesky', account: n });
  const startedAt = Date.now();
  const load = new SteadyLoad(world, tag, { perSecond: PER_SECOND, count: PER_SECOND * seconds * 3, make }).start();
  const slowPost = await world.post(tag, 'discord', { account: 0 });
  const changes = await churnFor(world.fleet.member('accounts-2'), seconds);
  await load.stop();
  const loadEndedAt = Date.now();
  await world.settled(tag, 20_000);
  const accepted = [...load.accepted, slowPost];
  const effects = async () => (await world.db.query('select event_id as id, at from public.effects order by at')).rows;
  for (const giveUpAt = Date.now() + 40_000; (await effects()).length < accepted.length && Date.now() < giveUpAt; ) await delay(250);
  const seen = await effects();
  await world.db.query(UNWATCH);
  const verdict = await world.judge(tag, accepted);
  const times = [startedAt, ...seen.map(({ at }) => at.getTime())].filter((at) => at <= loadEndedAt);
  const gap = Math.max(...times.slice(1).map((at, index) => at - times[index]));
  const problems = [];
  if (seen.length > accepted.length) problems.push(`${seen.length} effects of ${accepted.length} events.`);
  if (seen.length < accepted.length) problems.push(`Only ${seen.length} effects of ${accepted.length} events.`);
  if (new Set(seen.map(({ id }) => id)).size < seen.length) problems.push('An event was handled twice.');
  if (!(await until(async () => (await behindOnUses(world)) === 0, 10_000))) problems.push(`The read model does not know the last publication of ${await behindOnUses(world)} accounts.`);
  if (gap > LONGEST_GAP_MS) problems.push(`Progress stopped for ${gap} ms.`);
  return row('consumers join and leave', `${changes} times in ${seconds} s, a handler of ${SLOW_SECONDS} s, ${PER_SECOND} events a second`, { verdict, problems, measured: [`${seen.length} effects of ${accepted.length} events`, `longest rest ${(gap / 1000).toFixed(1)} s`] });
}
