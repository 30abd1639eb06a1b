import { type DynamicModule, Module } from '@nestjs/common';
import { createServiceApp, databaseCheck, openFoundation, showEventFigures, UnitOfWork, type RunningService, type ServiceContext } from '@plaza/chassis';
import { publicRoutes } from '@plaza/contracts';
import { Eventing, type DeadLetters, type Transport } from '@plaza/messaging';
import type { FastifyInstance } from 'fastify';
import { KeysConsumer } from './adapters/events/keys.consumer.ts';
import { serveDocs } from './adapters/http/docs.ts';
import { createEdge, routed, type Forward, type Mounts } from './adapters/http/edge.ts';
import { HealthController } from './adapters/http/health.controller.ts';
import { KeysController } from './adapters/http/keys.controller.ts';
import { PostgresKeyRepository } from './adapters/postgres/key.repository.ts';
import { Authenticate } from './application/authenticate.ts';
import { KeyCache } from './application/key-cache.ts';
import { ManageKeys } from './application/manage-keys.ts';
import { ManageProjects } from './application/manage-projects.ts';
import { RateLimiter } from './application/rate-limiter.ts';

/** Invalid keys that one address may send in any 60 seconds. */
const FAILURES_PER_MINUTE = 60;

@Module({ controllers: [KeysController, HealthController, KeysConsumer] })
class GatewayModule {}

/** The gateway: its own routes as a service, and the public listener in front of all services. */
export interface Gateway extends RunningService {
  readonly deadLetters: DeadLetters;
  readonly edge: FastifyInstance;
  readonly keys: ManageKeys;
  readonly projects: ManageProjects;
}

/** Builds the gateway. */
export async function createGateway(
  context: ServiceContext & { readonly transport: Transport; readonly forward: Forward; readonly mounts: Mounts },
): Promise<Gateway> {
  const foundation = await openFoundation(context, 'gateway');
  const { work, logger } = foundation;
  const eventing = Eventing.on(foundation, 'gateway', context.transport);
  showEventFigures(context.metrics, 'gateway', eventing);
  const repository = new PostgresKeyRepository();
  const cache = new KeyCache(work, repository, Date.now);
  const keys = new ManageKeys(work, repository, eventing, () => new Date());
  const limitPerMinute = context.settings.PLAZA_RATE_LIMIT_PER_MINUTE;
  const limiter = (limit: number): RateLimiter => new RateLimiter(limit, Date.now);
  const authenticate = new Authenticate(cache, context.tokens, limiter(limitPerMinute), limiter(limitPerMinute), limiter(FAILURES_PER_MINUTE), Date.now);
  // The gateway's own routes are answered right here.
  const forward: Forward = (route, ...exchange) => (route.service === 'gateway' ? routed(http)(...exchange) : context.forward(route, ...exchange));
  const edge = createEdge({ authenticate, forward, mounts: context.mounts, limitPerMinute, metrics: context.metrics, tracing: context.tracing, logger });
  await serveDocs(edge);
  const module: DynamicModule = {
    module: GatewayModule,
    providers: [
      { provide: ManageKeys, useValue: keys },
      { provide: KeyCache, useValue: cache },
      { provide: UnitOfWork, useValue: work },
    ],
  };
  const routes = publicRoutes.filter(({ service }) => service === 'gateway');
  const app = await createServiceApp({ module, logger, tokens: context.tokens, routes, observe: foundation.observe, idempotency: foundation.idempotency, connect: (nest) => eventing.connect(nest) });
  const http: FastifyInstance = app.getHttpAdapter().getInstance();
  return {
    name: 'gateway',
    checks: [databaseCheck(work), ...eventing.checks],
    deadLetters: eventing.deadLetters,
    http,
    edge,
    keys,
    projects: new ManageProjects(work, () => new Date()),
    async start() {
      await app.startAllMicroservices();
      cache.start();
      eventing.start();
    },
    async stop() {
      await cache.stop();
      await eventing.stop();
      await app.close();
      await foundation.close();
    },
  };
}
