import type { UnitOfWork } from '@plaza/chassis';
import { Loop } from '@plaza/messaging';
import type { WorkRepository } from './ports.ts';

const BATCH = 500;
/** Another replica may schedule something earlier than this one knows of; no one sleeps longer than this. */
export const LONGEST_REST_MS = 1_000;
const SWEEP_EVERY_MS = 60 * 60_000;

/** Makes scheduled targets due when their time has come. It sleeps until the next due time, not on a fixed tick. */
export class Scheduler {
  readonly #loop: Loop;
  #sweepAtMs = Date.now() + SWEEP_EVERY_MS;

  constructor(
    private readonly work: UnitOfWork,
    private readonly repository: WorkRepository,
    private readonly onDue: () => void,
    onError: (error: unknown) => void,
  ) {
    this.#loop = new Loop({ step: () => this.#step(), restMs: LONGEST_REST_MS, onError });
  }

  start(): void {
    this.#loop.start();
  }

  /** A post was scheduled or moved: the next due time may have come closer. */
  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const { moved, nextInMs } = await this.work.system((tx) => this.repository.markDue(tx, BATCH));
    if (moved > 0) this.onDue();
    if (moved === BATCH) return 0;
    if (Date.now() > this.#sweepAtMs) {
      this.#sweepAtMs = Date.now() + SWEEP_EVERY_MS;
      await this.work.system((tx) => this.repository.sweep(tx));
    }
    return nextInMs === null ? LONGEST_REST_MS : Math.max(1, Math.ceil(nextInMs));
  }
}
