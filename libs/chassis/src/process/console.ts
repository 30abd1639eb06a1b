import { OperatorError, type Failure, type Result } from '@plaza/contracts';

/** Opens a service, or all of them, for one command, and closes it again. */
export type Opener<S> = (work: (service: S) => Promise<void>) => Promise<void>;

/** The value, or the failure's sentence as the end of the command. */
export function orStop<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new OperatorError(result.failure.message);
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
