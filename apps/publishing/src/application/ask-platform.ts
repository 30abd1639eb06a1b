import type { ActingAccount, CallContext, Connector, Refused } from '@plaza/connectors';
import type { Mode } from '@plaza/contracts';
import type { Credentials, Platforms } from './ports.ts';

/** Whom to ask, and in whose name. */
export interface AskedAccount {
  readonly projectId: string;
  readonly accountId: string;
  readonly connector: Connector;
  readonly mode: Mode;
}

/** Asks a platform something in an account's name, beside publishing: nothing is made there, and what fails is told at once. */
export class AskPlatform {
  constructor(
    private readonly credentials: Credentials,
    private readonly platforms: Platforms,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** `purpose` is what the vault's audit log says of it, e.g. `read metrics of posts`. Never throws. */
  async ask<T>({ projectId, accountId, connector, mode }: AskedAccount, purpose: string, question: (context: CallContext, account: ActingAccount) => Promise<T | Refused>): Promise<T | Refused> {
    try {
      const given = await this.credentials.get(projectId, accountId, purpose, null);
      if (!given.ok) return { ...refused('reconnect_required', given.failure.message), code: given.failure.code };
      if (given.value.kind !== 'credential') return refused(given.value.kind === 'reconnect_required' ? 'reconnect_required' : 'transient', given.value.message);
      const { credential, platformUserId, username, metadata } = given.value;
      return await question(this.platforms.callContext(connector, mode, credential.extra), { account: { platformUserId, username, metadata }, credential });
    } catch (error) {
      this.onError(error);
      return refused('transient', 'Plaza failed to ask the platform; its log says why.');
    }
  }
}

function refused(category: Refused['category'], message: string): Refused {
  return { kind: 'refused', category, code: category, message };
}
