// The one POST of a job: as the peers make it, over kept-alive connections, as many as jobs run at a time; or over one of its own, as Plaza's
// protocol asks for.
import { Client, Pool } from 'undici';

export function postTo(sinkUrl, connections, { isFresh = false } = {}) {
  const pool = isFresh ? undefined : new Pool(sinkUrl, { connections, pipelining: 1 });
  return async (text) => {
    const client = pool ?? new Client(sinkUrl);
    const request = { method: 'POST', path: '/jobs', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ content: text }) };
    const { statusCode, body } = await client.request(request);
    await body.dump();
    if (isFresh) await client.destroy();
    if (statusCode !== 200) throw new Error(`The sink answered ${statusCode}.`);
  };
}
