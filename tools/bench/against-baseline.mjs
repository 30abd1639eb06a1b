// Plaza's API against a bare Fastify on the same database, in alternated rounds.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';

const PROJECT = '00000000-0000-7000-8000-000000000000';
const CONCURRENCY = 16;

/** Resolves to the baseline's URL and a stop. It ends with its standard input, so that it never outlives who started it. */
export async function startBaseline(databaseUrl, accountId, projectId = PROJECT) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('baseline.mjs', import.meta.url)), databaseUrl, projectId, accountId], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise((done) => child.once('exit', done));
  const port = await new Promise((ready, failed) => {
    child.stdout.on('data', (chunk) => ready(/listening (\d+)/.exec(chunk)[1]));
    void ended.then((code) => failed(new Error(`The baseline ended with ${code}.`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** So many rounds after one that warms up; each has the figures of both and `ratio`, Plaza's requests a second over the baseline's. */
export async function alternate({ plazaUrl, baselineUrl, request, rounds, count }) {
  const done = [];
  for (let times = 0; times <= rounds; times += 1) {
    const ours = await load({ origin: plazaUrl, count, concurrency: CONCURRENCY, request });
    const bare = await load({ origin: baselineUrl, count, concurrency: CONCURRENCY, request });
    if (times > 0) done.push({ ratio: ours.perSecond / bare.perSecond, ours, bare });
  }
  return done;
}
