import type { Table } from '@plaza/connectors/simulators';
import type { Journal, JournalEntry } from './ports.ts';

/** Rows of every table by name, oldest first: what a journal holds and a world starts from. */
export type Rows = Map<string, Map<string, unknown>>;

const DEFAULT_MAX_ROWS = 100_000;

/** Applies one change to rows. */
export function applyEntry(rows: Rows, entry: JournalEntry): void {
  const table = rows.get(entry.table) ?? new Map<string, unknown>();
  rows.set(entry.table, table);
  if ('emptied' in entry) table.clear();
  else if ('deleted' in entry) table.delete(entry.key);
  else table.set(entry.key, entry.value);
}

/** The state of all simulated platforms: tables in memory, every change written through to the journal first. */
export class World {
  readonly #rows: Rows;
  readonly #journal: Journal | undefined;

  constructor(rows: Rows = new Map(), journal?: Journal) {
    this.#rows = rows;
    this.#journal = journal;
  }

  /** The table of that name. With `max` rows, the oldest gives way to a new one. */
  table<T>(name: string, max = DEFAULT_MAX_ROWS): Table<T> & { clear(): void; readonly size: number } {
    const change = (entry: JournalEntry): void => {
      this.#journal?.append(entry);
      applyEntry(this.#rows, entry);
    };
    const rows = (): Map<string, unknown> => this.#rows.get(name) ?? new Map();
    const trim = (): void => {
      for (const key of rows().keys()) {
        if (rows().size <= max) return;
        change({ table: name, key, deleted: true });
      }
    };
    trim();
    return {
      // Only this table writes rows of its name, so they are of its type.
      get: (key) => rows().get(key) as T | undefined,
      set: (key, value) => {
        change({ table: name, key, value });
        trim();
      },
      delete: (key) => {
        if (rows().has(key)) change({ table: name, key, deleted: true });
      },
      values: () => rows().values() as Iterable<T>,
      clear: () => change({ table: name, emptied: true }),
      get size() {
        return rows().size;
      },
    };
  }
}
