import { Controller, Inject } from '@nestjs/common';
import { callerKey, currentRequest, Input, isKnownToCaller, orProblem, Route } from '@plaza/chassis';
import { connectorFor } from '@plaza/connectors';
import {
  disconnectIntegrationRoute,
  getIntegrationRoute,
  listIntegrationsRoute,
  moveIntegrationRoute,
  PLATFORMS,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import { isRenewable } from '../../domain/integration.ts';
import { ManageIntegrations } from '../../application/manage-integrations.ts';
import { ReconnectLinks } from '../../application/reconnect-link.ts';
import { presentDetail, presentIntegration } from './present.ts';

@Controller()
export class IntegrationsController {
  constructor(
    @Inject(ManageIntegrations) private readonly manage: ManageIntegrations,
    @Inject(ReconnectLinks) private readonly links: ReconnectLinks,
  ) {}

  @Route(listIntegrationsRoute)
  async list(@Input() { query }: RouteInput<typeof listIntegrationsRoute>): Promise<RouteOutput<typeof listIntegrationsRoute>> {
    const { platform, profileId, q, limit, offset, sort } = query;
    const { total, integrations } = await this.manage.list(callerKey().projectId, {
      ...{ limit, offset, sort },
      platforms: (platform === undefined ? PLATFORMS : [platform]).filter(isKnownToCaller),
      ...(profileId === undefined ? {} : { profileId: profileId === 'null' ? null : profileId }),
      ...(q === undefined ? {} : { q }),
    });
    return { success: true, total, integrations: integrations.map(presentIntegration) };
  }

  @Route(getIntegrationRoute)
  async get(@Input() { params }: RouteInput<typeof getIntegrationRoute>): Promise<RouteOutput<typeof getIntegrationRoute>> {
    const integration = orProblem(await this.manage.get(callerKey().projectId, params.id));
    const connector = connectorFor(integration.platform);
    const autoRefreshes = connector !== undefined && isRenewable(integration, connector);
    return { success: true, integration: presentDetail(integration, autoRefreshes, this.links.url(integration), new Date()) };
  }

  @Route(moveIntegrationRoute)
  async move(@Input() { params, body }: RouteInput<typeof moveIntegrationRoute>): Promise<RouteOutput<typeof moveIntegrationRoute>> {
    return { success: true, integration: presentIntegration(orProblem(await this.manage.move(callerKey().projectId, params.id, body.profileId))) };
  }

  @Route(disconnectIntegrationRoute)
  async disconnect(@Input() { params }: RouteInput<typeof disconnectIntegrationRoute>): Promise<RouteOutput<typeof disconnectIntegrationRoute>> {
    const { projectId, keyId } = callerKey();
    orProblem(await this.manage.disconnect(projectId, params.id, `key:${keyId} request:${currentRequest()?.requestId ?? ''}`));
    return { success: true, message: 'The account was disconnected.' };
  }
}
