/** A seeded source of chance (sfc32 by Chris Doty-Humphrey): small, fast, and the same on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = 0x9e3779b9;
    this.#c = Math.trunc(seed / 2 ** 32) ^ 0x243f6a88;
    // Seeds that follow each other look alike until they are stirred.
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** In [0, 1). */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  /** A whole number from `low` up to and with `high`. */
  between(low: number, high: number): number {
    return low + ((this.next() * (high - low + 1)) | 0);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[(this.next() * items.length) | 0] ?? items[0];
  }
}
