import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A real Plaza process on a data folder of its own. */
export interface PlazaProcess {
  readonly url: string;
  readonly dataFolder: string;
  /** Everything that it printed so far. */
  output(): string;
  key(mode: 'live' | 'test'): string;
  /** Resolves to the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

export interface StartOptions {
  readonly dataFolder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A data folder that the unprivileged user of Postgres can enter. */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Starts Plaza and resolves once it has said where it listens; rejects with its output when it ends before. */
export async function startPlaza({ dataFolder, env = {} }: StartOptions): Promise<PlazaProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', PLAZA_DATA: dataFolder, PORT: '0', PLAZA_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  await new Promise<void>((ready, failed) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (/^data /m.test(text)) ready();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => failed(new Error(`Plaza ended with ${String(code)}:\n${text}`)));
  });
  return running(child, dataFolder, exited, () => text);
}

function running(child: ChildProcess, dataFolder: string, exited: Promise<number | null>, output: () => string): PlazaProcess {
  return {
    url: /^Plaza +(\S+)/m.exec(output())?.[1] ?? '',
    dataFolder,
    output,
    key: (mode) => new RegExp(`^${mode} key +(\\S+)`, 'm').exec(output())?.[1] ?? '',
    exited,
    signal: (name) => void child.kill(name),
  };
}

/** Stops what still runs, the database that a killed Plaza left included, and removes the folder. */
export async function cleanUp(plaza: PlazaProcess | undefined, dataFolder: string): Promise<void> {
  plaza?.signal('SIGTERM');
  await plaza?.exited;
  const rest = await startPlaza({ dataFolder }).catch(() => undefined);
  rest?.signal('SIGTERM');
  await rest?.exited;
  rmSync(dataFolder, { recursive: true, force: true });
}

/** An answer's body, read without ceremony: a wrong path fails the test by itself. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what the tests assert
export type Json = any;

/** Posts JSON, or gets, with a key; resolves to status, headers, text and parsed body. */
export async function call(
  plaza: Pick<PlazaProcess, 'url'>,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: Headers; text: string; json: Json }> {
  const response = await fetch(plaza.url + path, {
    method,
    headers: { ...(key === '' ? {} : { 'x-access-key': key }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Fills the sandbox's consent page as a person would, and follows to Plaza's callback; resolves to where the browser is sent in the end. */
export async function consent(authorizeUrl: string, decision: 'approve' | 'deny', account: string): Promise<string> {
  const page = await (await fetch(authorizeUrl)).text();
  const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? authorizeUrl;
  const fields = new URLSearchParams({ decision, account });
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) fields.set(name, unescapeHtml(value));
  const back = await fetch(new URL(unescapeHtml(action), authorizeUrl), { method: 'POST', body: fields, redirect: 'manual' });
  const callback = back.headers.get('location') ?? '';
  const done = await fetch(callback.split('#')[0] ?? '', { redirect: 'manual' });
  return done.headers.get('location') ?? '';
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

/** Asks again and again until `isDone`; the bound is for a program that hangs, not for one that is slow. `tries`: at most, twenty a second. */
export async function eventually<T>(ask: () => Promise<T>, isDone: (value: T) => boolean, what: string, tries = 600): Promise<T> {
  for (let left = tries; left > 0; left -= 1) {
    const value = await ask();
    if (isDone(value)) return value;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`It never came to this: ${what}`);
}
