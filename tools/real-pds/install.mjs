// Installs the PDS and a Node to run it into a cache, once: the compiled SQLite takes minutes. The cache's name holds what is in it, so a
// changed version makes a new one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_VERSION = '22.23.3';
const here = fileURLToPath(new URL('.', import.meta.url));
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Resolves to where the PDS is installed and the Node that runs it; says what it does, since the first time takes minutes. */
export function installPds() {
  const manifest = readFileSync(join(here, 'package.json'), 'utf8');
  const name = createHash('sha256').update(`${manifest} ${NODE_VERSION} ${platform}`).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'plaza', `real-pds-${name}`);
  const nodeFolder = join(folder, 'runtime', 'node_modules', `node-${platform}`);
  const installed = { folder, node: join(nodeFolder, 'bin', 'node') };
  if (existsSync(join(folder, 'complete'))) return installed;
  process.stdout.write(`installing a real Bluesky PDS into ${folder}; this happens once and takes some minutes\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'runtime'), { recursive: true });
  writeFileSync(join(folder, 'runtime', 'package.json'), '{"private":true}');
  npm(join(folder, 'runtime'), ['install', '--no-save', `node-${platform}@${NODE_VERSION}`], process.env);
  copyFileSync(join(here, 'package.json'), join(folder, 'package.json'));
  // The SQLite binding is compiled against the headers of the Node that will run it, which its npm package brings along.
  npm(folder, ['install', '--no-package-lock'], {
    ...process.env,
    PATH: `${join(nodeFolder, 'bin')}:${process.env.PATH}`,
    npm_config_nodedir: nodeFolder,
    npm_config_build_from_source: 'true',
  });
  writeFileSync(`${join(folder, 'complete')}.new`, '');
  renameSync(`${join(folder, 'complete')}.new`, join(folder, 'complete'));
  return installed;
}

function npm(cwd, args, env) {
  const started = Date.now();
  const run = spawnSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}; the suite test:real needs the npm registry and a C++ compiler.`);
  process.stdout.write(`  npm ${args[0]} done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPds();
