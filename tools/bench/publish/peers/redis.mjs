// Finds a redis-server, or unpacks Debian's into the cache. Nothing is installed into the system, and no rights are needed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** redis-server is a link to a program of redis-tools; the others are the libraries of it that a bare system lacks. */
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const NOT_HAD = 'There is no redis-server on PATH and Debian\'s package cannot be fetched, so BullMQ cannot be measured: install redis-server, or leave it out with --without bullmq.';

/** Resolves to the program with the environment that it needs, or to the reason why there is none. */
export function installRedis(folder) {
  const onPath = (process.env.PATH ?? '').split(':').map((one) => join(one, 'redis-server')).find(existsSync);
  if (onPath !== undefined) return { program: onPath, environment: {} };
  if (!existsSync(folder) && !unpackInto(folder)) return { reason: NOT_HAD };
  const libraries = join(folder, 'usr', 'lib');
  const triplets = readdirSync(libraries).filter((name) => name.includes('-linux-')).map((name) => join(libraries, name));
  return { program: join(folder, 'usr', 'bin', 'redis-server'), environment: { LD_LIBRARY_PATH: triplets.join(':') } };
}

function unpackInto(folder) {
  const fetched = `${folder}.new`;
  rmSync(fetched, { recursive: true, force: true });
  mkdirSync(fetched, { recursive: true });
  // Read from a pipe, so that a warning about apt's own user is shown only when it matters.
  const download = spawnSync('apt-get', ['download', ...PACKAGES], { cwd: fetched, encoding: 'utf8' });
  const archives = readdirSync(fetched).filter((name) => name.endsWith('.deb'));
  const isWhole = download.status === 0 && archives.length === PACKAGES.length;
  const isUnpacked = isWhole && archives.every((name) => spawnSync('dpkg-deb', ['-x', name, fetched], { cwd: fetched }).status === 0);
  if (isUnpacked) renameSync(fetched, folder);
  else process.stderr.write(download.stderr ?? '');
  rmSync(fetched, { recursive: true, force: true });
  return isUnpacked;
}
