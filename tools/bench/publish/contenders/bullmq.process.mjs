// BullMQ as its guide says: delayed jobs, one worker with concurrency, finished jobs removed.
import { importPeer } from '../peers/install.mjs';
import { serve } from '../../serve.mjs';
import { postTo } from './post.mjs';

const BULK = 1_000;

await serve(async ({ peers, redisPort, sinkUrl, concurrency }) => {
  const { Queue, Worker } = await importPeer(peers, 'bullmq');
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
  const post = postTo(sinkUrl, concurrency);
  const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } });
  const worker = new Worker('bench', ({ data }) => post(data.text), { connection, concurrency });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return {
    async schedule(jobs) {
      for (let from = 0; from < jobs.length; from += BULK) {
        const now = Date.now();
        await queue.addBulk(jobs.slice(from, from + BULK).map(({ text, dueAtMs }) => ({ name: 'post', data: { text }, opts: { delay: Math.max(0, dueAtMs - now) } })));
      }
    },
    async open() {
      const counts = await queue.getJobCounts('delayed', 'wait', 'active', 'prioritized');
      return Object.values(counts).reduce((sum, one) => sum + one, 0);
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
});
