// The one POST of a job as the peers make it: over kept-alive connections, as many as jobs run at a time.
import { Pool } from 'undici';

export function postTo(sinkUrl, connections) {
  const pool = new Pool(sinkUrl, { connections, pipelining: 1 });
  return async (text) => {
    const request = { method: 'POST', path: '/jobs', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ content: text }) };
    const { statusCode, body } = await pool.request(request);
    await body.dump();
    if (statusCode !== 200) throw new Error(`The sink answered ${statusCode}.`);
  };
}
