import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { embeddedPostgresFolder } from './package-folder.ts';
import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './server.ts';
import { postgresUser } from './user.ts';

// The package that depends on the binaries is the one that tests stand on.
const packageFolder = embeddedPostgresFolder(new URL('../../../testing/src/index.ts', import.meta.url).href);
const folders: string[] = [];
const servers = new Map<number, EmbeddedPostgres>();

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-embedded-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

async function start(dataFolder: string, more: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder, packageFolder, ...more });
  servers.set(server.pid, server);
  return server;
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  servers.clear();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the embedded Postgres', () => {
  test('starts in an empty folder, keeps what was committed, and listens to this machine only', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start(folder);
    expect(second.isAdopted).toBe(false);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(second.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('adopts the server that a killed Plaza left behind', async () => {
    const folder = newFolder();
    const orphan = await start(folder);
    const adopted = await start(folder);
    expect([adopted.pid, adopted.isAdopted]).toEqual([orphan.pid, true]);
    expect(await query(adopted.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('starts over the process file of a server that is gone, whose number another program has now', async () => {
    const folder = newFolder();
    const { clusterFolder, stop } = await start(folder);
    await stop();
    // Of the user that Postgres runs as: it minds no others itself.
    const user = postgresUser();
    const other = spawn('sleep', ['600'], { stdio: 'ignore', ...(user === undefined ? {} : { uid: user, gid: user }) });
    writeFileSync(join(clusterFolder, 'postmaster.pid'), `${other.pid}\n${clusterFolder}\n1\n5432\n\n127.0.0.1\n`);
    expect(await query((await start(folder)).url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  test('starts over the process file of a server that is gone, whose number the server of another folder has now', async () => {
    const other = await start(newFolder());
    const folder = newFolder();
    const { clusterFolder, stop } = await start(folder);
    await stop();
    writeFileSync(join(clusterFolder, 'postmaster.pid'), `${other.pid}\n${clusterFolder}\n1\n${new URL(other.url).port}\n\n127.0.0.1\n`);
    const server = await start(folder);
    expect(server.pid).not.toBe(other.pid);
    expect(server.isAdopted).toBe(false);
    await server.stop();
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('takes another port when its own was taken meanwhile', async () => {
    const taken = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    const { port } = taken.address() as AddressInfo;
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => free.once('listening', listening));
    const next = (free.address() as AddressInfo).port;
    await new Promise((closed) => free.close(closed));
    const proposals = [port, next];
    const server = await start(newFolder(), { proposePort: async () => proposals.shift() ?? next });
    expect(new URL(server.url).port).toBe(String(next));
    await new Promise((closed) => taken.close(closed));
  });

  test('says in one sentence that its folder cannot be written', async () => {
    const file = join(newFolder(), 'a-file');
    writeFileSync(file, '');
    const refused = startEmbeddedPostgres({ dataFolder: join(file, 'data'), packageFolder });
    await expect(refused).rejects.toThrow(EmbeddedPostgresError);
    await expect(refused).rejects.toThrow(`The data folder ${file}/data cannot be written. Set PLAZA_DATA to a folder that can.`);
  });

  test('says in one sentence that there is none for a platform', () => {
    expect(() => embeddedPostgresFolder(import.meta.url, 'plan9-mips')).toThrow(EmbeddedPostgresError);
    expect(() => embeddedPostgresFolder(import.meta.url, 'plan9-mips')).toThrow('There is no embedded Postgres for plan9-mips here.');
  });
});
