// Builds what is needed and starts Plaza in this very process, so that signals reach it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const build = spawnSync(process.execPath, [fileURLToPath(new URL('build.mjs', import.meta.url)), 'apps/standalone'], {
  stdio: 'inherit',
  cwd: fileURLToPath(new URL('..', import.meta.url)),
});
if (build.status !== 0) process.exit(build.status ?? 1);
await import('../apps/standalone/dist/main.js');
