import type { ServiceName } from '@plaza/contracts';
import { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { readSettings, SettingsError, type Settings } from '../config.ts';
import { CrashPoints } from '../crash-points.ts';
import { Draining } from '../http/draining.ts';
import { IdentityTokens } from '../http/identity.ts';
import { createLogger, type Logger } from '../logging.ts';
import { createManagement } from '../observe/management.ts';
import { Metrics } from '../observe/metrics.ts';
import { openTracing } from '../observe/tracing.ts';
import { ServiceNetwork } from '../outbound/service-network.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import type { Opener } from './console.ts';
import { listen } from './listen.ts';
import { stopSignal } from './stop-signal.ts';

/** What a service that runs apart has of its process. */
export interface ApartContext extends ServiceContext {
  readonly network: ServiceNetwork;
}

export interface ApartService<S extends RunningService> {
  readonly name: ServiceName;
  readonly create: (context: ApartContext) => Promise<S>;
  /** What listens on PORT; default: the service's HTTP side. */
  readonly listener?: (service: S) => FastifyInstance;
  /** The operator's commands that this service offers beside serving: `main.js keys create ...`. */
  readonly commands?: (open: Opener<S>) => readonly Command[];
}

/** Runs one service as a process of its own, until SIGTERM or SIGINT; ends the process. */
export async function runApart<S extends RunningService>(apart: ApartService<S>): Promise<void> {
  try {
    if (process.argv.length > 2) await command(apart);
    else await serve(apart);
    process.exit(0);
  } catch (error) {
    failProcess(error);
  }
}

/** Prints why the process cannot go on, and ends it. */
export function failProcess(error: unknown): never {
  const isPlain = error instanceof Error && 'isForOperator' in error;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

/** The context of a service that runs apart. Throws {@link SettingsError} when a setting that this needs is not set. */
export async function apartContext(name: ServiceName, settings: Settings, logger: Logger): Promise<ApartContext> {
  const needed = { DATABASE_URL: settings.DATABASE_URL, PLAZA_INTERNAL_KEY: settings.PLAZA_INTERNAL_KEY, PUBLIC_URL: settings.PUBLIC_URL };
  const missing = Object.entries(needed).flatMap(([setting, value]) => (value === undefined ? [`  ${setting}: is needed by ${name} when it runs apart`] : []));
  if (settings.KAFKA_BROKERS.length === 0) missing.push(`  KAFKA_BROKERS: is needed by ${name} when it runs apart`);
  if (missing.length > 0) throw new SettingsError(`The configuration cannot be used:\n${missing.join('\n')}`);
  const internalKey = settings.PLAZA_INTERNAL_KEY ?? '';
  const network = new ServiceNetwork(addressesIn(settings));
  return {
    ...{ settings, internalKey, logger, network, services: network },
    publicUrl: (settings.PUBLIC_URL ?? '').replace(/\/$/, ''),
    sandboxUrl: settings.PLAZA_SANDBOX_URL[0] ?? 'http://sandbox.invalid',
    databaseUrl: settings.DATABASE_URL ?? '',
    tokens: new IdentityTokens(internalKey),
    crashPoints: new CrashPoints(settings.PLAZA_CRASH_AT),
    metrics: new Metrics({ onTrouble: (error) => logger.warn({ err: error }, 'Figures could not be taken.') }),
    tracing: await openTracing(settings, logger),
  };
}

/** Where the other services are, as the settings say. */
function addressesIn(settings: Settings): ReadonlyMap<ServiceName | 'sandbox', readonly string[]> {
  return new Map([
    ['registry', settings.PLAZA_REGISTRY_URL],
    ['connect', settings.PLAZA_CONNECT_URL],
    ['publishing', settings.PLAZA_PUBLISHING_URL],
    ['accounts', settings.PLAZA_ACCOUNTS_URL],
    ['sandbox', settings.PLAZA_SANDBOX_URL],
  ]);
}

/** Runs one of the operator's commands on the service, built but not at work, so that it may run beside replicas that are. */
async function command<S extends RunningService>({ name, create, commands }: ApartService<S>): Promise<void> {
  const program = new Command(`plaza ${name}`).description(`Without a command ${name} is served.`).showHelpAfterError();
  const open: Opener<S> = async (work) => {
    const context = await apartContext(name, readSettings(), createLogger({ level: 'silent' }));
    const service = await create(context);
    await work(service).finally(() => service.stop().finally(() => context.network.close()));
  };
  for (const offered of commands?.(open) ?? []) program.addCommand(offered);
  await program.parseAsync();
}

async function serve<S extends RunningService>({ name, create, listener = ({ http }) => http }: ApartService<S>): Promise<void> {
  const settings = readSettings();
  const stopping = stopSignal();
  const logger = createLogger({ level: settings.PLAZA_LOG_LEVEL });
  const context = await apartContext(name, settings, logger);
  const service = await create(context);
  const http = listener(service);
  const draining = new Draining(http.server);
  const management = await createManagement({ services: [service], metrics: context.metrics, isDraining: () => draining.hasBegun, logger });
  const pages: FastifyInstance = management.getHttpAdapter().getInstance();
  await listen(http, settings.HOST, settings.PORT);
  await listen(pages, settings.HOST, settings.PLAZA_MANAGEMENT_PORT, 'PLAZA_MANAGEMENT_PORT');
  await service.start();
  logger.info({ service: name, address: http.listeningOrigin }, 'The service is ready.');
  await stopping.first;
  logger.info({ service: name }, 'The service stops: what is under way is finished first.');
  setTimeout(() => process.exit(1), settings.PLAZA_SHUTDOWN_SECONDS * 1000).unref();
  stopping.onSecond(() => process.exit(130));
  draining.begin();
  await Promise.all([service.drain?.(), new Promise((resolve) => setTimeout(resolve, settings.PLAZA_DRAIN_SECONDS * 1000))]);
  if (http !== service.http) await http.close();
  await service.stop();
  await management.close();
  await context.network.close();
  await context.tracing.close();
}
