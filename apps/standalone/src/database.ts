import { OperatorError } from '@plaza/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { accountsSchema } from '@plaza/accounts';
import { administratorUrl, databaseTls, embeddedPostgresFolder, EmbeddedPostgresError, provisionDatabase, startEmbeddedPostgres, type ServiceSchema, type Settings } from '@plaza/chassis';
import { connectSchema } from '@plaza/connect';
import { gatewaySchema } from '@plaza/gateway';
import { publishingSchema } from '@plaza/publishing';
import { registrySchema } from '@plaza/registry';
import { requiredKeyIds } from '@plaza/vault';
import pg from 'pg';

/** Schemas of all services, in the order in which they are made. */
export const schemas: readonly ServiceSchema[] = [gatewaySchema, registrySchema, connectSchema, publishingSchema, accountsSchema];
const SEALED_SCHEMAS = [registrySchema, connectSchema];

/** The database of this Plaza. */
export interface Database {
  /** As the administrator. */
  readonly url: string;
  /** Where its data lies, for people. */
  readonly place: string;
  /** Someone else runs it: another process of ours, or an administrator. */
  readonly isAdopted: boolean;
  /** Keeps an embedded server running. */
  supervise(report: (message: string) => void): void;
  /** Stops an embedded server; one of DATABASE_URL is not ours to stop. */
  stop(): Promise<void>;
}

/** Opens the embedded Postgres, or the one of DATABASE_URL. */
export async function openDatabase(settings: Settings, dataFolder: string): Promise<Database> {
  const url = administratorUrl(settings);
  if (url !== undefined) {
    const { host, pathname } = new URL(url);
    return { url, place: `Postgres at ${host}${pathname}`, isAdopted: true, supervise: () => undefined, stop: async () => undefined };
  }
  try {
    const server = await startEmbeddedPostgres({ dataFolder, packageFolder: embeddedPostgresFolder(import.meta.url) });
    return { url: server.url, place: server.clusterFolder, isAdopted: server.isAdopted, supervise: (report) => server.supervise(report), stop: () => server.stop() };
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new OperatorError(error.message);
    throw error;
  }
}

/** The right to run on a database, for as long as a session lives. */
export interface Hold {
  release(): Promise<void>;
}

/**
 * Takes the right to run on this database: a second Plaza on it would be a second opinion on everything. When the session breaks because
 * the database went away, it is taken anew as soon as the database is back.
 */
export async function holdDatabase(url: string, tlsCa: string | undefined): Promise<Hold> {
  let isReleased = false;
  let client = await take();
  async function take(): Promise<pg.Client> {
    const session = await openHolder(url, tlsCa);
    session.on('error', () => undefined);
    session.on('end', () => void retake());
    return session;
  }
  async function retake(): Promise<void> {
    while (!isReleased) {
      await delay(1_000);
      const again = await take().catch(() => undefined);
      if (again === undefined) continue;
      client = again;
      return;
    }
  }
  return {
    async release() {
      isReleased = true;
      await client.end().catch(() => undefined);
    },
  };
}

async function openHolder(url: string, tlsCa: string | undefined): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...databaseTls(tlsCa), application_name: 'plaza-standalone', keepAlive: true });
  await client.connect().catch((error: unknown) => {
    throw new OperatorError(`The database cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  });
  const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_lock(hashtextextended('plaza standalone', 0)) as held`);
  if (rows[0]?.held === true) return client;
  await client.end();
  throw new OperatorError('Another Plaza is running on this data. Stop it first, or set PLAZA_DATA to another folder.');
}

/** Makes roles and schemas, and brings them up to date. */
export async function provision(url: string, internalKey: string, tlsCa: string | undefined): Promise<void> {
  await provisionDatabase(url, schemas, internalKey, tlsCa).catch((error: unknown) => {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42501') throw new OperatorError(`The database user may not do what the set-up needs: ${message}. Give it the right to create roles and schemas.`);
    throw error;
  });
}

/** The keys that secrets of this database are sealed under. */
export async function sealedUnder(url: string, tlsCa: string | undefined): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, ...databaseTls(tlsCa) });
  await client.connect();
  try {
    const ids = new Set<string>();
    for (const { service } of SEALED_SCHEMAS) {
      await client.query(`set search_path = ${service}`);
      const sql = { query: async <Row>(text: string, parameters: readonly unknown[] = []) => (await client.query(text, [...parameters])).rows as Row[] };
      for (const id of await requiredKeyIds(sql)) ids.add(id);
    }
    return [...ids];
  } finally {
    await client.end();
  }
}
