import { randomBytes } from 'node:crypto';
import { GenericContainer, Wait } from 'testcontainers';
import { requireEngine } from './engine.mjs';

export const POSTGRES_IMAGE = 'postgres:18';

/** Starts a Postgres on loopback; `settings` are its own, by name. Resolves to its URL as superuser. */
export async function startPostgres(settings = {}) {
  await requireEngine();
  const password = randomBytes(18).toString('base64url');
  const container = await new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withCommand(['postgres', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    .withExposedPorts(5432)
    // The first start initialises the cluster; only what listens to the network counts.
    .withHealthCheck({ test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U postgres'], interval: 500, timeout: 2_000, retries: 60, startPeriod: 0 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  return { url: `postgres://postgres:${password}@127.0.0.1:${container.getMappedPort(5432)}/postgres`, container, stop: () => container.stop() };
}
