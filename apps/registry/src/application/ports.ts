import type { Tx } from '@plaza/chassis';
import type { CallContext, Connector } from '@plaza/connectors';
import type { Mode, Platform } from '@plaza/contracts';
import type { Secret } from '@plaza/vault';
import type { OAuthApp } from '../domain/oauth-app.ts';

export interface AppFilter {
  readonly platform?: Platform;
  /** Case-insensitive part of the name. */
  readonly name?: string;
  readonly page: number;
  readonly limit: number;
}

/** Apps of the transaction's project. */
export interface AppRepository {
  /** False when the project has an app of that platform and client id already. */
  add(tx: Tx, app: OAuthApp, sealedSecret: Buffer): Promise<boolean>;
  /** Locks the row when `lock` is given. */
  find(tx: Tx, id: string, lock?: 'for_update'): Promise<OAuthApp | undefined>;
  list(tx: Tx, filter: AppFilter): Promise<{ readonly total: number; readonly apps: readonly OAuthApp[] }>;
  update(tx: Tx, app: OAuthApp, sealedSecret?: Buffer): Promise<void>;
  remove(tx: Tx, id: string): Promise<void>;
  sealedSecret(tx: Tx, id: string): Promise<Buffer | undefined>;
  /** How many connected accounts each app has. */
  integrationCounts(tx: Tx, appIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** An app that Plaza registered at a server of a platform. */
export interface InstanceApp {
  readonly projectId: string;
  readonly id: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly instance: string;
  readonly clientId: string;
  readonly sealedSecret: Buffer;
}

type Place = Pick<InstanceApp, 'platform' | 'mode' | 'instance'>;

/** Such apps of the transaction's project. */
export interface InstanceAppRepository {
  find(tx: Tx, at: Place): Promise<InstanceApp | undefined>;
  /** Inserts unless there is one; resolves to the one that is there. */
  add(tx: Tx, app: Omit<InstanceApp, 'sealedSecret'>, sealedSecret: Buffer, at: Date): Promise<InstanceApp>;
  remove(tx: Tx, at: Place, clientId: string): Promise<void>;
}

/** An app of the operator, for projects that bring none. */
export interface ManagedApp {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface ManagedApps {
  find(platform: Platform, mode: Mode): ManagedApp | undefined;
}

/** The way to the platforms. */
export interface Platforms {
  connector(platform: Platform): Connector | undefined;
  callContext(connector: Connector, mode: Mode): CallContext;
}
