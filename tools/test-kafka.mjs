// The suite on real Kafka and Postgres, then the fault suite in its short form. Without a container engine it says so and fails: what did
// not run did not pass. With names of test files only those run. `--faults <file>` says where the result of the fault suite goes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { requireEngine } from './containers/engine.mjs';
import { runJest } from './run-jest.mjs';

const { values, positionals, tokens } = parseArgs({ options: { faults: { type: 'string', default: 'faults.json' } }, strict: false, allowPositionals: true, tokens: true });
const forFaults = new Set(tokens.filter(({ name }) => name === 'faults').flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1])));
const forJest = process.argv.slice(2).filter((_parameter, index) => !forFaults.has(index));

try {
  await requireEngine();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const isRed = runJest(['--config', 'jest.kafka.config.mjs', ...forJest]) !== 0;
const isWhole = positionals.filter((name) => name !== values.faults).length === 0;
const faults = isWhole ? spawnSync(process.execPath, [fileURLToPath(new URL('faults.mjs', import.meta.url)), '--json', values.faults], { stdio: 'inherit' }) : { status: 0 };
process.exitCode = isRed ? 1 : (faults.status ?? 1);
