import { type DynamicModule, Module } from '@nestjs/common';
import { createPlatformHttp, createServiceApp, databaseCheck, openFoundation, showEventFigures, UnitOfWork, type RunningService, type ServiceContext } from '@plaza/chassis';
import { ConnectedPlatforms } from '@plaza/connectors';
import { internalRoutes, publicRoutes } from '@plaza/contracts';
import { Eventing, type DeadLetters, type Transport } from '@plaza/messaging';
import { checkKeys, KeyringError, Vault, verifyRecords, type KeyProvider } from '@plaza/vault';
import { AppsConsumer } from './adapters/events/apps.consumer.ts';
import { ConnectController } from './adapters/http/connect.controller.ts';
import { IntegrationsController } from './adapters/http/integrations.controller.ts';
import { InternalController } from './adapters/http/internal.controller.ts';
import { SelectionController } from './adapters/http/selection.controller.ts';
import { ProfilesController } from './adapters/http/profiles.controller.ts';
import { PostgresIntegrationRepository } from './adapters/postgres/integration.repository.ts';
import { PostgresSelectionRepository } from './adapters/postgres/selection.repository.ts';
import { PostgresSessionRepository } from './adapters/postgres/session.repository.ts';
import { HttpRegistry } from './adapters/services/http-registry.ts';
import { tokenFigures } from './adapters/token-figures.ts';
import { AccountRounds, intervals } from './application/account-rounds.ts';
import { CompleteConnection } from './application/complete-connection.ts';
import { ConnectCredentials } from './application/connect-credentials.ts';
import { ExportIntegrations } from './application/export-integrations.ts';
import { GiveCredential } from './application/give-credential.ts';
import { Grants } from './application/grants.ts';
import { KeepIntegration } from './application/keep-integration.ts';
import { ManageIntegrations } from './application/manage-integrations.ts';
import { ManageProfiles } from './application/manage-profiles.ts';
import { ReadAccount } from './application/read-account.ts';
import { ReconnectLinks } from './application/reconnect-link.ts';
import { RedirectList } from './application/redirect-list.ts';
import { RefreshAhead } from './application/refresh-ahead.ts';
import { RefreshGrant } from './application/refresh-grant.ts';
import { SelectAccounts } from './application/select-accounts.ts';
import { StartConnection } from './application/start-connection.ts';
import { ValidateToken } from './application/validate-token.ts';

@Module({ controllers: [IntegrationsController, ConnectController, SelectionController, ProfilesController, InternalController, AppsConsumer] })
class ConnectModule {}

/** The connect service, with what its operator may ask of it. */
export interface Connect extends RunningService {
  readonly deadLetters: DeadLetters;
  /** Undefined when the records of a project's secret uses are whole, or a sentence that says where they break. */
  verifyAudit(projectId: string): Promise<string | undefined>;
  readonly redirectList: RedirectList;
}

/** Builds connect: OAuth flows, supplied credentials, integrations and their tokens, profiles. */
export async function createConnect(context: ServiceContext & { readonly transport: Transport; readonly keys: KeyProvider }): Promise<Connect> {
  const foundation = await openFoundation(context, 'connect');
  const { work, logger } = foundation;
  const keyProblem = await work.system((tx) => checkKeys(tx, context.keys));
  if (keyProblem !== undefined) throw new KeyringError(keyProblem);
  const eventing = Eventing.on(foundation, 'connect', context.transport);
  showEventFigures(context.metrics, 'connect', eventing);
  const now = (): Date => new Date();
  const http = createPlatformHttp({ userAgent: 'Plaza', allowedHosts: context.settings.PLAZA_ALLOWED_HOSTS, sandboxUrl: context.sandboxUrl, tracing: context.tracing });
  const platforms = new ConnectedPlatforms(http, { sandboxUrl: context.sandboxUrl, publicSandboxUrl: `${context.publicUrl}/sandbox` });
  const registry = new HttpRegistry(foundation.internal);
  const integrations = new PostgresIntegrationRepository();
  const sessions = new PostgresSessionRepository();
  const profiles = new ManageProfiles(work, now);
  const grants = new Grants(new Vault(context.keys), now);
  const links = new ReconnectLinks(context.internalKey, context.publicUrl);
  const options = { publicUrl: context.publicUrl, isListRequired: context.settings.PLAZA_REDIRECT_ALLOW_LIST_REQUIRED };
  const keep = new KeepIntegration(work, integrations, grants, eventing, now);
  const figures = tokenFigures(context.metrics);
  const refreshGrant = new RefreshGrant(work, integrations, grants, registry, platforms, eventing, links, context.crashPoints, now, figures);
  const selections = new PostgresSelectionRepository();
  const select = new SelectAccounts(work, selections, sessions, platforms, grants, keep, options);
  const refreshAhead = new RefreshAhead(work, integrations, [sessions, selections], refreshGrant, (error) => logger.warn({ reason: String(error) }, 'Renewing ahead failed.'));
  const giveCredential = new GiveCredential(work, integrations, grants, refreshGrant, platforms, eventing, links, now);
  const validateToken = new ValidateToken(giveCredential, figures);
  const readAccount = new ReadAccount(work, integrations, giveCredential, eventing, now, figures);
  const rounds = [
    new AccountRounds({
      ...{ work, integrations, turn: 'validation', everyMs: intervals(platforms, ({ oauth }) => oauth?.validator?.everyMs), batch: 20, isUrgent: true },
      visit: (projectId, id) => validateToken.execute(projectId, id),
      onError: (error) => logger.warn({ reason: String(error) }, 'Validating a token failed.'),
    }),
    new AccountRounds({
      ...{ work, integrations, turn: 'reading', everyMs: intervals(platforms, ({ accountReader }) => accountReader?.everyMs), batch: 5, isUrgent: false },
      visit: (projectId, id) => readAccount.execute(projectId, id),
      onError: (error) => logger.warn({ reason: String(error) }, 'Reading an account failed.'),
    }),
  ];
  const module: DynamicModule = {
    module: ConnectModule,
    providers: [
      { provide: UnitOfWork, useValue: work },
      { provide: ReconnectLinks, useValue: links },
      { provide: StartConnection, useValue: new StartConnection(work, sessions, profiles, integrations, registry, platforms, grants, links, options) },
      { provide: CompleteConnection, useValue: new CompleteConnection(work, sessions, integrations, registry, platforms, grants, keep, select, options) },
      { provide: SelectAccounts, useValue: select },
      { provide: ConnectCredentials, useValue: new ConnectCredentials(work, profiles, platforms, keep) },
      { provide: ManageIntegrations, useValue: new ManageIntegrations(work, integrations, profiles, grants, registry, platforms, eventing, now) },
      { provide: ManageProfiles, useValue: profiles },
      { provide: GiveCredential, useValue: giveCredential },
      { provide: ExportIntegrations, useValue: new ExportIntegrations(work) },
    ],
  };
  const routes = [...publicRoutes, ...internalRoutes].filter(({ service }) => service === 'connect');
  const app = await createServiceApp({ module, logger, tokens: context.tokens, routes, observe: foundation.observe, idempotency: foundation.idempotency, connect: (nest) => eventing.connect(nest) });
  return {
    name: 'connect',
    checks: [databaseCheck(work), ...eventing.checks],
    deadLetters: eventing.deadLetters,
    redirectList: new RedirectList(work, sessions),
    verifyAudit: (projectId) => work.tenant(projectId, (tx) => verifyRecords(tx, projectId)),
    http: app.getHttpAdapter().getInstance(),
    async start() {
      await app.startAllMicroservices();
      eventing.start();
      refreshAhead.start();
      for (const round of rounds) round.start();
    },
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
      await refreshAhead.stop();
      await eventing.stop();
      await app.close();
      await http.close();
      await foundation.close();
    },
  };
}
