/** Lets a test wait for what happens elsewhere, by name and number of times, instead of for time to pass. */
export class Signals {
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<{ readonly name: string; readonly times: number; readonly resolve: () => void }>();

  emit(name: string): void {
    const count = this.count(name) + 1;
    this.#counts.set(name, count);
    for (const waiter of this.#waiting) {
      if (waiter.name !== name || waiter.times > count) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Resolves when `name` has happened `times` times since the beginning; at once when it has. */
  async until(name: string, times = 1): Promise<void> {
    if (this.count(name) >= times) return;
    await new Promise<void>((resolve) => this.#waiting.add({ name, times, resolve }));
  }
}
