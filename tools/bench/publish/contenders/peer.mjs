// A contender whose worker is one of the `*.process.mjs` beside this file.
import { startChild } from '../../children.mjs';

/** Jobs that one worker process of any contender has under way at a time. */
export const CONCURRENCY = 64;

/**
 * `note`: one sentence of how it is set. `prepare` resolves to what the process needs beside the sink, e.g. a database; it runs once.
 * `script`: the process, where it is not named as the contender.
 */
export function peerContender({ name, label, note, prepare, script = name }) {
  return {
    ...{ name, label, note, takesWorkers: true },
    async open(bench) {
      const options = { ...(await prepare(bench)), peers: bench.peers.folder, sinkUrl: bench.sinkUrl, concurrency: CONCURRENCY };
      return {
        async start({ workers = 1 } = {}) {
          const children = [];
          for (let count = 0; count < workers; count += 1) children.push(await startChild(new URL(`${script}.process.mjs`, import.meta.url), options));
          return {
            schedule: (jobs) => children[0].call('schedule', jobs),
            stop: () => Promise.all(children.map((child) => child.stop())),
          };
        },
      };
    },
  };
}
