// The suite on real Kafka and Postgres, then the fault suite in its short form. Without a container engine it says so and fails: what did
// not run did not pass.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requireEngine } from './containers/engine.mjs';
import { runJest } from './run-jest.mjs';

const parameters = process.argv.slice(2);

try {
  await requireEngine();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
let status = runJest(['--config', 'jest.kafka.config.mjs', ...parameters]);
if (parameters.some((parameter) => !parameter.startsWith('-'))) process.stdout.write('Not run here: the fault suite, "npm run faults", since single tests were named.\n');
else status = Math.max(status, spawnSync(process.execPath, [fileURLToPath(new URL('faults.mjs', import.meta.url))], { stdio: 'inherit' }).status ?? 1);
process.exitCode = status;
