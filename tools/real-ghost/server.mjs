// Boots a real Ghost with SQLite in a folder of its own, on loopback only, and prints one line of JSON with its address. Runs on the Node and
// the package of the cache, whose folder is the first argument. Ends with its standard input, so that it never outlives who started it.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS = 180_000;
const home = join(process.argv[2], 'package');
const folder = mkdtempSync(join(tmpdir(), 'plaza-ghost-'));

const port = await new Promise((found) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => found(free));
  });
});
const url = `http://127.0.0.1:${port}`;

const stop = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};
process.stdin.resume().on('end', stop);

cpSync(join(home, 'content', 'themes'), join(folder, 'content', 'themes'), { recursive: true, dereference: true });
for (const name of ['data', 'images', 'media', 'files', 'logs', 'settings', 'public', 'adapters']) mkdirSync(join(folder, 'content', name), { recursive: true });
// Ghost runs from its own folder; what is set here stands above its files. Nothing of it leaves this machine.
Object.assign(process.env, {
  NODE_ENV: 'development',
  url,
  server__host: '127.0.0.1',
  server__port: String(port),
  database__client: 'better-sqlite3',
  database__connection__filename: join(folder, 'content', 'data', 'ghost.db'),
  paths__contentPath: join(folder, 'content'),
  mail__transport: 'stub',
  logging__level: 'error',
  privacy__useUpdateCheck: 'false',
  privacy__useGravatar: 'false',
  privacy__useRpcPing: 'false',
  security__staffDeviceVerification: 'false',
  sendWelcomeEmail: 'false',
});
process.chdir(home);
createRequire(import.meta.url)(join(home, 'index.js'));

for (const endsAt = Date.now() + READY_MS; ; ) {
  const answer = await fetch(`${url}/ghost/api/admin/site/`).catch(() => undefined);
  if (answer?.status === 200) break;
  if (Date.now() > endsAt) throw new Error(`Ghost was not ready within ${READY_MS / 1000} s.`);
  await new Promise((later) => setTimeout(later, 250));
}
process.stdout.write(`${JSON.stringify({ url })}\n`);
