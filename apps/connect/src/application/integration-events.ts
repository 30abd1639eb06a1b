import { integrationChanged, integrationConnected, integrationReconnectRequired, integrationRefreshed, type AuthFailureReason } from '@plaza/contracts';
import { event, type NewEvent } from '@plaza/messaging';
import { factsOf, type Integration } from '../domain/integration.ts';

/** The facts of an integration's events, as the integration stands after the change. */
export function connectedEvent(integration: Integration, before: Integration | undefined): NewEvent {
  return event(integrationConnected, {
    ...common(integration),
    data: {
      integrationId: integration.id,
      platform: integration.platform,
      mode: integration.mode,
      method: integration.method,
      profileId: integration.profileId,
      appId: integration.app?.id ?? null,
      platformUserId: integration.platformUserId,
      username: integration.username,
      facts: factsOf(integration),
      connectedAt: integration.createdAt.toISOString(),
      expiresAt: integration.accessExpiresAt?.toISOString() ?? null,
      previousAppId: before?.app?.id ?? null,
      reconnected: before !== undefined,
    },
  });
}

export function refreshedEvent(integration: Integration): NewEvent {
  const expiresAt = integration.accessExpiresAt?.toISOString() ?? null;
  return event(integrationRefreshed, { ...common(integration), data: { integrationId: integration.id, expiresAt } });
}

export function changedEvent(integration: Integration): NewEvent {
  const { id, username } = integration;
  return event(integrationChanged, { ...common(integration), data: { integrationId: id, username, facts: factsOf(integration) } });
}

export function reconnectRequiredEvent(integration: Integration, reason: AuthFailureReason, message: string, reconnectUrl: string | null): NewEvent {
  return event(integrationReconnectRequired, { ...common(integration), data: { integrationId: integration.id, reason, message, reconnectUrl } });
}

function common({ projectId, id, sequence }: Integration) {
  return { projectId, key: id, sequence };
}
