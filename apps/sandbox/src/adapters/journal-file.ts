import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Journal, JournalEntry } from '../application/ports.ts';
import { applyEntry, type Rows } from '../application/world.ts';

/** The file is rewritten when it holds this many lines more than there are rows. */
const SLACK_LINES = 100_000;
const ONLY_OWNER = 0o600;

/**
 * Opens the journal of a world, one change per line as JSON. It is compacted here and whenever it has grown far beyond its rows, through
 * a temporary file and a rename, so that a kill at any moment leaves a whole file. A broken last line, left by a kill while writing, is
 * dropped. The rows given back stay the journal's own picture of the world: the caller changes them with every entry that it appends.
 */
export function openJournal(path: string): { readonly rows: Rows; readonly journal: Journal; close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const rows = readRows(path);
  let file = compact(path, rows);
  let lines = countRows(rows);
  const append = (entry: JournalEntry): void => {
    writeSync(file, `${JSON.stringify(entry)}\n`);
    lines += 1;
    if (lines <= 2 * countRows(rows) + SLACK_LINES) return;
    closeSync(file);
    // The entry is in the old file only and not yet in the rows, so it is written again behind them.
    file = compact(path, rows);
    writeSync(file, `${JSON.stringify(entry)}\n`);
    lines = countRows(rows) + 1;
  };
  return { rows, journal: { append }, close: () => closeSync(file) };
}

function readRows(path: string): Rows {
  const rows: Rows = new Map();
  if (!existsSync(path)) return rows;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const entry = parseEntry(line);
    if (entry !== undefined) applyEntry(rows, entry);
  }
  return rows;
}

/** Only this file writes the journal, so a line that is JSON is an entry; any other line was cut off by a kill. */
function parseEntry(line: string): JournalEntry | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    return undefined;
  }
}

function compact(path: string, rows: Rows): number {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', ONLY_OWNER);
  for (const [table, entries] of rows) {
    for (const [key, value] of entries) writeSync(file, `${JSON.stringify({ table, key, value } satisfies JournalEntry)}\n`);
  }
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  return openSync(path, 'a', ONLY_OWNER);
}

function countRows(rows: Rows): number {
  let count = 0;
  for (const entries of rows.values()) count += entries.size;
  return count;
}
