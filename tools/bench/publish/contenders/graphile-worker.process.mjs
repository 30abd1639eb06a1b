// graphile-worker with what its page on performance names: a local queue, batched completions, as many connections as it can use.
import { importPeer } from '../peers/install.mjs';
import { serve } from '../../serve.mjs';
import { postTo } from './post.mjs';

const BULK = 1_000;
/** Jobs are found by polling once their time has come; 100 ms costs next to nothing here. */
const POLL_MS = 100;

await serve(async ({ peers, databaseUrl, sinkUrl, concurrency }) => {
  const { run, makeWorkerUtils, Logger } = await importPeer(peers, 'graphile-worker');
  const post = postTo(sinkUrl, concurrency);
  const logger = new Logger(() => (level, message) => level === 'error' && process.stderr.write(`${message}\n`));
  const worker = {
    connectionString: databaseUrl,
    concurrentJobs: concurrency,
    maxPoolSize: 10,
    pollInterval: POLL_MS,
    localQueue: { size: concurrency * 4 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  };
  const runner = await run({ preset: { worker }, noHandleSignals: true, logger, parsedCronItems: [], taskList: { post: ({ text }) => post(text) } });
  const utils = await makeWorkerUtils({ preset: { worker: { connectionString: databaseUrl } }, logger });
  return {
    async schedule(jobs) {
      for (let from = 0; from < jobs.length; from += BULK) {
        await utils.addJobs(jobs.slice(from, from + BULK).map(({ text, dueAtMs }) => ({ identifier: 'post', payload: { text }, runAt: new Date(dueAtMs) })));
      }
    },
    async close() {
      await runner.stop();
      await utils.release();
    },
  };
});
