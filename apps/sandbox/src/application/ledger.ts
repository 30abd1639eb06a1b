import type { LedgerEntry } from '@plaza/connectors/simulators';
import type { World } from './world.ts';

const MAX_ROWS = 100_000;

/** Every publication that the simulated platforms really made. */
export class Ledger {
  readonly #rows;

  constructor(world: World) {
    this.#rows = world.table<LedgerEntry>('_/ledger', MAX_ROWS);
  }

  /** A second record of the same post id is kept as a row of its own: the ledger judges "twice", so it must not hide it. */
  record(entry: LedgerEntry): void {
    let key = `${entry.platform}/${entry.postId}`;
    while (this.#rows.get(key) !== undefined) key += '+';
    this.#rows.set(key, entry);
  }

  forget(platform: string, postId: string): void {
    for (let key = `${platform}/${postId}`; ; key += '+') {
      const entry = this.#rows.get(key);
      if (entry === undefined) return;
      this.#rows.set(key, { ...entry, deleted: true });
    }
  }

  /** Oldest first. */
  entries(filter: { readonly platform?: string | undefined; readonly accountId?: string | undefined }): LedgerEntry[] {
    return [...this.#rows.values()].filter(
      (entry) => (filter.platform ?? entry.platform) === entry.platform && (filter.accountId ?? entry.accountId) === entry.accountId,
    );
  }

  clear(): void {
    this.#rows.clear();
  }
}
