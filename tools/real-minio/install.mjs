// Builds MinIO, an S3-compatible store, from its Go module into a cache, once: this takes minutes. The cache's name holds the version, so a
// changed one makes a new build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = 'github.com/minio/minio';
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** Resolves to the path of the program; says what it does, since the first time takes minutes. */
export function installMinio() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'plaza', `real-minio-${VERSION}`);
  const program = join(folder, 'minio');
  if (existsSync(program)) return program;
  process.stdout.write(`building MinIO into ${folder}; this happens once and takes some minutes\n`);
  mkdirSync(folder, { recursive: true });
  const started = Date.now();
  const run = spawnSync('go', ['install', `${MODULE}@${VERSION}`], { env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '-trimpath' }, stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.error?.code === 'ENOENT') throw new Error('The suite test:real needs Go 1.24 or newer to build MinIO; see https://go.dev/dl.');
  if (run.status !== 0) throw new Error('Building MinIO failed; the suite test:real needs the Go module proxy.');
  process.stdout.write(`  built in ${Math.round((Date.now() - started) / 1000)} s\n`);
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installMinio();
