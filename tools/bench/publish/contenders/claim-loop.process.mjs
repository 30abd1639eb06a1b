// The bare claim loop: the least that a durable queue in Postgres can do. Claims a batch, posts each, marks what is done in a batch. What a
// crashed process had claimed stays claimed: it knows no owner, no order, no retry and no ledger.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { serve } from '../../serve.mjs';
import { postTo } from './post.mjs';

const LONGEST_REST_MS = 100;
const CREATE = `create table if not exists jobs (id bigint generated always as identity primary key, text text not null, due_at timestamptz not null, state text not null default 'waiting');
  create index if not exists jobs_waiting on jobs (due_at) where state = 'waiting'`;
const ADD = `insert into jobs (text, due_at) select text, to_timestamp(due_at_ms / 1000) from unnest($1::text[], $2::float8[]) as rows (text, due_at_ms)`;
const CLAIM = `update jobs set state = 'claimed' where id in (
  select id from jobs where state = 'waiting' and due_at <= now() order by due_at limit $1 for update skip locked) returning id, text`;
const DONE = `update jobs set state = 'done' where id = any($1::bigint[])`;
const NEXT = `select (extract(epoch from min(due_at) - now()) * 1000)::float8 as ms from jobs where state = 'waiting'`;

await serve(async ({ databaseUrl, sinkUrl, concurrency, isFresh }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  const prepared = (name, text, values = []) => pool.query({ name, text, values });
  const post = postTo(sinkUrl, concurrency, { isFresh });
  const ended = [];
  let active = 0;
  let isStopping = false;
  let freed = () => undefined;
  // Two processes may come at the same moment.
  await pool.query(`select pg_advisory_lock(1); ${CREATE}; select pg_advisory_unlock(1)`);

  async function publish({ id, text }) {
    await post(text);
    ended.push(id);
    active -= 1;
    freed();
  }

  async function claim() {
    while (!isStopping) {
      const room = concurrency * 2 - active;
      const { rows } = room < concurrency ? { rows: [] } : await prepared('claim', CLAIM, [room]);
      active += rows.length;
      for (const row of rows) void publish(row);
      if (rows.length > 0) continue;
      const next = active > 0 ? LONGEST_REST_MS : ((await prepared('next', NEXT)).rows[0].ms ?? LONGEST_REST_MS);
      const isFreed = new Promise((resolve) => {
        freed = () => active <= concurrency && resolve();
      });
      await Promise.race([delay(Math.min(LONGEST_REST_MS, Math.max(1, next))), isFreed]);
    }
  }

  async function mark() {
    while (!isStopping || ended.length > 0) {
      if (ended.length > 0) await prepared('done', DONE, [ended.splice(0)]);
      else await delay(2);
    }
  }

  const loops = Promise.all([claim(), mark()]);
  return {
    async schedule(jobs) {
      await prepared('add', ADD, [jobs.map(({ text }) => text), jobs.map(({ dueAtMs }) => dueAtMs)]);
    },
    async close() {
      isStopping = true;
      await loops;
      await pool.end();
    },
  };
});
