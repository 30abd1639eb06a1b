import { resolve } from 'node:path';
import { readSettings } from '@plaza/chassis';
import type { Failure, Result } from '@plaza/contracts';
import { openDatabase } from '../database.ts';
import { PlainError } from '../plain-error.ts';
import type { Plaza } from '../plaza.ts';
import { openPlaza } from '../run.ts';

/** Runs a command on Plaza's services, built but not at work, so that it may run beside a Plaza that is. */
export async function withPlaza(work: (plaza: Plaza) => Promise<void>): Promise<void> {
  const settings = { ...readSettings(), PORT: 0, PLAZA_LOG_LEVEL: 'silent' as const };
  const database = await openDatabase(settings, resolve(settings.PLAZA_DATA));
  try {
    const { plaza } = await openPlaza(settings, database, 'commands');
    try {
      await work(plaza);
    } finally {
      await plaza.stop();
    }
  } finally {
    if (!database.isAdopted) await database.stop();
  }
}

/** The value, or the failure's sentence as the end of the command. */
export function orStop<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new PlainError(result.failure.message);
  return result.value;
}

/** Prints one line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints rows as columns. */
export function sayTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_name, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all) say(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
