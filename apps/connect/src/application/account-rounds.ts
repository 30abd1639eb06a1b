import type { UnitOfWork } from '@plaza/chassis';
import type { Connector } from '@plaza/connectors';
import { PLATFORMS, type Platform } from '@plaza/contracts';
import { Loop } from '@plaza/messaging';
import type { AccountTurn, IntegrationRepository, Platforms } from './ports.ts';

const REST_MS = 5_000;
const BATCH = 20;

/** How often each platform wants something, in milliseconds; those that do not want it are absent. */
export function intervals(platforms: Platforms, everyMsOf: (connector: Connector) => number | undefined): ReadonlyMap<Platform, number> {
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
  readonly visit: (projectId: string, id: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Goes round the accounts of all projects. An account has its turn in one process only; what fails in it is tried again with the next. */
export class AccountRounds {
  readonly #options: RoundsOptions;
  readonly #loop: Loop;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError: options.onError });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const { work, integrations, turn, everyMs, visit, onError } = this.#options;
    const due = await work.system((tx) => integrations.takeTurns(tx, turn, everyMs, BATCH));
    await Promise.all(due.map(({ id, projectId }) => visit(projectId, id).catch(onError)));
    return due.length === BATCH ? 0 : REST_MS;
  }
}
