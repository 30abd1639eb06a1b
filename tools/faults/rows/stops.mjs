// SIGSTOP at every point before and after the send, with other workers at work meanwhile, then SIGCONT.
import { setTimeout as delay } from 'node:timers/promises';
import { KIND_NAMES, KINDS } from '../kinds.mjs';
import { Backlog } from '../load.mjs';
import { row } from '../report.mjs';

const STOP_MS = 10_000;
/** Whoever takes over by mistake looks the post up, misses it and sends it again, at the latest after this. */
const TAKEN_OVER_MS = 45_000;
/** Points that every publication passes; where a look-up is needed, nothing is on its way. */
const isCommon = (point) => point !== 'publish.after_lookup';

/** The classes that repeat nothing harmlessly, in the short form; all in the long one. */
function plansOf(isLong, ablate) {
  if (ablate !== undefined) return Array.from({ length: 4 }, () => ({ kind: 'twitter', point: 'publish.in_call' }));
  const kinds = isLong ? KIND_NAMES : ['twitter', 'discord'];
  return kinds.flatMap((kind) => KINDS[kind].points.filter(isCommon).map((point) => ({ kind, point })));
}

/** Who waits in Postgres for a lock of a process that is stopped. */
async function heldUp(world) {
  const { rows } = await world.db.query(
    `select left(waiting.query, 60) as waiting, left(holder.query, 60) as holder, extract(epoch from now() - holder.state_change)::int as seconds
     from pg_stat_activity as waiting join pg_stat_activity as holder on holder.pid = any(pg_blocking_pids(waiting.pid))
     where waiting.datname = current_database() and holder.state = 'idle in transaction'`,
  );
  return rows.map(({ waiting, holder, seconds }) => `"${waiting}" waits behind "${holder}", idle for ${seconds} s`.replaceAll(/\s+/g, ' '));
}

/** Resolves once what stopped workers were about to send has been sent by others, at the latest after the time that this takes. */
async function sentByOthers(world, tag, texts) {
  for (const giveUpAt = Date.now() + TAKEN_OVER_MS; Date.now() < giveUpAt; await delay(500)) {
    const sent = new Set((await world.ledger(tag)).map(({ text }) => text));
    if (texts.every((text) => sent.has(text))) return;
  }
}

/**
 * Resolves to when a worker stopped and the texts that it held then, or to undefined when it reached its point in no time. A connection that
 * was asked for before has timed out when it goes on, and with it the outcome: of what it holds, class E cannot be asked again.
 */
async function stopOf(world, worker) {
  if ((await worker.said('stopped', 60_000)) === undefined) return undefined;
  const at = Date.now();
  const texts = (await world.heldBy(worker)).map(({ text }) => text);
  for (const text of texts) if (world.beyondKnowing.has(text)) world.inDoubt.add(text);
  return { at, texts };
}

export async function stops(world, { ablate, isLong }) {
  const tag = 'stops';
  const plans = plansOf(isLong, ablate);
  if (ablate === 'lease') await world.db.query('create table if not exists public.leases (owner uuid primary key, beat_at timestamptz not null); grant all on public.leases to public');
  const load = new Backlog(world, tag, { most: 600, kinds: [...new Set(plans.map(({ kind }) => kind))] }).start();
  const stopped = await Promise.all(plans.map((plan) => world.pool.take({ ...plan, ablate })));
  const reached = await Promise.all(stopped.map((worker) => stopOf(world, worker)));
  const held = await heldUp(world);
  const others = await Promise.all([world.pool.take({ ablate }), world.pool.take({ ablate })]);
  const lastStopAt = Math.max(...reached.map((stop) => stop?.at ?? 0));
  if (ablate !== undefined) await sentByOthers(world, tag, reached.flatMap((stop) => stop?.texts ?? []));
  await delay(Math.max(0, lastStopAt + STOP_MS - Date.now()));
  for (const worker of stopped) worker.signal('SIGCONT');
  await load.stop();
  await world.settled(tag, 90_000);
  const verdict = await world.judge(tag, load.accepted, { mayBeUnconfirmed: world.inDoubt });
  await Promise.all([...stopped, ...others].map((worker) => worker.stop()));
  const missed = plans.filter((_plan, index) => reached[index] === undefined).map(({ kind, point }) => `${kind} ${point}`);
  const problems = missed.length > 0 ? [`Not stopped at: ${missed.join(', ')}.`, ...held] : [];
  return row('stops', `SIGSTOP for ${STOP_MS / 1000} s and more at ${plans.length - missed.length} pairs of point and kind at once, two workers at work meanwhile, then SIGCONT`, { verdict, problems, measured: [`${verdict.unconfirmed} unconfirmed (class E)`] });
}
