import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { GenericContainer, Wait } from 'testcontainers';
import { freePorts } from '../fleet/ports.mjs';
import { requireEngine } from './engine.mjs';

export const POSTGRES_IMAGE = 'postgres:18';
/** Longest time from listening to taking a session. Milliseconds. */
const START_MS = 30_000;

/**
 * Starts a Postgres on loopback; `settings` are its own, by name. Resolves to its URL as superuser. The port is chosen before the start,
 * so that it stays the same over restarts.
 */
export async function startPostgres(settings = {}) {
  await requireEngine();
  const password = randomBytes(18).toString('base64url');
  const [port] = await freePorts(1);
  const container = await new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withCommand(['postgres', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    .withExposedPorts({ container: 5432, host: port })
    // The first start initialises the cluster and listens to no network. No health check: each would run a process, for as long as it lives.
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await accepting(url);
  return { url, container, stop: () => container.stop() };
}

/** Resolves when the server takes a session; rejects with why it does not. */
async function accepting(url) {
  for (const giveUpAtMs = Date.now() + START_MS; ; await delay(50)) {
    const client = new pg.Client({ connectionString: url });
    const problem = await client.connect().then(
      () => client.end(),
      (error) => error,
    );
    if (problem === undefined) return;
    if (Date.now() > giveUpAtMs) throw problem;
  }
}
