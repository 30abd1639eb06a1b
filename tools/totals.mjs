// Adds up the results of all suites and the steps around them: one closing line, and the exit code.
import { readFileSync } from 'node:fs';

const [passedSteps = '0', failedSteps = '0', ...files] = process.argv.slice(2);
const totals = { passed: Number(passedSteps), failed: Number(failedSteps), skipped: 0 };

/** Of a result that Jest wrote. A suite that cannot be loaded has no tests, and has failed all the same. */
function ofTests({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites }) {
  return { passed: numPassedTests, failed: numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0), skipped: numPendingTests + numTodoTests };
}

/** Of a result that the fault suite wrote: each row is one. A suite that was not run to its end has failed all the same. */
function ofFaults({ rows, holds }) {
  const passed = rows.filter((row) => row.holds).length;
  return { passed, failed: Math.max(rows.length - passed, holds ? 0 : 1), skipped: 0 };
}

for (const file of files) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    for (const [kind, count] of Object.entries('rows' in result ? ofFaults(result) : ofTests(result))) totals[kind] += count;
  } catch {
    process.stdout.write(`${file} was not written: its suite did not run to its end\n`);
    totals.failed += 1;
  }
}
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
