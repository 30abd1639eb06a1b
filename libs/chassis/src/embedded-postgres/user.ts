import { accessSync, chownSync, constants, lstatSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Postgres refuses to run as root; then it runs as the system's "nobody". */
const NOBODY = 65_534;

/** The user that Postgres has to run as, or undefined when it may run as we do. */
export function postgresUser(): number | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/** Whether that user can enter every folder above `path`, and `path` itself if it is there. */
export function tryRead(path: string, user: number): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const bit = stat.uid === user ? 0o100 : stat.gid === user ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/** Gives a folder and all in it to that user, where there is one. */
export function makeOwned(path: string): void {
  const user = postgresUser();
  if (user === undefined) return;
  if (lstatSync(path).isSymbolicLink()) return lchownSync(path, user, user);
  chownSync(path, user, user);
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) makeOwned(join(path, name));
}

/** Whether we can write into a folder, or make it. */
export function isWritable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) {
      try {
        accessSync(path, constants.W_OK | constants.X_OK);
        return stat.isDirectory();
      } catch {
        return false;
      }
    }
    if (path === dirname(path)) return false;
  }
}
