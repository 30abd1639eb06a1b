import type { UnitOfWork } from '@plaza/chassis';
import type { Connector } from '@plaza/connectors';
import { PLATFORMS, type Platform } from '@plaza/contracts';
import { Loop } from '@plaza/messaging';
import type { AccountTurn, IntegrationRepository, Platforms } from './ports.ts';

const REST_MS = 5_000;

/** How often each platform wants something, in milliseconds; those that do not want it are absent. */
export function intervals(platforms: Pick<Platforms, 'connector'>, everyMsOf: (connector: Connector) => number | undefined): ReadonlyMap<Platform, number> {
  return new Map(
    PLATFORMS.flatMap((platform) => {
      const connector = platforms.connector(platform);
      const everyMs = connector === undefined ? undefined : everyMsOf(connector);
      return everyMs === undefined ? [] : [[platform, everyMs]];
    }),
  );
}

export interface RoundsOptions {
  readonly work: UnitOfWork;
  readonly integrations: IntegrationRepository;
  readonly turn: AccountTurn;
  /** Of {@link intervals}. */
  readonly everyMs: ReadonlyMap<Platform, number>;
  /** How many have their turn at once. */
  readonly batch: number;
  /** Those that are left over go on without a rest. Otherwise one process asks no faster than a batch in five seconds, however many wait. */
  readonly isUrgent: boolean;
  readonly visit: (projectId: string, id: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Goes round the accounts of all projects. An account has its turn in one process only; what fails in it is tried again with the next. */
export class AccountRounds {
  readonly #options: RoundsOptions;
  readonly #loop: Loop;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#loop = new Loop({ step: () => this.step(), restMs: REST_MS, onError: options.onError });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** One batch; resolves to the milliseconds to rest after it. */
  async step(): Promise<number> {
    const { work, integrations, turn, everyMs, batch, isUrgent, visit, onError } = this.#options;
    const due = await work.system((tx) => integrations.takeTurns(tx, turn, everyMs, batch));
    await Promise.all(due.map(({ id, projectId }) => visit(projectId, id).catch(onError)));
    return isUrgent && due.length === batch ? 0 : REST_MS;
  }
}
