import type { InternalClient, UnitOfWork } from '@plaza/chassis';
import { exportIntegrationsRoute, exportLastUsedRoute, type Failure, type Result, type RouteOutput } from '@plaza/contracts';
import type { AccountRows } from './ports.ts';

/**
 * Builds the read model anew from the state of connect and publishing. Events go on arriving meanwhile: each row carries its sequence, so
 * whichever is newer stays.
 */
export class Rebuild {
  constructor(
    private readonly work: UnitOfWork,
    private readonly client: InternalClient,
    private readonly rows: AccountRows,
  ) {}

  /** Resolves to how many accounts were read. */
  async execute(): Promise<number> {
    await this.work.system((tx) => this.rows.clear(tx));
    const count = await this.#readIntegrations();
    await this.#readUses();
    return count;
  }

  async #readIntegrations(): Promise<number> {
    let count = 0;
    for (let after: string | null = ''; after !== null; ) {
      const answer: Result<RouteOutput<typeof exportIntegrationsRoute>, Failure> = await this.client.call(exportIntegrationsRoute, { projectId: null, query: after === '' ? {} : { after } });
      if (!answer.ok) throw new Error(`Connect cannot be read: ${answer.failure.message}`);
      await this.work.system(async (tx) => {
        for (const { state, ...facts } of answer.value.integrations) await this.rows.keep(tx, { ...facts, isConnected: state !== 'disconnected' });
      });
      count += answer.value.integrations.length;
      after = answer.value.next;
    }
    return count;
  }

  async #readUses(): Promise<void> {
    for (let after: string | null = ''; after !== null; ) {
      const answer: Result<RouteOutput<typeof exportLastUsedRoute>, Failure> = await this.client.call(exportLastUsedRoute, { projectId: null, query: after === '' ? {} : { after } });
      if (!answer.ok) throw new Error(`Publishing cannot be read: ${answer.failure.message}`);
      const uses = answer.value.accounts.map(({ projectId, accountId, lastUsedAt }) => ({ projectId, accountId, at: lastUsedAt }));
      await this.work.system((tx) => this.rows.keepUses(tx, uses));
      after = answer.value.next;
    }
  }
}
