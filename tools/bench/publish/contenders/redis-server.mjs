// The Redis of BullMQ, in a temporary folder, on loopback.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../../../fleet/ports.mjs';
import { stopLater } from '../../children.mjs';

/** As BullMQ's guide wants it in production: every write is logged, and a second of them may be lost with the power. */
const SETTINGS = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'];
const START_MS = 10_000;

/** Resolves to its port once it takes connections. */
export async function startRedis({ program, environment, reason }) {
  if (program === undefined) throw new Error(reason);
  const folder = mkdtempSync(join(tmpdir(), 'plaza-bench-redis-'));
  const [port] = await freePorts(1);
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...SETTINGS], { env: environment, detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  stopLater(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  for (const giveUpAt = Date.now() + START_MS; Date.now() < giveUpAt; await delay(50)) if (await answers(port)) return port;
  throw new Error(`${program} did not start.`);
}

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.end());
  });
}
