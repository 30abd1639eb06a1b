import { Controller, Inject, Res } from '@nestjs/common';
import { Input, orProblem, Route } from '@plaza/chassis';
import { getSelectionRoute, selectionPageRoute, submitSelectionRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';
import type { FastifyReply } from 'fastify';
import { SelectAccounts } from '../../application/select-accounts.ts';
import { presentIntegration } from './present.ts';
import { sendSelectionPage } from './selection-page.ts';

/** Choosing among the accounts that a consent reaches. Whoever holds the token may choose: it went to the user's browser and nowhere else. */
@Controller()
export class SelectionController {
  constructor(@Inject(SelectAccounts) private readonly select: SelectAccounts) {}

  @Route(getSelectionRoute)
  async get(@Input() { params }: RouteInput<typeof getSelectionRoute>): Promise<RouteOutput<typeof getSelectionRoute>> {
    const { expiresInSeconds, accounts } = orProblem(await this.select.read(params.platform, params.token));
    return { success: true, platform: params.platform, expiresInSeconds, accounts: [...accounts] };
  }

  @Route(submitSelectionRoute)
  async submit(@Input() { params, body }: RouteInput<typeof submitSelectionRoute>): Promise<RouteOutput<typeof submitSelectionRoute>> {
    const { integrations, redirectUri } = orProblem(await this.select.choose(params.platform, params.token, body.selectedAccountIds));
    const message = integrations.length === 1 ? 'The account is connected.' : `${integrations.length} accounts are connected.`;
    return { success: true, platform: params.platform, message, ...(redirectUri === null ? {} : { redirectUri }), integrations: integrations.map(presentIntegration) };
  }

  @Route(selectionPageRoute)
  page(@Input() _input: RouteInput<typeof selectionPageRoute>, @Res() reply: FastifyReply): void {
    sendSelectionPage(reply);
  }
}
