// Who takes part, in the order of a round. A contender more is a file beside this one and a line here.
import { peerContender, CONCURRENCY } from './peer.mjs';
import { plazaApart } from './plaza-apart.mjs';
import { plazaStandalone } from './plaza-standalone.mjs';
import { startRedis } from './redis-server.mjs';

/** Ratios are formed against these two. */
export const REFERENCES = ['bullmq', 'claim-loop'];

const onPostgres = (database) => async (bench) => ({ databaseUrl: await bench.database(database) });

export const contenders = [
  peerContender({
    name: 'bullmq',
    label: 'BullMQ',
    note: `delayed jobs, concurrency ${CONCURRENCY}; Redis with appendonly and appendfsync everysec, so that a power cut may lose a second`,
    prepare: async (bench) => ({ redisPort: await startRedis(bench.peers.redis) }),
  }),
  peerContender({
    name: 'graphile-worker',
    label: 'graphile-worker',
    note: `run_at, ${CONCURRENCY} concurrent jobs, local queue of ${CONCURRENCY * 4}, batched completions, poll of 100 ms`,
    prepare: onPostgres('graphile_worker'),
  }),
  peerContender({
    name: 'pg-boss',
    label: 'pg-boss',
    note: `startAfter, four fetchers with batches of ${CONCURRENCY / 4}, poll of 500 ms (its shortest), burst while batches are full`,
    prepare: onPostgres('pg_boss'),
  }),
  peerContender({
    name: 'claim-loop',
    label: 'bare claim loop',
    note: `for update skip locked in batches, ${CONCURRENCY} to ${CONCURRENCY * 2} posts at a time, done in batches`,
    prepare: onPostgres('claim_loop'),
  }),
  peerContender({
    name: 'claim-loop-fresh',
    label: 'bare claim loop, fresh connections',
    note: 'the same, and each job has a connection of its own, as with Plaza',
    script: 'claim-loop',
    prepare: async (bench) => ({ databaseUrl: await bench.database('claim_loop_fresh'), isFresh: true }),
  }),
  plazaStandalone,
  plazaApart,
];
