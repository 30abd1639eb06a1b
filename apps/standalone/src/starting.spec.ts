import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { call, cleanUp, consent, eventually, newDataFolder, startPlaza, type Json, type PlazaProcess } from './plaza-process.spec-support.ts';

/** The sentence with which a start was refused. */
async function refusal(dataFolder: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const error = await startPlaza({ dataFolder, env }).then(
    (plaza) => {
      plaza.signal('SIGTERM');
      return new Error('It started.');
    },
    (reason: Error) => reason,
  );
  return error.message.split('\n').slice(1).join('\n').trim();
}

describe('a start that cannot go well says why in one sentence', () => {
  const dataFolder = newDataFolder();
  let plaza: PlazaProcess;

  beforeAll(async () => {
    plaza = await startPlaza({ dataFolder });
  }, 60_000);
  afterAll(() => cleanUp(plaza, dataFolder), 60_000);

  const stop = async (): Promise<void> => {
    plaza.signal('SIGTERM');
    await plaza.exited;
  };

  it('another Plaza on the same data', async () => {
    expect(await refusal(dataFolder)).toBe('Another Plaza is running on this data. Stop it first, or set PLAZA_DATA to another folder.');
    expect((await call(plaza, plaza.key('test'), 'GET', '/v1/health/auth')).status).toBe(200);
  }, 30_000);

  it('settings that cannot be used, all listed', async () => {
    const sentence = await refusal(dataFolder, { PORT: 'abc', PUBLIC_URL: 'nonsense', PLAZA_LOG_LEVEL: 'loud' });
    expect(sentence).toMatch(/^The configuration cannot be used:\n {2}PORT: .+\n {2}PUBLIC_URL: .+\n {2}PLAZA_LOG_LEVEL: .+$/);
  });

  it('a taken port', async () => {
    await stop();
    const taken: Server = createServer();
    await new Promise<void>((ready) => taken.listen(0, '127.0.0.1', ready));
    const { port } = taken.address() as AddressInfo;
    expect(await refusal(dataFolder, { PORT: String(port) })).toBe(`Port ${port} is taken. Stop what uses it, or set PORT to another one.`);
    taken.close();
  }, 30_000);

  it('a data folder that is a file', async () => {
    const file = join(dataFolder, 'a-file');
    writeFileSync(file, '');
    expect(await refusal(join(file, 'below'))).toContain('cannot be written');
  });

  it('a missing keyring, naming its key; and nothing is made in its place', async () => {
    const keyring = join(dataFolder, 'keyring.json');
    const { current } = JSON.parse(readFileSync(keyring, 'utf8'));
    expect(statSync(keyring).mode & 0o777).toBe(0o600);
    renameSync(keyring, `${keyring}.away`);
    expect(await refusal(dataFolder)).toContain(`sealed under its key ${current}`);
    expect(existsSync(keyring)).toBe(false);
  }, 30_000);

  it("another installation's keyring", async () => {
    const keyring = join(dataFolder, 'keyring.json');
    const { current } = JSON.parse(readFileSync(`${keyring}.away`, 'utf8'));
    writeFileSync(keyring, JSON.stringify({ format: 'plaza-keyring-1', current: 'kek_other', keys: [{ id: 'kek_other', key: Buffer.alloc(32, 1).toString('base64') }] }), { mode: 0o600 });
    expect(await refusal(dataFolder)).toContain(`does not hold the key ${current}`);
    writeFileSync(keyring, JSON.stringify({ format: 'plaza-keyring-1', current, keys: [{ id: current, key: Buffer.alloc(32, 1).toString('base64') }] }), { mode: 0o600 });
    expect(await refusal(dataFolder)).toContain(`key ${current} is not the key`);
    rmSync(keyring);
    renameSync(`${keyring}.away`, keyring);
  }, 30_000);

  it('a database that cannot be reached', async () => {
    expect(await refusal(newDataFolder(), { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none' })).toMatch(/^The database cannot be reached: /);
  });

  it('and starts again when all is well', async () => {
    plaza = await startPlaza({ dataFolder });
    expect((await call(plaza, '', 'GET', '/v1/health')).json).toEqual({ ok: true });
  }, 30_000);

  it('a second signal ends it at once', async () => {
    plaza.signal('SIGTERM');
    plaza.signal('SIGINT');
    expect([0, 130]).toContain(await plaza.exited);
    plaza = await startPlaza({ dataFolder });
  }, 30_000);
});

describe('a folder below one that only root may enter', () => {
  const outer = newDataFolder();
  const dataFolder = join(outer, 'closed', 'data');
  let plaza: PlazaProcess | undefined;
  afterAll(() => cleanUp(plaza, outer), 60_000);

  it('starts all the same', async () => {
    mkdirSync(dataFolder, { recursive: true });
    chmodSync(join(outer, 'closed'), 0o700);
    plaza = await startPlaza({ dataFolder });
    expect((await call(plaza, '', 'GET', '/v1/health')).json).toEqual({ ok: true });
    plaza.signal('SIGTERM');
    expect(await plaza.exited).toBe(0);
    const place = /database: (\S+)\)/.exec(plaza.output())?.[1] ?? '';
    if (!place.startsWith(dataFolder)) rmSync(place, { recursive: true, force: true });
  }, 60_000);
});

describe('a database that goes away while Plaza works', () => {
  const dataFolder = newDataFolder();
  let plaza: PlazaProcess;
  afterAll(() => cleanUp(plaza, dataFolder), 60_000);

  it('answers 503 with Retry-After, loses nothing that was acknowledged, and recovers by itself', async () => {
    plaza = await startPlaza({ dataFolder, env: { PLAZA_SETTLE_MS: '300', PLAZA_LOG_LEVEL: 'fatal' } });
    const key = plaza.key('test');
    const started = await call(plaza, key, 'GET', '/v1/connect/twitter?redirectUri=http://127.0.0.1:9999/done');
    const accountId = new URL(await consent(started.json.url, 'approve', 'database')).searchParams.get('integrationId');
    const create = (index: number) =>
      call(plaza, key, 'POST', '/v1/posts', { content: `Through the outage ${index}`, platforms: [{ platform: 'twitter', accountId }] }, { prefer: 'wait=0' });
    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    let index = 0;
    const post = async (): Promise<number> => {
      const made = await create((index += 1));
      statuses.add(made.status);
      if (made.status === 202) acknowledged.push(made.json.postId);
      if (made.status === 503) expect(Number(made.headers.get('retry-after'))).toBeGreaterThan(0);
      return made.status;
    };
    for (let times = 0; times < 5; times += 1) await post();
    process.kill(Number(readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    await eventually(post, (status) => status === 503, 'unavailable');
    await eventually(post, (status) => status === 202, 'recovered');
    expect([...statuses].toSorted()).toEqual([202, 503]);
    const states = async (): Promise<string[]> =>
      Promise.all(acknowledged.map(async (id) => (await call(plaza, key, 'GET', `/v1/posts/${id}`)).json?.post?.status ?? 'unknown'));
    // What was just being sent is looked for only when its call must have ended: 5 seconds to begin it and 30 for X to answer.
    await eventually(states, (all) => all.every((status) => status === 'published'), 'all published', 1800);
    const { entries } = (await call(plaza, '', 'GET', '/sandbox/_/ledger')).json;
    expect(new Set(entries.map((entry: Json) => entry.text)).size).toBe(entries.length);
    expect(entries.length).toBeGreaterThanOrEqual(acknowledged.length);
  }, 150_000);
});

describe('the commands', () => {
  const dataFolder = newDataFolder();
  afterAll(() => cleanUp(undefined, dataFolder), 60_000);
  const plaza = (...words: string[]): Promise<{ code: number | null; text: string }> =>
    new Promise((done) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../dist/cli.js'), ...words], { env: { PLAZA_DATA: dataFolder } });
      let text = '';
      child.stdout.on('data', (chunk) => (text += chunk)).on('error', () => undefined);
      child.stderr.on('data', (chunk) => (text += chunk));
      child.once('exit', (code) => done({ code, text: text.trim() }));
    });

  it('make projects and keys, list and revoke them, whether Plaza runs or not', async () => {
    expect((await plaza('projects', 'create', 'acme')).text).toMatch(/^made acme [\w-]{36}$/);
    const key = (await plaza('keys', 'create', '--project', 'acme', '--test', '--scopes', 'posts.read')).text;
    expect(key).toMatch(/^pz_test_[0-9A-Za-z]{52}$/);
    const running = await startPlaza({ dataFolder });
    expect((await call(running, key, 'GET', '/v1/posts')).json.total).toBe(0);
    const id = (await plaza('keys', 'list', '--project', 'acme')).text.split('\n')[1]?.split(' ')[0] ?? '';
    expect((await plaza('keys', 'revoke', id, '--project', 'acme')).text).toBe('revoked');
    await eventually(() => call(running, key, 'GET', '/v1/posts'), ({ status }) => status === 401, 'revoked');
    expect((await plaza('verify-audit')).text).toContain('whole');
    expect((await plaza('keys', 'create', '--project', 'nope')).code).toBe(1);
    expect((await plaza('keys', '--help')).text).toContain('Usage: plaza keys');
    running.signal('SIGTERM');
    expect(await running.exited).toBe(0);
  }, 60_000);
});
