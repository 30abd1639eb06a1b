import { Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import { callerService, callerServiceProject, currentRequest, Input, orProblem, Route } from '@plaza/chassis';
import {
  accountCredentialRoute,
  accountCredentialsRoute,
  exportIntegrationsRoute,
  heldCredentialSchema,
  publishingAccountRoute,
  reportReconnectRoute,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import { ExportIntegrations } from '../../application/export-integrations.ts';
import { GiveCredential, type GivenCredential, type HeldCredential } from '../../application/give-credential.ts';
import { factsOf } from '../../domain/integration.ts';
import { ManageIntegrations } from '../../application/manage-integrations.ts';

/** Routes for other services only. */
@Controller()
export class InternalController {
  constructor(
    @Inject(GiveCredential) private readonly giveCredential: GiveCredential,
    @Inject(ManageIntegrations) private readonly manage: ManageIntegrations,
    @Inject(ExportIntegrations) private readonly exportAll: ExportIntegrations,
  ) {}

  @Route(publishingAccountRoute)
  async account(@Input() { params }: RouteInput<typeof publishingAccountRoute>): Promise<RouteOutput<typeof publishingAccountRoute>> {
    const integration = orProblem(await this.manage.get(callerServiceProject(), params.accountId));
    const { id, platform, mode, profileId, app, platformUserId, username, authStatus, sequence } = integration;
    return { accountId: id, platform, mode, profileId, appId: app?.id ?? null, platformUserId, username, facts: factsOf(integration), state: authStatus, sequence };
  }

  @Route(accountCredentialRoute)
  async credential(@Input() { params, body }: RouteInput<typeof accountCredentialRoute>): Promise<RouteOutput<typeof accountCredentialRoute>> {
    const actor = `${callerService().service} request:${currentRequest()?.requestId ?? ''}`;
    return present(orProblem(await this.giveCredential.execute(callerServiceProject(), params.accountId, { actor, purpose: body.purpose }, body.rejectedRevision)));
  }

  @Route(accountCredentialsRoute)
  async credentials(@Input() { body }: RouteInput<typeof accountCredentialsRoute>): Promise<RouteOutput<typeof accountCredentialsRoute>> {
    const actor = `${callerService().service} request:${currentRequest()?.requestId ?? ''}`;
    const wanted = body.wanted.map(({ accountId, purpose }) => ({ id: accountId, use: { actor, purpose } }));
    const given = await this.giveCredential.inForce(callerServiceProject(), wanted);
    return { given: given.map((held) => (held === undefined ? null : presentHeld(held))) };
  }

  @Route(reportReconnectRoute)
  async report(@Input() { params, body }: RouteInput<typeof reportReconnectRoute>): Promise<RouteOutput<typeof reportReconnectRoute>> {
    orProblem(await this.giveCredential.requireReconnect(callerServiceProject(), params.accountId, body.revision, body.reason, body.message));
    return { success: true };
  }

  @Route(exportIntegrationsRoute)
  async export(@Input() { query }: RouteInput<typeof exportIntegrationsRoute>): Promise<RouteOutput<typeof exportIntegrationsRoute>> {
    callerService();
    return this.exportAll.page(query.after);
  }
}

function present(given: GivenCredential): RouteOutput<typeof accountCredentialRoute> {
  if (given.kind === 'reconnect_required') return given;
  if (given.kind === 'try_later') return { kind: 'try_later', message: given.message, retryAfterSeconds: given.retryInMs / 1000 };
  return { kind: 'credential', ...presentHeld(given) };
}

function presentHeld({ integration, credential }: HeldCredential): z.output<typeof heldCredentialSchema> {
  return {
    revision: integration.grantRevision,
    accessToken: credential.accessToken.reveal(),
    ...(credential.refreshToken === undefined ? {} : { refreshToken: credential.refreshToken.reveal() }),
    extra: { ...credential.extra },
    platformUserId: integration.platformUserId,
    username: integration.username,
    metadata: { ...integration.metadata },
  };
}
