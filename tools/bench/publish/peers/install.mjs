// Installs the peers into a cache, once. The cache's name holds what is in it, so a changed version makes a new one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installRedis } from './redis.mjs';

const manifest = fileURLToPath(new URL('package.json', import.meta.url));

/** Resolves to the folder of the peers' packages and to how their Redis is run; says what it does, since the first time takes a while. */
export function installPeers() {
  const name = createHash('sha256').update(`${readFileSync(manifest, 'utf8')} ${process.platform}-${process.arch}`).digest('hex').slice(0, 12);
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'plaza', `bench-${name}`);
  if (!existsSync(join(folder, 'complete'))) {
    process.stderr.write(`installing the peers of the comparison into ${folder}; this happens once\n`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    copyFileSync(manifest, join(folder, 'package.json'));
    const flags = ['install', '--no-package-lock', '--no-fund', '--no-audit', '--loglevel=error'];
    const run = spawnSync('npm', flags, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (run.status !== 0) throw new Error('The peers could not be installed: bench:publish needs the npm registry the first time.');
    writeFileSync(join(folder, 'complete.new'), '');
    renameSync(join(folder, 'complete.new'), join(folder, 'complete'));
  }
  return { folder, redis: installRedis(join(folder, 'redis')), versions: JSON.parse(readFileSync(manifest, 'utf8')).dependencies };
}

/** Imports a package of the cache. */
export function importPeer(folder, name) {
  return import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPeers();
