import { isDeepStrictEqual } from 'node:util';
import { connectOf, type AccountNews, type Connector, type Manifest, type PlatformProfile, type TokenGrant } from '@plaza/connectors';
import type { AccountFacts, AuthFailureReason, AuthMethod, Mode, Platform } from '@plaza/contracts';

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
  readonly method: AuthMethod;
  /** Base URL of the account's server, where each is an authorization server of its own. */
  readonly instance: string | null;
  /** Which of the platform's ways to log in it was, where there are several. */
  readonly login: string | null;
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

/** What other services may know of what the account can do. */
export function factsOf({ login, scopes, metadata }: Integration): AccountFacts {
  return { login, scopes: [...scopes], metadata: { ...metadata } };
}

/** An app as the registry finds it. */
export interface AppReference {
  readonly projectId: string;
  /** Null for the operator's managed app, or for the one that Plaza registered at an instance. */
  readonly appId: string | null;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly instance: string | null;
}

/** How the registry knows the app of a connection. */
export function appOf({ projectId, platform, mode, app, instance }: Pick<Integration, 'projectId' | 'platform' | 'mode' | 'app' | 'instance'>): AppReference {
  return { projectId, platform, mode, appId: app?.id ?? null, instance };
}

/** A new grant laid over what the integration had: the account is active, whatever it was before. */
export function applyGrant(integration: Integration, grant: TokenGrant, manifest: Manifest, at: Date): Integration {
  const accessExpiresAt = toDate(grant.accessExpiresAtMs);
  const refreshExpiresAt = toDate(grant.refreshExpiresAtMs) ?? (grant.refreshToken === undefined ? integration.refreshExpiresAt : null);
  return {
    ...integration,
    scopes: grant.scopes === undefined ? integration.scopes : [...grant.scopes],
    grantRevision: integration.grantRevision + 1,
    grantedAt: at,
    accessExpiresAt,
    refreshExpiresAt,
    refreshDueAt: accessExpiresAt === null ? null : refreshDueAt({ ...integration, accessExpiresAt, refreshExpiresAt }, manifest, at),
    authStatus: 'active',
    authFailureReason: null,
    authFailureMessage: null,
    sequence: integration.sequence + 1,
    updatedAt: at,
  };
}

/** Whether its tokens can be renewed without its user. */
export function isRenewable({ method, refreshExpiresAt }: Pick<Integration, 'method' | 'refreshExpiresAt'>, connector: Connector): boolean {
  if (connectOf(connector, method)?.refresher === undefined) return false;
  return connector.manifest.auth[method]?.refreshTokens !== 'of_some_apps' || refreshExpiresAt !== null;
}

/** The account as the platform describes it now. */
export function applyProfile(integration: Integration, profile: PlatformProfile): Integration {
  return { ...integration, ...profile };
}

/** The account as the platform describes it by now; undefined when there is nothing new. */
export function applyNews(integration: Integration, news: AccountNews, at: Date): Integration | undefined {
  // As it is stored: what is undefined is not there.
  const told = JSON.parse(JSON.stringify(news)) as AccountNews;
  const isNew = Object.entries(told).some(([name, value]) => !isDeepStrictEqual(value, integration[name as keyof AccountNews]));
  return isNew ? { ...integration, ...told, sequence: integration.sequence + 1, updatedAt: at } : undefined;
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
function refreshDueAt({ method, accessExpiresAt, refreshExpiresAt }: Pick<Integration, 'method' | 'refreshExpiresAt'> & { readonly accessExpiresAt: Date }, manifest: Manifest, grantedAt: Date): Date {
  const auth = manifest.auth[method];
  // There is nothing to renew it with: the connection ends in that moment, and its owner hears of it.
  if (auth?.refreshTokens === 'of_some_apps' && refreshExpiresAt === null) return accessExpiresAt;
  const lifeMs = accessExpiresAt.getTime() - grantedAt.getTime();
  const aheadMs = Math.min(auth?.refreshAheadMs ?? 0, lifeMs / 2);
  const earliest = grantedAt.getTime() + (auth?.refreshMinAgeMs ?? 0);
  return new Date(Math.max(accessExpiresAt.getTime() - aheadMs, earliest));
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
