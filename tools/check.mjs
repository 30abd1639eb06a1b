// Types of everything, tests included, and the freshness of generated files.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps = {
  build: ['tools/build.mjs'],
  'types of sources and tests': ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.spec.json'],
  'generated files': ['tools/generate.mjs', '--check'],
};
for (const [name, step] of Object.entries(steps)) {
  process.stdout.write(`checking ${name}\n`);
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
