interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: a queue of events, of which the next is always the earliest, and of two at one time the one that was noted first. */
export class Clock {
  readonly #heap: Event[] = [];
  #order = 0;
  /** Events that have run. */
  ran = 0;

  constructor(public nowMs: number) {}

  at(atMs: number, run: () => void): void {
    const heap = this.#heap;
    const event = { atMs: atMs < this.nowMs ? this.nowMs : atMs, order: (this.#order += 1), run };
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    const next = this.#heap[0];
    if (next === undefined) return false;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    this.nowMs = next.atMs;
    this.ran += 1;
    next.run();
    return true;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const one = heap[left];
      if (one === undefined) break;
      const other = heap[left + 1];
      const isRight = other !== undefined && isBefore(other, one);
      const child = isRight ? other : one;
      if (isBefore(event, child)) break;
      heap[index] = child;
      index = isRight ? left + 1 : left;
    }
    heap[index] = event;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
