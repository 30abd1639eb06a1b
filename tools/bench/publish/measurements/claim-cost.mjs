// What making due and claiming costs with many posts scheduled for later, against few: the real statements on two databases of one server.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { connectDatabase, provisionDatabase, UnitOfWork } from '../../../../libs/chassis/dist/index.js';
import { publishingSchema } from '../../../../apps/publishing/dist/adapters/postgres/schema.js';
import { PostgresWorkRepository } from '../../../../apps/publishing/dist/adapters/postgres/work.repository.js';
import { stopLater } from '../../children.mjs';
import { shown, spread } from '../ratios.mjs';
import { addDue, ANALYZE, FILL, FORGET } from './claim-cost-rows.mjs';

export const title = 'Claim cost with many scheduled posts against few (aim: 1.2)';

const FEW = 10_000;
const ACCOUNTS = 1_000;
/** As the scheduler's batch. */
const BATCH = 500;
const WARM_UP = 5;
const TIMES = 30;
const OWNER = '00000000-0000-4000-8000-000000000001';

export async function measure(bench, { scheduled }) {
  const sizes = { few: FEW, many: scheduled };
  const databases = {};
  // The roles belong to the server, so both databases have to derive the same passwords.
  const internalKey = randomBytes(32).toString('base64url');
  for (const [name, count] of Object.entries(sizes)) {
    bench.say(`  filling a database with ${count} scheduled posts`);
    databases[name] = await open(await bench.database(`claims_${name}`), internalKey, count);
  }
  const results = [];
  for (let times = 0; times < WARM_UP + TIMES; times += 1) {
    for (const name of Object.keys(sizes)) {
      const figures = await once(databases[name]);
      if (times >= WARM_UP) results.push({ database: name, ...figures });
    }
  }
  for (const { close } of Object.values(databases)) await close();
  return { columns: ['step', `${FEW} scheduled, ms`, `${scheduled} scheduled, ms`, 'ratio of the medians'], rows: ['markDue', 'accountsWithWork', 'claimDue', 'all'].map((step) => row(step, results)), results, flaws: [] };
}

function row(step, results) {
  const [few, many] = ['few', 'many'].map((name) => spread(results.filter(({ database }) => database === name).map((figures) => figures[step])));
  return [`${step} (${BATCH} targets)`, shown(few), shown(many), (many.median / few.median).toFixed(2)];
}

/** One batch becomes due and is claimed, each step in a transaction of its own as in the scheduler and the worker. */
async function once({ admin, work }) {
  const repository = new PostgresWorkRepository();
  await admin.query(addDue(BATCH, ACCOUNTS));
  const figures = {};
  const timed = async (step, run) => {
    const from = performance.now();
    const result = await work.system(run);
    figures[step] = performance.now() - from;
    return result;
  };
  await timed('markDue', (tx) => repository.markDue(tx, BATCH));
  const accounts = await timed('accountsWithWork', (tx) => repository.accountsWithWork(tx, BATCH));
  const claimed = await timed('claimDue', (tx) => repository.claimDue(tx, OWNER, accounts.map(({ accountId }) => accountId), { named: new Map(), others: BATCH }));
  if (claimed.length !== BATCH) throw new Error(`${claimed.length} targets were claimed instead of ${BATCH}.`);
  await admin.query(FORGET);
  return { ...figures, all: Object.values(figures).reduce((sum, one) => sum + one, 0) };
}

async function open(url, internalKey, count) {
  await provisionDatabase(url, [publishingSchema], internalKey);
  const admin = new pg.Client({ connectionString: url, options: '-c search_path=publishing' });
  await admin.connect();
  await admin.query(FILL, [count, ACCOUNTS]);
  for (const statement of ANALYZE) await admin.query(statement);
  const source = await connectDatabase({ url, service: 'publishing', internalKey, poolSize: 2, onError: () => undefined });
  const close = stopLater(async () => {
    await source.destroy();
    await admin.end();
  });
  return { admin, work: new UnitOfWork(source, 'publishing'), close };
}
