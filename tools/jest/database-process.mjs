// The Postgres of a test run: prints `{ url, internalKey, template }` once it is ready and lives until its standard input ends, which it
// does however Jest ends, killed included. Then it prints which test databases were never dropped, and nothing of it is left.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { accountsSchema } from '../../apps/accounts/src/adapters/postgres/schema.ts';
import { connectSchema } from '../../apps/connect/src/adapters/postgres/schema.ts';
import { gatewaySchema } from '../../apps/gateway/src/adapters/postgres/schema.ts';
import { publishingSchema } from '../../apps/publishing/src/adapters/postgres/schema.ts';
import { registrySchema } from '../../apps/registry/src/adapters/postgres/schema.ts';
import { embeddedPostgresFolder, provisionDatabase, startEmbeddedPostgres } from '../../libs/chassis/src/index.ts';
import { FAST } from './fast-postgres.mjs';

const SCHEMAS = [gatewaySchema, registrySchema, connectSchema, publishingSchema, accountsSchema];
const TEMPLATE = 'plaza_template';
const TESTING = new URL('../../libs/testing/src/index.ts', import.meta.url).href;

const dataFolder = mkdtempSync(join(tmpdir(), 'plaza-test-'));
// As root the server runs as another user, who has to get in.
chmodSync(dataFolder, 0o755);
const ended = new Promise((resolve) => process.stdin.once('end', resolve).once('error', resolve).resume());
// Whoever was to read it may be gone.
process.stdout.on('error', () => undefined);
let server;
try {
  server = await startServer();
  const internalKey = randomBytes(32).toString('base64url');
  await makeTemplate(server.url, internalKey);
  process.stdout.write(`${JSON.stringify({ url: server.url, internalKey, template: TEMPLATE })}\n`);
  await ended;
  process.stdout.write(`${JSON.stringify(await leftOver(server.url))}\n`);
} finally {
  await server?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  if (server?.clusterFolder !== undefined) rmSync(server.clusterFolder, { recursive: true, force: true });
}

/** The server of PLAZA_TEST_POSTGRES, which is not ours to stop, or an embedded one. */
async function startServer() {
  const url = process.env.PLAZA_TEST_POSTGRES;
  if (url !== undefined) return { url, stop: async () => undefined };
  return startEmbeddedPostgres({ dataFolder, packageFolder: embeddedPostgresFolder(TESTING), settings: FAST });
}

async function makeTemplate(url, internalKey) {
  await query(url, `create database ${TEMPLATE}`);
  await provisionDatabase(Object.assign(new URL(url), { pathname: TEMPLATE }).href, SCHEMAS, internalKey);
  await query(url, `alter database ${TEMPLATE} with is_template true allow_connections false`);
}

async function leftOver(url) {
  const { rows } = await query(url, `select datname as name from pg_database where datname like 'test\\_%' order by 1`);
  return rows.map(({ name }) => name);
}

async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
