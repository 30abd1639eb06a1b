// Installs npm packages and a Node to run them into a cache, once: what is compiled takes minutes. The cache's name holds what is in it, so a
// changed version makes a new one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NODE_VERSION = '22.23.3';
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * Resolves to where the packages of the package.json in `from` are installed and the Node that runs them; says what it does, since the first
 * time takes minutes. `name` begins the folder's name, `title` is for people. A package `unpacked` brings dependencies in its own archive, so
 * that it can only be installed from within: it is unpacked into `package`.
 */
export function installPackages({ from, name, title, unpacked }) {
  const manifest = readFileSync(join(from, 'package.json'), 'utf8');
  const digest = createHash('sha256').update(`${manifest} ${NODE_VERSION} ${platform}`).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'plaza', `${name}-${digest}`);
  const nodeFolder = join(folder, 'runtime', 'node_modules', `node-${platform}`);
  const installed = { folder, node: join(nodeFolder, 'bin', 'node') };
  if (existsSync(join(folder, 'complete'))) return installed;
  process.stdout.write(`installing ${title} into ${folder}; this happens once and takes some minutes\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'runtime'), { recursive: true });
  writeFileSync(join(folder, 'runtime', 'package.json'), '{"private":true}');
  npm(join(folder, 'runtime'), ['install', '--no-save', `node-${platform}@${NODE_VERSION}`], process.env);
  copyFileSync(join(from, 'package.json'), join(folder, 'package.json'));
  const inner = unpacked === undefined ? folder : unpack(folder, `${unpacked}@${JSON.parse(manifest).dependencies[unpacked]}`);
  // The SQLite binding is compiled against the headers of the Node that will run it, which its npm package brings along.
  // What comes unpacked is installed by its own rules, which tell npm to leave peers alone.
  npm(inner, ['install', '--no-package-lock', '--omit=dev', ...(unpacked === undefined ? [] : ['--legacy-peer-deps'])], {
    ...process.env,
    PATH: `${join(nodeFolder, 'bin')}:${process.env.PATH}`,
    npm_config_nodedir: nodeFolder,
    npm_config_build_from_source: 'true',
  });
  writeFileSync(`${join(folder, 'complete')}.new`, '');
  renameSync(`${join(folder, 'complete')}.new`, join(folder, 'complete'));
  return installed;
}

function unpack(folder, spec) {
  npm(folder, ['pack', spec, '--silent'], process.env);
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  const run = spawnSync('tar', ['-xzf', archive], { cwd: folder, stdio: 'inherit' });
  if (run.status !== 0) throw new Error(`${spec} could not be unpacked in ${folder}; the suite test:real needs tar.`);
  return join(folder, 'package');
}

function npm(cwd, args, env) {
  const started = Date.now();
  const run = spawnSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}; the suite test:real needs the npm registry and a C++ compiler.`);
  process.stdout.write(`  npm ${args[0]} done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}
