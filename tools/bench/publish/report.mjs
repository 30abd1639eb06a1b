// The results: a table a measurement on stdout, and all figures with the machine as JSON.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** A table in Markdown, for docs/benchmarks.md. */
export function table({ columns, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

export function machine() {
  const [first] = cpus();
  return { cpus: cpus().length, model: first?.model, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version, at: new Date().toISOString() };
}

export function writeJson(file, content) {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
