import type { Integration as IntegrationView, IntegrationDetail } from '@plaza/contracts';
import type { Integration } from '../../domain/integration.ts';

/** An integration as the public API shows it; nothing of its tokens is in the source. */
export function presentIntegration(integration: Integration): IntegrationView {
  const { id, platform, platformUserId, username, displayName, profileUrl, imageUrl, metadata, profileId, app, mode, authStatus } = integration;
  return {
    ...{ id, platform, platformUserId, username, displayName, profileUrl, imageUrl, profileId, app, mode, authStatus },
    platformMetadata: { ...metadata },
    appId: app?.id ?? null,
    byok: app !== null,
    authFailureReason: integration.authFailureReason,
    createdAt: integration.createdAt.toISOString(),
  };
}

export function presentDetail(integration: Integration, autoRefreshes: boolean, reconnectUrl: string | null, at: Date): IntegrationDetail {
  const { authStatus, accessExpiresAt, refreshExpiresAt } = integration;
  const isReconnectRequired = authStatus === 'reconnect_required';
  const isExpired = accessExpiresAt !== null && accessExpiresAt <= at;
  return {
    ...presentIntegration(integration),
    scopes: [...integration.scopes],
    accessTokenExpiresAt: accessExpiresAt?.toISOString() ?? null,
    refreshTokenExpiresAt: refreshExpiresAt?.toISOString() ?? null,
    tokenStatus: {
      valid: !isReconnectRequired && (!isExpired || autoRefreshes),
      autoRefreshes,
      reconnectRequired: isReconnectRequired,
      reason: integration.authFailureReason,
    },
    reconnectUrl: isReconnectRequired ? reconnectUrl : null,
    updatedAt: integration.updatedAt.toISOString(),
  };
}
