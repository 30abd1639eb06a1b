import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { reservePort } from '../process/reserve-port.ts';
import { prepareBinaries } from './binaries.ts';
import { isWritable, makeOwned, postgresUser, tryRead } from './user.ts';

/** Why the embedded Postgres cannot run: one sentence for the operator. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export interface EmbeddedPostgresOptions {
  /** Folder of everything that is Plaza's; the cluster lies in `postgres` below it where the server's user can get there. */
  readonly dataFolder: string;
  /** Folder of the npm package with the binaries of this platform. */
  readonly packageFolder: string;
  /** Settings of the server beside Plaza's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Proposes a port of 127.0.0.1; asked again when it was taken meanwhile. Default: any free one. */
  readonly proposePort?: () => Promise<number>;
}

/** A running server. */
export interface EmbeddedPostgres {
  /** URL of the database `postgres` as the superuser. */
  readonly url: string;
  readonly clusterFolder: string;
  readonly pid: number;
  /** It was running already: left by a Plaza that was killed, or in use by one that runs. */
  readonly isAdopted: boolean;
  /** Starts the server again, on the same port, whenever it ends without being asked to. */
  supervise(report: (message: string) => void): void;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

const START_TRIES = 60;
const TRY_EVERY_MS = 250;
const WATCH_EVERY_MS = 500;
/** How often a starting server, and one that may be running already, is asked whether it is ready. */
const START_CHECKS = 400;
const ADOPTION_CHECKS = 20;
const SUPERUSER = 'postgres';

/** Few processes and little memory: one machine, one Plaza. Durability is untouched. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  log_min_messages: 'warning',
};

/** Starts the server of a data folder, or adopts the one that a killed Plaza left running. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataFolder = resolve(options.dataFolder);
  if (!isWritable(dataFolder)) throw new EmbeddedPostgresError(`The data folder ${dataFolder} cannot be written. Set PLAZA_DATA to a folder that can.`);
  mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
  const clusterFolder = placeCluster(dataFolder);
  const password = readPassword(dataFolder);
  const { postgres, initdb } = prepareBinaries(options.packageFolder, join(dataFolder, 'bin'));
  const cluster: Cluster = { folder: clusterFolder, password, postgres, settings: { ...SETTINGS, ...options.settings } };
  const adopted = await adopt(cluster);
  if (adopted !== undefined) return handle(cluster, adopted, true);
  if (!existsSync(join(clusterFolder, 'PG_VERSION'))) initialise(initdb, clusterFolder, password);
  const launched = await launch(cluster, options.proposePort ?? freePort);
  return handle(cluster, launched, launched.isAdopted);
}

/** As root the server's user may not get into the data folder (e.g. below /root); the cluster then lies where it can. */
function placeCluster(dataFolder: string): string {
  const user = postgresUser();
  if (user === undefined || tryRead(dataFolder, user)) return join(dataFolder, 'postgres');
  return join('/var/lib/plaza', createHash('sha256').update(dataFolder).digest('hex').slice(0, 12));
}

function readPassword(dataFolder: string): string {
  const file = join(dataFolder, 'postgres.password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

function initialise(initdb: string, clusterFolder: string, password: string): void {
  mkdirSync(clusterFolder, { recursive: true });
  const passwordFile = join(clusterFolder, '..', `initdb-${randomBytes(6).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  makeOwned(passwordFile);
  makeOwned(clusterFolder);
  const flags = ['-D', clusterFolder, '-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  const run = spawnSync(initdb, flags, { ...asPostgres(), encoding: 'utf8', env: {} });
  rmSync(passwordFile, { force: true });
  if (run.status === 0) return;
  rmSync(clusterFolder, { recursive: true, force: true });
  throw new EmbeddedPostgresError(`The database could not be made in ${clusterFolder}: ${(run.stderr || String(run.error)).trim().split('\n').at(-1)}`);
}

interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly postgres: string;
  readonly settings: Readonly<Record<string, string>>;
}

interface Server {
  readonly pid: number;
  readonly port: number;
}

async function launch(cluster: Cluster, proposePort: () => Promise<number>): Promise<Server & { readonly isAdopted: boolean }> {
  const logFile = join(cluster.folder, 'server.log');
  let lastLine = '';
  for (let attempt = 0; attempt < START_TRIES; attempt += 1) {
    removeStalePid(cluster.folder);
    const port = await proposePort();
    const flags = Object.entries({ ...cluster.settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(logFile, 'w');
    // A group of its own: Ctrl-C in the terminal is for Plaza, which stops the server last.
    const child = spawn(cluster.postgres, ['-D', cluster.folder, ...flags], { ...asPostgres(), detached: true, stdio: ['ignore', log, log], env: {} });
    closeSync(log);
    let hasExited = false;
    const noteExit = (): void => void (hasExited = true);
    child.once('exit', noteExit).once('error', noteExit).unref();
    const ready = await waitReady(port, cluster.password, START_CHECKS, () => hasExited);
    if (ready === 'ready' && child.pid !== undefined) return { pid: child.pid, port, isAdopted: false };
    lastLine = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
    // Children of a killed server hold its memory for a moment; the port may have been taken meanwhile. Both pass.
    if (!/pre-existing shared memory|lock file|could not bind|already in use/i.test(readFileSync(logFile, 'utf8'))) break;
    const other = await adopt(cluster);
    if (other !== undefined) return { ...other, isAdopted: true };
    await delay(TRY_EVERY_MS);
  }
  throw new EmbeddedPostgresError(`The embedded Postgres did not start; its log ${logFile} ends with: ${lastLine}`);
}

/** A server that is running on this cluster already: left by a Plaza that was killed. */
async function adopt(cluster: Cluster): Promise<Server | undefined> {
  const running = readPid(cluster.folder);
  if (running === undefined || !isServerOf(running.pid, cluster.folder)) return undefined;
  return (await waitReady(running.port, cluster.password, ADOPTION_CHECKS)) === 'ready' ? running : undefined;
}

function handle(cluster: Cluster, server: Server, isAdopted: boolean): EmbeddedPostgres {
  let { pid } = server;
  let watch: NodeJS.Timeout | undefined;
  let starting: Promise<void> | undefined;
  return {
    url: `postgres://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${server.port}/postgres`,
    clusterFolder: cluster.folder,
    get pid() {
      return pid;
    },
    isAdopted,
    supervise(report) {
      watch ??= setInterval(() => {
        if (isAlive(pid)) return;
        starting ??= restart(report).finally(() => {
          starting = undefined;
        });
      }, WATCH_EVERY_MS);
    },
    async stop() {
      clearInterval(watch);
      if (starting !== undefined) await starting;
      signal(pid, 'SIGINT');
      for (let waited = 0; waited < 200 && isAlive(pid); waited += 1) await delay(50);
      if (isAlive(pid)) signal(pid, 'SIGQUIT');
    },
  };

  async function restart(report: (message: string) => void): Promise<void> {
    report('The embedded Postgres ended; it is started again.');
    await launch(cluster, async () => server.port).then(
      (again) => {
        pid = again.pid;
      },
      (error: unknown) => report(String(error)),
    );
  }
}

async function waitReady(port: number, password: string, tries: number, isHopeless = () => false): Promise<'ready' | 'silent'> {
  for (let attempt = 0; attempt < tries && !isHopeless(); attempt += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: SUPERUSER, password, database: 'postgres', connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return 'ready';
    } catch {
      await delay(50);
    }
  }
  return 'silent';
}

/** `postmaster.pid`: the process id on line 1, the port on line 4. */
function readPid(clusterFolder: string): { readonly pid: number; readonly port: number } | undefined {
  const file = join(clusterFolder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/** After a power cut the file may name a process that is someone else's now, and the server would refuse to start over it. */
function removeStalePid(clusterFolder: string): void {
  const noted = readPid(clusterFolder);
  if (noted !== undefined && !isServerOf(noted.pid, clusterFolder)) rmSync(join(clusterFolder, 'postmaster.pid'), { force: true });
}

/** Whether the process is the server of this very cluster: its number may be another program's by now, or another cluster's. */
function isServerOf(pid: number, clusterFolder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(clusterFolder);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function asPostgres(): { uid?: number; gid?: number } {
  const user = postgresUser();
  return user === undefined ? {} : { uid: user, gid: user };
}

async function freePort(): Promise<number> {
  const { port, release } = await reservePort();
  await release();
  return port;
}
