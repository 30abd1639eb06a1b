import { createAccounts } from '@plaza/accounts';
import { createManagement, CrashPoints, Draining, IdentityTokens, Metrics, openTracing, type Logger, type RunningService, type ServiceContext, type ServiceTransport, type Settings } from '@plaza/chassis';
import { createConnect } from '@plaza/connect';
import type { ServiceName } from '@plaza/contracts';
import { createGateway, localOnly, routed, sandboxMount, type Forward, type Gateway, type RawHandler } from '@plaza/gateway';
import { InProcessTransport, type DeadLetters } from '@plaza/messaging';
import { createPublishing } from '@plaza/publishing';
import { createRegistry } from '@plaza/registry';
import { createSandbox, guardedMedia } from '@plaza/sandbox';
import type { KeyProvider } from '@plaza/vault';
import type { FastifyInstance } from 'fastify';

export interface PlazaOptions {
  readonly settings: Settings;
  readonly publicUrl: string;
  /** Base URL at which this process reaches itself. */
  readonly ownUrl: string;
  readonly databaseUrl: string;
  readonly internalKey: string;
  readonly keys: KeyProvider;
  /** Where the sandbox keeps its state; absent: in memory. */
  readonly sandboxFile?: string;
  readonly logger: Logger;
  /** The clock of health checks. Default: the machine's. */
  readonly now?: () => number;
}

type Service = RunningService & { readonly deadLetters: DeadLetters };

/** All services in one process, built and not yet at work. */
export interface Plaza {
  readonly gateway: Gateway;
  readonly registry: Awaited<ReturnType<typeof createRegistry>>;
  readonly connect: Awaited<ReturnType<typeof createConnect>>;
  readonly publishing: Awaited<ReturnType<typeof createPublishing>>;
  readonly accounts: Awaited<ReturnType<typeof createAccounts>>;
  readonly services: readonly Service[];
  start(): Promise<void>;
  /** Lets what is under way finish, then closes everything; the listener first stops taking new connections. */
  stop(): Promise<void>;
}

/** Builds the whole of Plaza: each service as it would run apart, with calls and events handed over within the process. */
export async function createPlaza(options: PlazaOptions): Promise<Plaza> {
  const { settings, publicUrl, ownUrl, logger } = options;
  const instances = new Map<ServiceName, FastifyInstance>();
  const metrics = new Metrics({ onTrouble: (error) => logger.warn({ err: error }, 'Figures could not be taken.') });
  const tracing = await openTracing(settings, logger);
  const context: ServiceContext = {
    ...{ settings, publicUrl, logger, databaseUrl: options.databaseUrl, internalKey: options.internalKey },
    sandboxUrl: `${ownUrl}/sandbox`,
    tokens: new IdentityTokens(options.internalKey),
    services: inProcess(instances),
    crashPoints: new CrashPoints(settings.PLAZA_CRASH_AT),
    ...{ metrics, tracing },
    ...(options.now === undefined ? {} : { now: options.now }),
  };
  const transport = new InProcessTransport(options.now);
  const { keys } = options;
  const registry = await createRegistry({ ...context, transport, keys });
  const connect = await createConnect({ ...context, transport, keys });
  const publishing = await createPublishing({ ...context, transport });
  const accounts = await createAccounts({ ...context, transport });
  const media = guardedMedia({ allowedHosts: settings.PLAZA_ALLOWED_HOSTS, publicUrl, ownUrl });
  const sandbox = await createSandbox({
    publicUrl: `${publicUrl}/sandbox`,
    ...(options.sandboxFile === undefined ? {} : { stateFile: options.sandboxFile }),
    fetchMedia: media.fetchMedia,
  });
  const services: Service[] = [registry, connect, publishing, accounts];
  const management = await createManagement({ services, metrics, isDraining: () => draining.hasBegun, logger });
  const pages: FastifyInstance = management.getHttpAdapter().getInstance();
  const mounts = { '/sandbox': sandboxMount(routed(sandbox)), '/health': mountAt('/health', pages), '/metrics': localOnly(mountAt('/metrics', pages)) };
  const gateway = await createGateway({ ...context, transport, forward: forwardTo(instances), mounts });
  const draining = new Draining(gateway.edge.server);
  services.push(gateway);
  for (const { name, http } of services) instances.set(name, http);
  return {
    ...{ gateway, registry, connect, publishing, accounts, services },
    async start() {
      for (const service of services) await service.start();
    },
    async stop() {
      draining.begin();
      for (const service of services) await service.drain?.();
      await gateway.edge.close();
      for (const service of services) await service.stop();
      await transport.close();
      await management.close();
      await tracing.close();
      await sandbox.close();
      await media.close();
    },
  };
}

function inProcess(instances: ReadonlyMap<ServiceName, FastifyInstance>): ServiceTransport {
  return {
    async call(service, { method, url, headers, body }) {
      const answer = await instanceOf(instances, service).inject({ method: method as 'GET', url, headers: { ...headers }, ...(body === undefined ? {} : { payload: body }) });
      return { status: answer.statusCode, body: answer.body };
    },
  };
}

function forwardTo(instances: ReadonlyMap<ServiceName, FastifyInstance>): Forward {
  return ({ service }, ...exchange) => routed(instanceOf(instances, service))(...exchange);
}

function instanceOf(instances: ReadonlyMap<ServiceName, FastifyInstance>, service: ServiceName): FastifyInstance {
  const instance = instances.get(service);
  if (instance === undefined) throw new Error(`The service ${service} is not part of this process.`);
  return instance;
}

/** Pages that know themselves by their whole path. */
function mountAt(prefix: string, pages: FastifyInstance): RawHandler {
  return (request, response) => {
    request.url = prefix + (request.url ?? '').replace(/^\/(?=$|\?)/, '');
    return routed(pages)(request, response);
  };
}
