// A closed loop of requests over loopback: `concurrency` at a time, each waits for its answer. Bounded in count.
import { Pool } from 'undici';

/** Resolves to requests a second and the latencies' median and 99th percentile in milliseconds. `answered` gets each answer's text. */
export async function load({ origin, count, concurrency, request, answered = () => undefined }) {
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const latencies = [];
  let next = 0;
  const started = performance.now();
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const at = performance.now();
      const { statusCode, body } = await pool.request(request(index));
      const text = await body.text();
      if (statusCode >= 300) throw new Error(`${statusCode}: ${text}`);
      latencies.push(performance.now() - at);
      answered(text, index);
    }
  };
  let seconds;
  try {
    await Promise.all(Array.from({ length: concurrency }, lane));
    seconds = (performance.now() - started) / 1000;
  } finally {
    // After a failure the other lanes' requests end with it: nobody reads their answers any more.
    await pool.destroy();
  }
  latencies.sort((a, b) => a - b);
  return { perSecond: count / seconds, p50: latencies[Math.floor(count / 2)], p99: latencies[Math.floor(count * 0.99)] };
}
