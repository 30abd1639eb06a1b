/**
 * What this member has of one partition in one generation of its group. Messages end in any order; the position moves only past what
 * is handled or parked, so a restart begins with the first one that is not.
 */
export class PartitionPosition {
  /** Taken and not passed yet, in the order of the log: true when it has ended. */
  readonly #taken = new Map<bigint, boolean>();
  #next: bigint | undefined;
  #committed: bigint | undefined;
  #highWatermark = 0n;
  /** The group has been balanced anew: what was not begun belongs to whoever has the partition now. */
  isStale = false;
  isPaused = false;

  /** Notes the end of the log as the broker told it. */
  see(highWatermark: string): void {
    this.#highWatermark = BigInt(highWatermark);
  }

  take(offset: bigint): void {
    this.#taken.set(offset, false);
    this.#next = offset + 1n;
  }

  end(offset: bigint): void {
    this.#taken.set(offset, true);
    for (const [first, hasEnded] of this.#taken) {
      if (!hasEnded) return;
      this.#taken.delete(first);
    }
  }

  /** Messages taken and not ended, and ended ones behind them. */
  get underWay(): number {
    return this.#taken.size;
  }

  /** Messages of the log that are not passed yet, as far as is known. */
  get lag(): number {
    const position = this.#position;
    return position === undefined ? 0 : Math.max(0, Number(this.#highWatermark - position));
  }

  /** The offset to commit, if it is another than the last one committed. */
  get toCommit(): bigint | undefined {
    return this.#position === this.#committed ? undefined : this.#position;
  }

  noteCommitted(offset: bigint): void {
    this.#committed = offset;
  }

  get #position(): bigint | undefined {
    for (const first of this.#taken.keys()) return first;
    return this.#next;
  }
}
