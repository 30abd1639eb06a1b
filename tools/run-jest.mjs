import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds what is stale, since some suites run Plaza's own processes, then runs Jest with Node's support for ES modules; returns its exit code. */
export function runJest(parameters) {
  const build = spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { stdio: 'inherit', cwd: root });
  if (build.status !== 0) return build.status ?? 1;
  const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
  const run = spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', jest, ...parameters], { stdio: 'inherit' });
  return run.status ?? 1;
}
