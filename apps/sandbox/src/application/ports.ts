/** One change of the simulated world: a row set, a row deleted, or a table emptied. */
export type JournalEntry =
  | { readonly table: string; readonly key: string; readonly value: unknown }
  | { readonly table: string; readonly key: string; readonly deleted: true }
  | { readonly table: string; readonly emptied: true };

/** Where changes are kept so that they survive a kill. `append` returns when the operating system has the bytes. */
export interface Journal {
  append(entry: JournalEntry): void;
}

/** Runs a task later; returns what cancels it. */
export type Later = (ms: number, task: () => void) => () => void;
