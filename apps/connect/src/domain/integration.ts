import type { Manifest, PlatformProfile, TokenGrant } from '@plaza/connectors';
import type { AuthFailureReason, Mode, Platform } from '@plaza/contracts';

/** The OAuth app of a connection as it was when it was made. */
export interface AppLabel {
  readonly id: string;
  readonly name: string;
  readonly imageUrl: string | null;
}

/** A connected account. Its tokens are sealed and stand apart from it. */
export interface Integration {
  readonly id: string;
  readonly projectId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly platformUserId: string;
  readonly username: string | null;
  readonly displayName: string | null;
  readonly profileUrl: string | null;
  readonly imageUrl: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly profileId: string | null;
  readonly app: AppLabel | null;
  /** Where the browser went after the connection; a reconnection by link goes there again. */
  readonly redirectUri: string | null;
  readonly scopes: readonly string[];
  /** Counts the changes of the tokens. */
  readonly grantRevision: number;
  readonly grantedAt: Date;
  readonly accessExpiresAt: Date | null;
  readonly refreshExpiresAt: Date | null;
  /** When the tokens should be renewed ahead of their expiry; null when they need or have no renewal. */
  readonly refreshDueAt: Date | null;
  readonly authStatus: 'active' | 'reconnect_required';
  readonly authFailureReason: AuthFailureReason | null;
  readonly authFailureMessage: string | null;
  /** Counts the integration's events. */
  readonly sequence: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disconnectedAt: Date | null;
}

/** A new grant laid over what the integration had: the account is active, whatever it was before. */
export function applyGrant(integration: Integration, grant: TokenGrant, manifest: Manifest, at: Date): Integration {
  const accessExpiresAt = toDate(grant.accessExpiresAtMs);
  return {
    ...integration,
    scopes: grant.scopes === undefined ? integration.scopes : [...grant.scopes],
    grantRevision: integration.grantRevision + 1,
    grantedAt: at,
    accessExpiresAt,
    refreshExpiresAt: toDate(grant.refreshExpiresAtMs) ?? (grant.refreshToken === undefined ? integration.refreshExpiresAt : null),
    refreshDueAt: accessExpiresAt === null ? null : refreshDueAt(accessExpiresAt, manifest, at),
    authStatus: 'active',
    authFailureReason: null,
    authFailureMessage: null,
    sequence: integration.sequence + 1,
    updatedAt: at,
  };
}

/** The account as the platform describes it now. */
export function applyProfile(integration: Integration, profile: PlatformProfile): Integration {
  return { ...integration, ...profile };
}

/** The integration once it can no longer authenticate. */
export function requireReconnect(integration: Integration, reason: AuthFailureReason, message: string, at: Date): Integration {
  return {
    ...integration,
    authStatus: 'reconnect_required',
    authFailureReason: reason,
    authFailureMessage: message,
    refreshDueAt: null,
    sequence: integration.sequence + 1,
    updatedAt: at,
  };
}

/** Ahead of the expiry as the manifest says, yet not before the platform takes a renewal, and not at once after the grant. */
function refreshDueAt(accessExpiresAt: Date, manifest: Manifest, grantedAt: Date): Date {
  const { auth } = manifest;
  const lifeMs = accessExpiresAt.getTime() - grantedAt.getTime();
  const aheadMs = Math.min(auth.refreshAheadMs ?? 0, lifeMs / 2);
  const earliest = grantedAt.getTime() + (auth.kind === 'oauth' ? (auth.refreshMinAgeMs ?? 0) : 0);
  return new Date(Math.max(accessExpiresAt.getTime() - aheadMs, earliest));
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
