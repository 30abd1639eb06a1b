// The broker is away while posts come in.
import { setTimeout as delay } from 'node:timers/promises';
import { startAgain, stopHard } from '../engine.mjs';
import { SteadyLoad } from '../load.mjs';
import { row } from '../report.mjs';
import { latenessOf } from '../lateness.mjs';

const LATEST_MS = 10_000;
const BACKLOG_MS = 60_000;

export async function broker(world, { isLong }) {
  const tag = 'broker';
  const [seconds, perSecond] = isLong ? [30, 50] : [12, 20];
  const make = (n) => ({ kind: ['bluesky', 'twitter', 'discord'][n % 3], scheduledFor: Date.now() + 3_000 });
  await stopHard(world.servers.kafka.container);
  const load = await new SteadyLoad(world, tag, { perSecond, count: perSecond * seconds, make }).start().done();
  await delay(1_000);
  await startAgain(world.servers.kafka.container);
  const backAt = Date.now();
  await world.settled(tag, 30_000);
  const outbox = 'select (select count(*) from publishing.outbox where published_at is null)::int as n';
  while ((await world.db.query(outbox)).rows[0].n > 0 && Date.now() - backAt < BACKLOG_MS) await delay(250);
  const backlogMs = Date.now() - backAt;
  const ledger = await world.ledger(tag);
  const verdict = await world.judge(tag, load.accepted);
  const { max } = latenessOf(load.accepted, ledger);
  const problems = [];
  if (load.refusals.length > 0) problems.push(`Not every request was answered 202: ${load.refusals.join(', ')}.`);
  if (max > LATEST_MS) problems.push(`A due post went out ${max} ms late.`);
  if (backlogMs >= BACKLOG_MS) problems.push('The backlog of events was not gone after 60 s.');
  return row('broker stopped', `${seconds} s, ${perSecond} posts a second`, { verdict, problems, measured: [`latest ${(max / 1000).toFixed(1)} s late`, `backlog gone ${(backlogMs / 1000).toFixed(1)} s after the broker was back`] });
}
