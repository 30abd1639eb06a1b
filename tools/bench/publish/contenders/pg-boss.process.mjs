// pg-boss with its shortest poll, batches, and the burst that fetches on without a rest while batches come back full.
import { importPeer } from '../peers/install.mjs';
import { serve } from '../../serve.mjs';
import { postTo } from './post.mjs';

const BULK = 1_000;
/** Fetchers side by side: while one waits for the slowest POST of its batch, the others go on. */
const FETCHERS = 4;

await serve(async ({ peers, databaseUrl, sinkUrl, concurrency }) => {
  const { PgBoss } = await importPeer(peers, 'pg-boss');
  const post = postTo(sinkUrl, concurrency);
  const boss = new PgBoss({ connectionString: databaseUrl, max: 10 });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue('bench');
  const options = { batchSize: concurrency / FETCHERS, localConcurrency: FETCHERS, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
  await boss.work('bench', options, (jobs) => Promise.all(jobs.map(({ data }) => post(data.text))));
  return {
    async schedule(jobs) {
      for (let from = 0; from < jobs.length; from += BULK) {
        await boss.insert('bench', jobs.slice(from, from + BULK).map(({ text, dueAtMs }) => ({ data: { text }, startAfter: new Date(dueAtMs) })));
      }
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
});
