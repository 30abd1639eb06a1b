/**
 * Runs `step` again and again: at once while it reports more work, otherwise after the time it asks for, or when woken. One step at a
 * time; a step that throws is reported and tried again after `restMs`.
 */
export class Loop {
  readonly #step: () => Promise<number>;
  readonly #restMs: number;
  readonly #onError: (error: unknown) => void;
  #wake: (() => void) | undefined;
  #isWoken = false;
  #isStopping = false;
  #running: Promise<void> | undefined;

  /** `step` resolves to the milliseconds to rest; 0 means "more work is waiting". */
  constructor(options: { readonly step: () => Promise<number>; readonly restMs: number; readonly onError: (error: unknown) => void }) {
    this.#step = options.step;
    this.#restMs = options.restMs;
    this.#onError = options.onError;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the rest, if it rests. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Lets the step under way finish. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false;
      const restMs = await this.#step().catch((error: unknown) => {
        this.#onError(error);
        return this.#restMs;
      });
      if (restMs > 0) await this.#rest(Math.min(restMs, this.#restMs));
    }
  }

  async #rest(ms: number): Promise<void> {
    if (this.#isWoken || this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
