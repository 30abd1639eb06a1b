// The README's walk against the compose file, brought up and taken down as a project of its own. It needs an engine, and ports 3000 and 3001.
import { spawnSync } from 'node:child_process';
import { runJest } from './run-jest.mjs';

const PROJECT = ['-p', 'plaza-walk'];
const command = [['docker', 'compose'], ['docker-compose']].find(([name, ...rest]) => spawnSync(name, [...rest, 'version'], { stdio: 'ignore' }).status === 0);
if (command === undefined) {
  process.stderr.write('Neither "docker compose" nor "docker-compose" can be run here.\n');
  process.exit(1);
}
const compose = [...command, ...PROJECT];
const run = (...parameters) => spawnSync(compose[0], [...compose.slice(1), ...parameters], { stdio: 'inherit' }).status ?? 1;

let code = run('up', '-d', '--build');
if (code === 0) {
  process.env.PLAZA_TEST_COMPOSE = compose.join(' ');
  code = runJest(['--config', 'jest.compose.config.mjs', ...process.argv.slice(2)]);
}
run('down', '-v');
process.exitCode = code;
