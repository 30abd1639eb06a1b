import type { Tx, UnitOfWork } from '@plaza/chassis';
import { Loop } from '@plaza/messaging';
import type { IntegrationRepository } from './ports.ts';
import type { RefreshGrant } from './refresh-grant.ts';

const REST_MS = 15_000;
const BATCH = 20;

/** Renews tokens ahead of their expiry, so that a post at night does not find a dead one; and sweeps what ran out: connect sessions, choices. */
export class RefreshAhead {
  readonly #loop: Loop;

  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly swept: readonly { purgeExpired(tx: Tx): Promise<void> }[],
    private readonly refreshGrant: RefreshGrant,
    onError: (error: unknown) => void,
  ) {
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const { due, nextInMs } = await this.work.system((tx) => this.integrations.dueForRefresh(tx, BATCH));
    const outcomes = await Promise.all(
      due.map(async ({ id, projectId }) => {
        const integration = await this.work.tenant(projectId, (tx) => this.integrations.find(tx, id));
        return integration === undefined ? undefined : this.refreshGrant.execute(projectId, id, integration.grantRevision);
      }),
    );
    const hasMore = due.length === BATCH && outcomes.every((outcome) => outcome?.kind !== 'waiting');
    if (hasMore) return 0;
    await this.work.system(async (tx) => {
      for (const rows of this.swept) await rows.purgeExpired(tx);
    });
    return Math.max(100, Math.min(REST_MS, nextInMs ?? REST_MS));
  }
}
