import { type DynamicModule, Module } from '@nestjs/common';
import { createServiceApp, databaseCheck, openFoundation, showEventFigures, type RunningService, type ServiceContext } from '@plaza/chassis';
import { publicRoutes } from '@plaza/contracts';
import { Eventing, type DeadLetters, type Transport } from '@plaza/messaging';
import { AccountsConsumer } from './adapters/events/accounts.consumer.ts';
import { AccountsController } from './adapters/http/accounts.controller.ts';
import { postgresAccountRows } from './adapters/postgres/account-rows.ts';
import { ListAccounts } from './application/list-accounts.ts';
import { Rebuild } from './application/rebuild.ts';

@Module({ controllers: [AccountsController, AccountsConsumer] })
class AccountsModule {}

/** Builds accounts: the read model behind `GET /api/v1/accounts`. */
export async function createAccounts(context: ServiceContext & { readonly transport: Transport }): Promise<RunningService & { readonly deadLetters: DeadLetters } & { readonly rebuild: Rebuild }> {
  const foundation = await openFoundation(context, 'accounts');
  const { work, logger } = foundation;
  const eventing = Eventing.on(foundation, 'accounts', context.transport);
  showEventFigures(context.metrics, 'accounts', eventing);
  const module: DynamicModule = { module: AccountsModule, providers: [{ provide: ListAccounts, useValue: new ListAccounts(work) }] };
  const routes = publicRoutes.filter(({ service }) => service === 'accounts');
  const app = await createServiceApp({ module, logger, tokens: context.tokens, routes, observe: foundation.observe, connect: (nest) => eventing.connect(nest) });
  return {
    name: 'accounts',
    checks: [databaseCheck(work), ...eventing.checks],
    deadLetters: eventing.deadLetters,
    http: app.getHttpAdapter().getInstance(),
    rebuild: new Rebuild(work, foundation.internal, postgresAccountRows),
    async start() {
      await app.startAllMicroservices();
    },
    async stop() {
      await eventing.stop();
      await app.close();
      await foundation.close();
    },
  };
}
