import type { Tx } from '@plaza/chassis';
import type { CallContext, Connector, OAuthClient, Validity } from '@plaza/connectors';
import type { Failure, Mode, Platform, Result } from '@plaza/contracts';
import type { Secret } from '@plaza/vault';
import type { AppLabel, AppReference, Integration } from '../domain/integration.ts';

export interface IntegrationFilter {
  /** Any of these. */
  readonly platforms?: readonly Platform[];
  /** Null for integrations without a profile. */
  readonly profileId?: string | null;
  readonly q?: string;
  readonly limit: number;
  readonly offset: number;
  readonly sort: 'asc' | 'desc';
}

/** The sealed side of an integration, and who is renewing it. */
export interface GrantRow {
  readonly sealed: Buffer | null;
  readonly refreshOwner: string | null;
  /** Milliseconds since the renewal was claimed. */
  readonly claimAgeMs: number | null;
  readonly refreshAnswer: Buffer | null;
  readonly refreshFailures: number;
}

/** What is done with each account now and then: its token is validated, from its grant on; it is read again, from its connection on. */
export type AccountTurn = 'validation' | 'reading';

/** Integrations of the transaction's project. Disconnected ones are not found. */
export interface IntegrationRepository {
  find(tx: Tx, id: string, lock?: 'for_update'): Promise<Integration | undefined>;
  findAccount(tx: Tx, account: Pick<Integration, 'platform' | 'mode' | 'platformUserId' | 'profileId'>): Promise<Integration | undefined>;
  list(tx: Tx, filter: IntegrationFilter): Promise<{ readonly total: number; readonly integrations: readonly Integration[] }>;
  /** Inserts or replaces; a given grant replaces the sealed one and ends any renewal under way. */
  save(tx: Tx, integration: Integration, sealedGrant?: Buffer | null): Promise<void>;
  grant(tx: Tx, id: string): Promise<GrantRow | undefined>;
  /** Those of the named accounts that are active and hold a grant. */
  activeGrants(tx: Tx, ids: readonly string[]): Promise<readonly { readonly integration: Integration; readonly sealed: Buffer }[]>;
  claimRefresh(tx: Tx, id: string, owner: string): Promise<void>;
  /** False when `owner` no longer holds the claim. */
  keepAnswer(tx: Tx, id: string, owner: string, sealedAnswer: Buffer): Promise<boolean>;
  /** Ends a renewal that gave nothing; tries again after `retryInMs`. */
  endRefresh(tx: Tx, id: string, retryInMs: number): Promise<void>;
  /** Over all projects: accounts whose renewal is due, and the milliseconds until the next one. */
  dueForRefresh(tx: Tx, limit: number): Promise<{ readonly due: readonly { readonly id: string; readonly projectId: string }[]; readonly nextInMs: number | null }>;
  /** Over all projects: accounts of these platforms whose turn has come, which is so many milliseconds after the last; it counts as taken. */
  takeTurns(tx: Tx, turn: AccountTurn, everyMs: ReadonlyMap<Platform, number>, limit: number): Promise<readonly { readonly id: string; readonly projectId: string }[]>;
}

/** A connect session under way. */
export interface ConnectSession {
  readonly id: string;
  readonly projectId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly app: AppLabel | null;
  readonly profileId: string | null;
  /** Set for a reconnection by link: only this account may come of it. */
  readonly integrationId: string | null;
  readonly redirectUri: string | null;
  readonly cancelRedirectUri: string | null;
  readonly sealedVerifier: Buffer | null;
  /** Asked for. */
  readonly scopes: readonly string[];
  /** The caller shows the choice among several accounts itself. */
  readonly isHeadless: boolean;
  readonly instance: string | null;
  readonly login: string | null;
}

/** A choice among the accounts that a consent reaches. */
export interface Selection {
  readonly id: string;
  readonly projectId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly app: AppLabel | null;
  readonly profileId: string | null;
  readonly redirectUri: string | null;
  readonly instance: string | null;
  readonly login: string | null;
  readonly scopes: readonly string[];
  /** The accounts with their tokens. */
  readonly sealedAccounts: Buffer;
}

export interface SelectionRepository {
  add(tx: Tx, selection: Selection, hash: Buffer, lifeSeconds: number): Promise<void>;
  /** Over all projects, like {@link consume}: the token is the only thing that a browser has. */
  find(tx: Tx, hash: Buffer): Promise<{ readonly selection: Selection; readonly expiresInSeconds: number } | undefined>;
  /** Takes the selection out of the table: of many callers at once exactly one gets it. */
  consume(tx: Tx, hash: Buffer): Promise<Selection | undefined>;
  purgeExpired(tx: Tx): Promise<void>;
}

export interface SessionRepository {
  add(tx: Tx, session: ConnectSession, hash: Buffer, lifeSeconds: number): Promise<void>;
  /** Takes the session of a state out of the table: of many callers at once exactly one gets it. Over all projects. */
  consume(tx: Tx, hash: Buffer): Promise<ConnectSession | undefined>;
  purgeExpired(tx: Tx): Promise<void>;
  allowList(tx: Tx): Promise<readonly string[]>;
  allow(tx: Tx, projectId: string, uri: string): Promise<void>;
  /** False when it was not on the list. */
  disallow(tx: Tx, uri: string): Promise<boolean>;
}

export interface ProfileRepository {
  exists(tx: Tx, id: string): Promise<boolean>;
}

/** The registry, as connect needs it. */
export interface Registry {
  resolve(reference: AppReference): Promise<Result<{ readonly app: AppLabel | null; readonly clientId: string }, Failure>>;
  credentials(reference: AppReference, purpose: string): Promise<Result<{ readonly clientId: string; readonly clientSecret: Secret }, Failure>>;
  /** Keeps the app that was registered at an instance; of two at once the first stays, and its client id is the answer. */
  keepInstanceApp(reference: AppReference, client: OAuthClient): Promise<Result<{ readonly clientId: string }, Failure>>;
  forgetInstanceApp(reference: AppReference, clientId: string): Promise<void>;
}

/** The way to the platforms. */
export interface Platforms {
  connector(platform: Platform): Connector | undefined;
  /** `extra`: what is stored with an account's grant. */
  callContext(connector: Connector, mode: Mode, extra?: Readonly<Record<string, string>>): CallContext;
  /** Hosts as a browser reaches them. */
  browserHosts(connector: Connector, mode: Mode): Readonly<Record<string, string>>;
}

/** How one renewal ended. `waiting`: another caller is at it. */
export type RefreshOutcome =
  | { readonly kind: 'refreshed' | 'reconnect_required' | 'waiting' | 'superseded' | 'gone' }
  | { readonly kind: 'failed'; readonly message: string; readonly retryInMs: number };

/** Counts what becomes of accounts and their tokens. */
export interface TokenFigures {
  refreshed(platform: Platform, outcome: RefreshOutcome['kind']): void;
  validated(platform: Platform, validity: Validity): void;
  read(platform: Platform, outcome: 'changed' | 'same' | 'unclear'): void;
}
