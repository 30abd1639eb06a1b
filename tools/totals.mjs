// Adds up the results of all suites and the steps around them: one closing line, and the exit code.
import { readFileSync } from 'node:fs';

const [passedSteps = '0', failedSteps = '0', ...files] = process.argv.slice(2);
const totals = { passed: Number(passedSteps), failed: Number(failedSteps), skipped: 0 };
for (const file of files) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += numPassedTests;
    totals.failed += numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0);
    totals.skipped += numPendingTests + numTodoTests;
  } catch {
    process.stdout.write(`${file} was not written: its suite did not run to its end\n`);
    totals.failed += 1;
  }
}
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
