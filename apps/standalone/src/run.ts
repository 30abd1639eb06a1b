import { join, resolve } from 'node:path';
import { createLogger, listen, readSettings, reservePort, stopSignal, type Settings } from '@plaza/chassis';
import { SCOPES, type Mode } from '@plaza/contracts';
import { DataFolder } from './data-folder.ts';
import { holdDatabase, openDatabase, provision, sealedUnder, type Database } from './database.ts';
import { createPlaza, type Plaza, type PlazaOptions } from './plaza.ts';

/** A Plaza that is built on its open database. */
export interface OpenPlaza {
  readonly plaza: Plaza;
  /** Where this process reaches itself once it listens. */
  readonly ownUrl: string;
  readonly publicUrl: string;
  readonly dataFolder: string;
  /** Opens the public listener. */
  listen(): Promise<void>;
}

/** For tests that look over its shoulder: a clock and a log of their own. */
export type Observers = Partial<Pick<PlazaOptions, 'now' | 'logger'>>;

/** Builds all services on an open database; nothing is at work or listening yet. Only who `serves` may open the sandbox's journal. */
export async function openPlaza(given: Settings, database: Database, role: 'serves' | 'commands', observers: Observers = {}): Promise<OpenPlaza> {
  const dataFolder = resolve(given.PLAZA_DATA);
  const settings = { ...given, PLAZA_MEDIA_FOLDER: given.PLAZA_MEDIA_FOLDER ?? join(dataFolder, 'media') };
  const data = new DataFolder(dataFolder, settings);
  const internalKey = data.internalKey();
  // Commands may run beside services of another version: only `migrate` and a start bring a shared database up to date.
  if (role === 'serves' || settings.DATABASE_URL === undefined) await provision(database.url, internalKey, settings.DATABASE_TLS_CA);
  const keys = data.keyring(await sealedUnder(database.url, settings.DATABASE_TLS_CA));
  // Its addresses are part of what is built, so any free port is held from here on.
  const reserved = settings.PORT === 0 && role === 'serves' ? await reservePort(settings.HOST) : undefined;
  const port = reserved?.port ?? settings.PORT;
  const ownUrl = `http://${isAny(settings.HOST) ? '127.0.0.1' : settings.HOST}:${port}`;
  const publicUrl = (settings.PUBLIC_URL ?? ownUrl).replace(/\/$/, '');
  const sandbox = role === 'serves' ? { sandboxFile: data.sandboxFile } : {};
  const plaza = await createPlaza({ settings, publicUrl, ownUrl, databaseUrl: database.url, internalKey, keys, logger: createLogger({ level: settings.PLAZA_LOG_LEVEL }), ...sandbox, ...observers });
  return {
    ...{ plaza, ownUrl, publicUrl, dataFolder },
    listen: async () => {
      await reserved?.release();
      await listen(plaza.gateway.edge, settings.HOST, port);
    },
  };
}

/**
 * Starts Plaza, and stops it on SIGTERM or SIGINT: work under way is finished first, a second signal ends at once. `isRestored`: what was
 * due until now is reconciled and not sent.
 */
export async function run(say: (line: string) => void, isRestored: boolean): Promise<void> {
  const read = readSettings();
  const settings = isRestored ? { ...read, PLAZA_RESTORED_AT: new Date().toISOString() } : read;
  const stopping = stopSignal();
  const database = await openDatabase(settings, resolve(settings.PLAZA_DATA));
  // When another Plaza holds the database, its server is not ours to stop.
  const hold = await holdDatabase(database.url, settings.DATABASE_TLS_CA);
  const { plaza, publicUrl, dataFolder } = await startOn(settings, database).catch(async (error: unknown) => {
    await hold.release();
    await database.stop();
    throw error;
  });
  database.supervise(say);
  await firstKeys(plaza, say);
  say(`Plaza   ${publicUrl}`);
  say(`docs    ${publicUrl}/docs`);
  say(`data    ${dataFolder} (database: ${database.place})`);
  await stopping.first;
  say('stopping: what is under way is finished first');
  const giveUp = (code: number): never => {
    void database.stop();
    process.exit(code);
  };
  const timer = setTimeout(() => giveUp(1), settings.PLAZA_SHUTDOWN_SECONDS * 1000).unref();
  stopping.onSecond(() => giveUp(130));
  await plaza.stop();
  await hold.release();
  await database.stop();
  clearTimeout(timer);
  say('stopped');
}

async function startOn(settings: Settings, database: Database): Promise<OpenPlaza> {
  const open = await openPlaza(settings, database, 'serves');
  try {
    await open.listen();
    await open.plaza.start();
    return open;
  } catch (error) {
    await open.plaza.stop().catch(() => undefined);
    throw error;
  }
}

/** The first start makes the project and its two keys; they are shown here and never again. */
async function firstKeys({ gateway }: Plaza, say: (line: string) => void): Promise<void> {
  const { project, isNew } = await gateway.projects.ensure('default');
  if (!isNew) return;
  for (const mode of ['live', 'test'] satisfies Mode[]) {
    const made = await gateway.keys.create({ projectId: project.projectId, name: `first ${mode} key`, mode, scopes: SCOPES, expiresAt: null });
    if (made.ok) say(`${mode} key  ${made.value.text}`);
  }
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
