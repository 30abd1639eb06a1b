// Plaza as a contender, however its services run: accounts and posts go through its API, the publications arrive at the sink.
import { load } from '../../load.mjs';
import { connectWithCredentials, createPost, settled } from '../../plaza-api.mjs';
import { makeDataFolder } from '../../plaza-process.mjs';
import { CONCURRENCY } from './peer.mjs';
import { PLATFORM_WAYS } from './platform-ways.mjs';

/** One account publishes one post at a time, in order; a burst of one account is not what is compared. */
const ACCOUNTS = 1_000;
const LANES = 16;
const SETTLE_MS = 120_000;

/**
 * `launch({ dataFolder, environment, workers })` starts Plaza on a data folder, which is used again in each round, and resolves to
 * `{ url, databaseUrl, key(mode), processes(), stop() }`: `key` gives a key at the first start, `processes` the process ids by service.
 */
export function plazaContender({ name, label, note, takesWorkers, launch }) {
  return {
    ...{ name, label, note, takesWorkers, isPlaza: true },
    async open({ sinkUrl, platform, accountCount = ACCOUNTS }) {
      const way = PLATFORM_WAYS[platform](sinkUrl);
      const { folder: dataFolder } = makeDataFolder();
      const environment = { PLAZA_WORKER_CONCURRENCY: String(CONCURRENCY), ...way.environment };
      let key;
      let accounts;
      return {
        async start({ workers = 1, nodeFlags } = {}) {
          const plaza = await launch({ dataFolder, environment, workers, nodeFlags });
          key ??= await plaza.key(way.mode);
          accounts ??= await connectAccounts(plaza.url, key, platform, way, accountCount);
          return {
            ...{ url: plaza.url, databaseUrl: plaza.databaseUrl, key, accounts, platform },
            processes: () => plaza.processes(),
            schedule: (jobs) => schedule(plaza.url, key, platform, accounts, jobs),
            /** Every publication has its outcome, so that the next contender has the machine to itself. */
            settle: () => settled(plaza.url, key, SETTLE_MS),
            stop: () => plaza.stop(),
          };
        },
      };
    },
  };
}

async function connectAccounts(origin, key, platform, { credentials }, count) {
  const ids = [];
  const answered = (text, index) => {
    ids[index] = JSON.parse(text).integration.id;
  };
  await load({ origin, count, concurrency: LANES, request: (index) => connectWithCredentials(key, platform, credentials(index)), answered });
  return ids;
}

async function schedule(origin, key, platform, accounts, jobs) {
  const request = (index) => {
    const { text, dueAtMs } = jobs[index];
    const accountId = accounts[index % accounts.length];
    return createPost(key, { content: text, platforms: [{ platform, accountId }], scheduledFor: new Date(dueAtMs).toISOString() });
  };
  await load({ origin, count: jobs.length, concurrency: LANES, request });
}
