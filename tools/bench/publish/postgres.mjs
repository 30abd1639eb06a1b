// A Postgres of the bench's own: the embedded one with its ordinary, durable settings, in a temporary folder that goes with it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { embeddedPostgresFolder, startEmbeddedPostgres } from '../../../libs/chassis/dist/index.js';
import { serve } from '../serve.mjs';

const STANDALONE = new URL('../../../apps/standalone/dist/database.js', import.meta.url).href;

await serve(async ({ settings = {} }) => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'plaza-bench-'));
  // As root the server runs as another user, who has to get in.
  chmodSync(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder, packageFolder: embeddedPostgresFolder(STANDALONE), settings });
  return {
    pid: () => server.pid,
    /** Makes a database; resolves to its URL. */
    async database(name) {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return Object.assign(new URL(server.url), { pathname: name }).href;
    },
    async close() {
      await server.stop();
      for (const folder of [dataFolder, server.clusterFolder]) rmSync(folder, { recursive: true, force: true });
    },
  };
});
