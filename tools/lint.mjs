// Runs ESLint. The rule on module boundaries needs nx's graph of the projects, and would only warn without it: so it is made first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const environment = { ...process.env, NX_DAEMON: 'false', NX_CACHE_PROJECT_GRAPH: 'true' };

const graph = spawnSync(process.execPath, [fileURLToPath(new URL('../node_modules/nx/dist/bin/nx.js', import.meta.url)), 'show', 'projects'], { cwd: root, env: environment, encoding: 'utf8' });
if (graph.status !== 0) {
  process.stderr.write(`nx could not read the projects:\n${graph.stdout}${graph.stderr}`);
  process.exit(1);
}
const eslint = fileURLToPath(new URL('../node_modules/eslint/bin/eslint.js', import.meta.url));
const lint = spawnSync(process.execPath, [eslint, '.', ...process.argv.slice(2)], { cwd: root, env: environment, encoding: 'utf8' });
process.stdout.write(lint.stdout);
process.stderr.write(lint.stderr);
const isSkipped = `${lint.stdout}${lint.stderr}`.includes('The rule will be skipped');
if (isSkipped) process.stderr.write('A rule was skipped for want of the project graph.\n');
process.exitCode = isSkipped ? 1 : (lint.status ?? 1);
