// Plaza's API through the gateway against a bare Fastify that reads or writes the same rows.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { alternate, startBaseline } from '../../against-baseline.mjs';
import { createPost, listAccounts } from '../../plaza-api.mjs';
import { contenders } from '../contenders/index.mjs';
import { shown, spread } from '../ratios.mjs';

export const title = 'The API against bare Fastify on the same rows (aim: 0.5 each)';

const ACCOUNTS = 20;
const REQUESTS = 2_000;
const DAY_MS = 86_400_000;

export async function measure(bench, { rounds, without }) {
  const rows = [];
  const results = [];
  for (const contender of contenders.filter(({ name, isPlaza }) => isPlaza && !without.includes(name))) {
    // As many as a project may have; the thousand of a run would measure only how fast a long list is written out.
    const plaza = await (await contender.open({ ...bench, accountCount: ACCOUNTS })).start();
    const [accountId] = plaza.accounts;
    const baseline = await startBaseline(plaza.databaseUrl, accountId, await projectOf(plaza, accountId));
    const body = { content: 'Scheduled far ahead', platforms: [{ platform: plaza.platform, accountId }], scheduledFor: new Date(Date.now() + DAY_MS).toISOString() };
    const requests = { 'GET /api/v1/accounts': () => listAccounts(plaza.key), 'POST /v1/posts': () => createPost(plaza.key, body) };
    for (const [name, request] of Object.entries(requests)) {
      const done = await alternate({ plazaUrl: plaza.url, baselineUrl: baseline.url, request, rounds, count: REQUESTS });
      const of = (pick, digits) => shown(spread(done.map(pick)), digits);
      rows.push([`${contender.label}: ${name}`, of(({ ratio }) => ratio), of(({ ours }) => ours.perSecond, 0), of(({ bare }) => bare.perSecond, 0)]);
      results.push({ contender: contender.name, request: name, rounds: done });
    }
    await baseline.stop();
    await plaza.stop();
  }
  return { columns: ['request', 'ratio', 'Plaza a second', 'bare a second'], rows, results, flaws: [] };
}

/** The project of an account; the list of accounts hears of a new one by an event, so it is waited for. */
async function projectOf({ databaseUrl }, accountId) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const find = async () => (await client.query('select project_id from accounts.account_rows where account_id = $1', [accountId])).rows[0];
  let found = await find();
  for (let tries = 0; found === undefined && tries < 100; tries += 1) {
    await delay(100);
    found = await find();
  }
  await client.end();
  if (found === undefined) throw new Error(`The list of accounts has not heard of ${accountId}.`);
  return found.project_id;
}
