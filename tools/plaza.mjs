// The operator's commands: builds what is needed, then runs them. `npm run plaza -- --help` lists them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const build = spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (build.status !== 0) process.exit(build.status ?? 1);
await import('../apps/standalone/dist/cli.js');
