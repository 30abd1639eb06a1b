// Plaza in one process, as `npm start` runs it, with its own embedded Postgres in a data folder of the bench.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopLater } from './children.mjs';

/** A Plaza that had to give up leaves its database to shut down by itself. */
const DATABASE_STOP_MS = 10_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A new data folder; as root the database runs as another user, who has to get in. */
export function makeDataFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-bench-'));
  chmodSync(folder, 0o755);
  return { folder, remove: stopLater(async () => rmSync(folder, { recursive: true, force: true })) };
}

/**
 * Starts Plaza; resolves once it has answered a request. `key(mode)` is of the first start only. `script`: below the project's folder,
 * tools/start.mjs also builds. It has a process group of its own, so that Ctrl-C reaches the bench, which stops it in good order.
 */
export async function startPlaza({ dataFolder, script = 'tools/start.mjs', nodeFlags = [], environment = {} }) {
  const at = performance.now();
  const child = spawn(process.execPath, ['--max-old-space-size=256', ...nodeFlags, script], {
    cwd: root,
    env: { PATH: process.env.PATH, PLAZA_DATA: dataFolder, PORT: '0', PLAZA_LOG_LEVEL: 'error', PLAZA_RATE_LIMIT_PER_MINUTE: '1000000', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = stopLater(async () => {
    child.kill('SIGTERM');
    await ended;
    const isRunning = () => existsSync(join(dataFolder, 'postgres', 'postmaster.pid'));
    for (const giveUpAt = Date.now() + DATABASE_STOP_MS; isRunning() && Date.now() < giveUpAt; ) await delay(50);
  });
  let output = '';
  const url = await new Promise((ready, failed) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (/^data /m.test(output)) ready(/^Plaza +(\S+)/m.exec(output)[1]);
    });
    void ended.then((code) => failed(new Error(`Plaza ended with ${code}: ${output}`)));
  });
  await fetch(`${url}/v1/health`);
  return {
    ...{ url, pid: child.pid, seconds: (performance.now() - at) / 1000 },
    key: (mode) => new RegExp(`^${mode} key +(\\S+)`, 'm').exec(output)?.[1],
    stop,
  };
}

/** The embedded Postgres of a data folder, as its superuser. */
export function databaseOf(dataFolder) {
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8').trim();
  const [pid, , , port] = readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, pid: Number(pid) };
}
