// The suite on real Kafka and Postgres. Without a container engine it says so and fails: what did not run did not pass.
import { requireEngine } from './containers/engine.mjs';
import { runJest } from './run-jest.mjs';

try {
  await requireEngine();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.exitCode = runJest(['--config', 'jest.kafka.config.mjs', ...process.argv.slice(2)]);
