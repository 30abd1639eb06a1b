// Starts the test run's Postgres when the first spec file asks for it, and not at all when none does. Workers ask over HTTP, since the
// server has to outlive whichever of them needs it first.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./typescript-hooks.mjs', import.meta.url).href;
const PROCESS = fileURLToPath(new URL('./database-process.mjs', import.meta.url));

let server;
let database;

/** Resolves to the address at which workers ask. */
export async function openBroker() {
  server = createServer((_request, reply) => {
    // A worker asks once a file, seconds apart: a connection kept for it would be closed in the moment in which it asks again.
    reply.setHeader('connection', 'close');
    database ??= startDatabase();
    database.ready.then(
      (line) => reply.end(line),
      (error) => reply.writeHead(500).end(error.message),
    );
  });
  await new Promise((listening, failed) => server.once('error', failed).listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}`;
}

/** Stops everything; resolves to the names of the test databases that no one dropped. */
export async function closeBroker() {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  return database === undefined ? [] : database.stop();
}

function startDatabase() {
  // A group of its own: Ctrl-C ends Jest, and the end of Jest ends the database in good order.
  const child = spawn(process.execPath, ['--no-warnings', '--import', HOOKS, PROCESS], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const ready = lines.next().then(({ value }) => {
    if (value === undefined) throw new Error('The database of the tests did not start; its reason stands above.');
    return value;
  });
  return {
    ready,
    async stop() {
      child.stdin.end();
      const { value } = await ready.then(() => lines.next()).catch(() => ({ value: '[]' }));
      await exited;
      return JSON.parse(value ?? '[]');
    },
  };
}
