/** Runs the tasks of one key one after the other and those of different keys side by side, at most `limit` at a time. A task never rejects. */
export class Lanes {
  readonly #limit: number;
  /** Tasks that wait or run, by key; the first one of a running key is under way. */
  readonly #lanes = new Map<string, (() => Promise<void>)[]>();
  /** Keys whose turn has come and that wait for room. */
  readonly #waiting: string[] = [];
  #running = 0;
  #whenIdle: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  run(key: string, task: () => Promise<void>): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(task);
      return;
    }
    this.#lanes.set(key, [task]);
    this.#waiting.push(key);
    this.#fill();
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    if (this.#lanes.size === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #fill(): void {
    while (this.#running < this.#limit) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      this.#running += 1;
      void this.#runFirst(key);
    }
  }

  async #runFirst(key: string): Promise<void> {
    const lane = this.#lanes.get(key) ?? [];
    await lane[0]?.();
    lane.shift();
    this.#running -= 1;
    // A key goes to the end of the queue after each task, so that a long lane does not hold room that short ones wait for.
    if (lane.length > 0) this.#waiting.push(key);
    else this.#lanes.delete(key);
    this.#fill();
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
