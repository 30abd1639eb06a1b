import { type DynamicModule, Module } from '@nestjs/common';
import { createPlatformHttp, createServiceApp, databaseCheck, openFoundation, showEventFigures, type RunningService, type ServiceContext } from '@plaza/chassis';
import { ConnectedPlatforms } from '@plaza/connectors';
import { internalRoutes, publicRoutes } from '@plaza/contracts';
import { Eventing, type DeadLetters, type Transport } from '@plaza/messaging';
import { checkKeys, KeyringError, Vault, verifyRecords, type KeyProvider } from '@plaza/vault';
import { IntegrationsConsumer } from './adapters/events/integrations.consumer.ts';
import { AppsController } from './adapters/http/apps.controller.ts';
import { InternalController } from './adapters/http/internal.controller.ts';
import { PlatformsController } from './adapters/http/platforms.controller.ts';
import { ConfiguredManagedApps } from './adapters/managed-apps.ts';
import { PostgresAppRepository } from './adapters/postgres/app.repository.ts';
import { PostgresInstanceAppRepository } from './adapters/postgres/instance-app.repository.ts';
import { OAuthAppEntity } from './adapters/postgres/oauth-app.entity.ts';
import { InstanceApps } from './application/instance-apps.ts';
import { AppSecrets } from './application/app-secrets.ts';
import { CreateApp } from './application/create-app.ts';
import { DeleteApp } from './application/delete-app.ts';
import { ListPlatforms } from './application/list-platforms.ts';
import { ReadApps } from './application/read-apps.ts';
import { UpdateApp } from './application/update-app.ts';
import { UseApp } from './application/use-app.ts';
import { VerifyApp } from './application/verify-app.ts';

@Module({ controllers: [AppsController, PlatformsController, InternalController, IntegrationsConsumer] })
class RegistryModule {}

/** The registry, with what its operator may ask of it. */
export interface Registry extends RunningService {
  readonly deadLetters: DeadLetters;
  /** Undefined when the records of a project's secret uses are whole, or a sentence that says where they break. */
  verifyAudit(projectId: string): Promise<string | undefined>;
}

/** Builds the registry: OAuth apps, their sealed secrets, the record of each use. Throws a plain sentence when the keyring does not fit. */
export async function createRegistry(context: ServiceContext & { readonly transport: Transport; readonly keys: KeyProvider }): Promise<Registry> {
  const foundation = await openFoundation(context, 'registry', [OAuthAppEntity]);
  const { work, logger } = foundation;
  const keyProblem = await work.system((tx) => checkKeys(tx, context.keys));
  if (keyProblem !== undefined) throw new KeyringError(keyProblem);
  const eventing = Eventing.on(foundation, 'registry', context.transport);
  showEventFigures(context.metrics, 'registry', eventing);
  const now = (): Date => new Date();
  const http = createPlatformHttp({ userAgent: 'Plaza', allowedHosts: context.settings.PLAZA_ALLOWED_HOSTS, sandboxUrl: context.sandboxUrl, tracing: context.tracing });
  const apps = new PostgresAppRepository();
  const vault = new Vault(context.keys);
  const secrets = new AppSecrets(vault, apps, now);
  const instances = new InstanceApps(work, new PostgresInstanceAppRepository(), vault, now);
  const managed = new ConfiguredManagedApps(context.settings, context.internalKey);
  const platforms = new ConnectedPlatforms(http, { sandboxUrl: context.sandboxUrl, publicSandboxUrl: `${context.publicUrl}/sandbox` });
  const verify = new VerifyApp(work, apps, secrets, platforms);
  const module: DynamicModule = {
    module: RegistryModule,
    providers: [
      { provide: CreateApp, useValue: new CreateApp(work, apps, secrets, eventing, now) },
      { provide: ReadApps, useValue: new ReadApps(work, apps) },
      { provide: UpdateApp, useValue: new UpdateApp(work, apps, secrets, eventing, now) },
      { provide: DeleteApp, useValue: new DeleteApp(work, apps, eventing) },
      { provide: VerifyApp, useValue: verify },
      { provide: UseApp, useValue: new UseApp(work, apps, secrets, managed, instances, now) },
      { provide: InstanceApps, useValue: instances },
      { provide: ListPlatforms, useValue: new ListPlatforms(context.publicUrl, managed) },
    ],
  };
  const routes = [...publicRoutes, ...internalRoutes].filter(({ service }) => service === 'registry');
  const app = await createServiceApp({ module, logger, tokens: context.tokens, routes, observe: foundation.observe, idempotency: foundation.idempotency, connect: (nest) => eventing.connect(nest) });
  return {
    name: 'registry',
    checks: [databaseCheck(work), ...eventing.checks],
    deadLetters: eventing.deadLetters,
    verifyAudit: (projectId) => work.tenant(projectId, (tx) => verifyRecords(tx, projectId)),
    http: app.getHttpAdapter().getInstance(),
    async start() {
      await app.startAllMicroservices();
      eventing.start();
    },
    async stop() {
      await eventing.stop();
      await app.close();
      await http.close();
      await foundation.close();
    },
  };
}
