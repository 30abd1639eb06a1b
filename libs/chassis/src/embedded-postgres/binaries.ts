import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeOwned, postgresUser, tryRead } from './user.ts';

interface LinkEntry {
  readonly source: string;
  readonly target: string;
}

/** Where `postgres` and `initdb` are. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Makes the npm package's Postgres runnable. `packageFolder` holds `native/`. The library links that npm cannot carry are made from
 * `pg-symlinks.json`; where the package's folder cannot be written, or the user that Postgres runs as cannot read it, all is copied
 * into `cacheFolder` first.
 */
export function prepareBinaries(packageFolder: string, cacheFolder: string): Binaries {
  const inPlace = join(packageFolder, 'native');
  const user = postgresUser();
  const isReadable = user === undefined || tryRead(join(inPlace, 'bin', 'postgres'), user);
  const native = isReadable && makeLinks(packageFolder) ? inPlace : copyAside(packageFolder, cacheFolder);
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function copyAside(packageFolder: string, cacheFolder: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(cacheFolder, `postgres-${version}-${createHash('sha256').update(packageFolder).digest('hex').slice(0, 8)}`);
  if (existsSync(join(folder, 'native', 'bin', 'postgres'))) return join(folder, 'native');
  const making = `${folder}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o755 });
  cpSync(join(packageFolder, 'native'), join(making, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(making);
  makeOwned(making);
  // Two starts at once both copy; whoever is second finds the folder taken and uses the first one's.
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true, force: true });
  }
  return join(folder, 'native');
}

/** False when the folder cannot be written and a link is missing. */
function makeLinks(folder: string): boolean {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return readdirSync(join(folder, 'native')).includes('bin');
  const links = JSON.parse(readFileSync(list, 'utf8')) as LinkEntry[];
  return links.every(({ source, target }) => {
    const path = join(folder, target);
    if (existsSync(path)) return true;
    try {
      symlinkSync(join(folder, source), path);
      return true;
    } catch {
      return existsSync(path);
    }
  });
}
