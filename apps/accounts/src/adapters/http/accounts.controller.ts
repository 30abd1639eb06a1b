import { Controller, Inject } from '@nestjs/common';
import { callerKey, Route } from '@plaza/chassis';
import { listAccountsRoute, type RouteOutput } from '@plaza/contracts';
import { ListAccounts } from '../../application/list-accounts.ts';

@Controller()
export class AccountsController {
  constructor(@Inject(ListAccounts) private readonly listAccounts: ListAccounts) {}

  @Route(listAccountsRoute)
  async list(): Promise<RouteOutput<typeof listAccountsRoute>> {
    const { projectId, mode } = callerKey();
    return { ok: true, accounts: await this.listAccounts.execute(projectId, mode) };
  }
}
