// Runs the tests that need nothing but Node; all arguments go to Jest.
import { runJest } from './run-jest.mjs';

const parameters = process.argv.slice(2);
process.exitCode = runJest(parameters);
if (!parameters.includes('--config')) process.stdout.write('Not run here: the suite on real Kafka and Postgres, "npm run test:kafka", which needs a container engine.\n');
