import type { AuthMethod, Mode, Platform } from '@plaza/contracts';
import type { Sql } from '@plaza/messaging';

/** A connected account as the read model keeps it. */
export interface AccountFacts {
  readonly projectId: string;
  readonly accountId: string;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly method: AuthMethod;
  readonly connectedAt: string;
  readonly expiresAt: string | null;
  readonly isConnected: boolean;
  readonly sequence: number;
}

/** That a post went out through an account, when. ISO 8601. */
export interface AccountUse {
  readonly projectId: string;
  readonly accountId: string;
  readonly at: string;
}

/** The rows of the read model. */
export interface AccountRows {
  /** Keeps an account as it stands; what is older than what is held is dropped. */
  keep(sql: Sql, facts: AccountFacts): Promise<void>;
  keepUses(sql: Sql, uses: readonly AccountUse[]): Promise<void>;
  clear(sql: Sql): Promise<void>;
}
