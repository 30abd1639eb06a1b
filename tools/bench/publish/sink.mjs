// The platform of every contender: a local HTTP server in a process of its own that answers a POST, and counts by job what it saw.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '../serve.mjs';
import { accountAnswer, POST_ANSWER } from './sink-answers.mjs';

const JOB = /plaza-bench (\d+)-(\d+)/;
const GRACE_MS = 500;

let run = { number: 0, arrivals: new Float64Array(0), distinct: 0, doubles: 0, delayMs: 0, reached: undefined };
let strays = 0;

function note(text, at) {
  const [, number, job] = JOB.exec(text) ?? [];
  // A job of an earlier run that comes now was sent twice, or was lost for a while.
  if (Number(number) !== run.number || Number(job) >= run.arrivals.length) {
    strays += 1;
  } else if (run.arrivals[job] === 0) {
    run.arrivals[job] = at;
    run.distinct += 1;
    if (run.distinct === run.arrivals.length) run.reached?.();
  } else run.doubles += 1;
}

function answer(reply, { status = 200, body }) {
  reply.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

await serve(async () => {
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, reply) => {
    const at = performance.timeOrigin + performance.now();
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const account = accountAnswer(request, text);
      if (account !== undefined) return answer(reply, account);
      note(text, at);
      if (run.delayMs === 0) return answer(reply, { body: POST_ANSWER });
      return setTimeout(answer, run.delayMs, reply, { body: POST_ANSWER });
    });
  });
  await new Promise((listening) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, listening));
  return {
    url: () => `http://127.0.0.1:${server.address().port}`,
    /** Begins a run: so many jobs, each with an answer so much later. Resolves to the run's number, which is part of each job's text. */
    begin({ jobs, delayMs = 0 }) {
      strays = 0;
      run = { number: run.number + 1, arrivals: new Float64Array(jobs), distinct: 0, doubles: 0, delayMs, reached: undefined };
      return run.number;
    },
    /** Waits until every job has come, or the time is over, and a little for what may come twice. Times are milliseconds since 1970. */
    async result({ timeoutMs }) {
      const reached = new Promise((resolve) => {
        run.reached = resolve;
      });
      if (run.distinct < run.arrivals.length) await Promise.race([reached, delay(timeoutMs, undefined, { ref: false })]);
      await delay(GRACE_MS);
      return { arrivals: run.arrivals, missing: run.arrivals.length - run.distinct, doubles: run.doubles, strays };
    },
    close: () => server.closeAllConnections(),
  };
});
