import { randomBytes } from 'node:crypto';
import { GenericContainer, Wait } from 'testcontainers';
import { freePorts } from '../fleet/ports.mjs';
import { requireEngine } from './engine.mjs';

export const POSTGRES_IMAGE = 'postgres:18';

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
    // The first start initialises the cluster; only what listens to the network counts.
    .withHealthCheck({ test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U postgres'], interval: 500, timeout: 2_000, retries: 60, startPeriod: 0 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, container, stop: () => container.stop() };
}
