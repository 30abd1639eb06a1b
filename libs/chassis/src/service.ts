import type { ServiceName } from '@plaza/contracts';
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import type { Settings } from './config.ts';
import type { CrashPoints } from './crash-points.ts';
import { connectDatabase, connectSession, type EntityClass, type SessionOptions } from './database/connect.ts';
import { Doorbell } from './database/doorbell.ts';
import { Leader } from './database/leader.ts';
import { DedicatedSession } from './database/session.ts';
import { UnitOfWork } from './database/unit-of-work.ts';
import { IdempotencyKeys } from './http/idempotency.ts';
import type { IdentityTokens } from './http/identity.ts';
import { InternalClient, type ServiceTransport } from './http/internal-client.ts';
import type { Logger } from './logging.ts';
import type { HealthCheck } from './observe/health.ts';
import type { Metrics } from './observe/metrics.ts';
import { eventTrace, type EventTrace, type Tracing } from './observe/tracing.ts';
import { runInWork } from './observe/work-context.ts';

/** What the process gives each of its services. */
export interface ServiceContext {
  readonly settings: Settings;
  /** Base URL as browsers and platforms see it, without a trailing slash. */
  readonly publicUrl: string;
  /** Base URL of the sandbox as this process reaches it, without a trailing slash. */
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
  readonly internalKey: string;
  readonly tokens: IdentityTokens;
  readonly services: ServiceTransport;
  readonly logger: Logger;
  readonly crashPoints: CrashPoints;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** The clock of health checks. Default: the machine's. */
  readonly now?: () => number;
}

/** A service as its process holds it. */
export interface RunningService {
  readonly name: ServiceName;
  /** Its HTTP side: listens alone, or is mounted in the one process. */
  readonly http: FastifyInstance;
  /** What has to be well for it to do its work. */
  readonly checks: readonly HealthCheck[];
  /** Begins with work of its own: relay, consumers, scheduler, workers. */
  start(): Promise<void>;
  /** Takes on no new work of its own and lets what is under way finish; its HTTP side still answers. */
  drain?(): Promise<void>;
  /** Closes it. */
  stop(): Promise<void>;
}

/** Who is observed, and where to. */
export interface ServiceObservation {
  readonly service: ServiceName;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** What every service stands on. */
export interface ServiceFoundation {
  readonly source: DataSource;
  readonly work: UnitOfWork;
  readonly leader: Leader;
  readonly doorbell: Doorbell;
  readonly idempotency: IdempotencyKeys;
  readonly internal: InternalClient;
  readonly logger: Logger;
  /** How its HTTP side is measured and traced. */
  readonly observe: ServiceObservation;
  readonly eventTrace: EventTrace;
  close(): Promise<void>;
}

/** How a service of this process reaches its database. */
export function databaseOf({ databaseUrl: url, internalKey, settings }: ServiceContext, service: ServiceName): SessionOptions {
  return { url, service, internalKey, tlsCa: settings.DATABASE_TLS_CA };
}

/** Opens a service's database and what hangs on it. */
export async function openFoundation(context: ServiceContext, service: ServiceName, entities: readonly EntityClass[] = []): Promise<ServiceFoundation> {
  const logger = context.logger.child({ service });
  let isClosing = false;
  const database = databaseOf(context, service);
  const source = await connectDatabase({
    ...database,
    poolSize: context.settings.DATABASE_POOL_SIZE,
    entities,
    onError(error) {
      // The pool gives its connections up before they are closed; what they still say then is no news.
      // The connection was opened by some request, and this is none of its business.
      if (!isClosing) runInWork(undefined, () => logger.warn({ reason: error.message }, 'A database connection broke.'));
    },
  });
  const work = new UnitOfWork(source, service);
  const session = new DedicatedSession(() => connectSession(database, 'session'));
  return {
    source,
    work,
    leader: new Leader(session, `plaza ${service} relay`),
    doorbell: new Doorbell(source, session, service),
    idempotency: new IdempotencyKeys(work, context.internalKey),
    internal: new InternalClient(context.services, context.tokens, service),
    logger,
    observe: { service, metrics: context.metrics, tracing: context.tracing },
    eventTrace: eventTrace(context.tracing, service),
    async close() {
      isClosing = true;
      await session.close();
      await source.destroy();
    },
  };
}
