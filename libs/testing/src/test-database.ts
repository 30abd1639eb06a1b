import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { connectDatabase, UnitOfWork } from '@plaza/chassis';
import type { ServiceName } from '@plaza/contracts';
import pg from 'pg';

/** A connection pool of a service. */
export type TestSource = Awaited<ReturnType<typeof connectDatabase>>;

/** What Jest's global set-up offers: a server, and on it a database with every service's schema to clone from. */
interface TestServer {
  readonly url: string;
  readonly internalKey: string;
  readonly template: string;
}

/** A database of a spec file's own, with the schemas of all services. */
export interface TestDatabase {
  /** Without user and password: services put in their own. */
  readonly url: string;
  /** The same as superuser, for looking at what a service's role must not see. */
  readonly adminUrl: string;
  readonly internalKey: string;
  /** The connection pool of a service, as its own role; closed by `drop`. */
  source(service: ServiceName): Promise<TestSource>;
  /** Runs one statement as superuser, past all row-level security; resolves to the rows. */
  asAdmin<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Removes the database. Throws when a session is still open in it: someone leaks connections. */
  drop(): Promise<void>;
}

/** Clones the template. Call it at the top of a spec file, and `drop` in its last `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await askForServer();
  const name = newName();
  await asSuperuser(server.url, (client) => client.query(`create database ${name} template ${server.template}`));
  const adminUrl = databaseUrl(server.url, name);
  const sources: TestSource[] = [];
  return {
    adminUrl,
    url: withoutUser(adminUrl),
    internalKey: server.internalKey,
    async source(service) {
      const source = await connectDatabase({ url: adminUrl, service, internalKey: server.internalKey, poolSize: 10, onError: () => undefined });
      sources.push(source);
      return source;
    },
    async asAdmin<Row>(text: string, parameters: readonly unknown[] = []) {
      return asSuperuser(adminUrl, async (client) => (await client.query(text, [...parameters])).rows as Row[]);
    },
    async drop() {
      await Promise.all(sources.filter(({ isInitialized }) => isInitialized).map((source) => source.destroy()));
      await dropUnused(server.url, name);
    },
  };
}

/** A service's unit of work on a test database. */
export async function testWork(database: TestDatabase, service: ServiceName): Promise<UnitOfWork> {
  return new UnitOfWork(await database.source(service), service);
}

async function askForServer(): Promise<TestServer> {
  const address = process.env['PLAZA_TEST_DATABASE'];
  if (address === undefined) throw new Error('There is no test database: Jest has to run with the configuration of the repository.');
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as TestServer;
}

/** The spec file's name is in it, for whoever has to find the one that did not drop its database. */
function newName(): string {
  const file = basename(expect.getState().testPath ?? '', '.spec.ts').replaceAll(/\W+/g, '_').toLowerCase();
  return `test_${file.slice(0, 40)}_${randomBytes(4).toString('hex')}`;
}

interface OpenSession {
  readonly application_name: string;
  readonly state: string | null;
  readonly query: string;
}

/** Postgres itself gives closing sessions a few seconds before it refuses to drop a database that is in use. */
async function dropUnused(serverUrl: string, name: string): Promise<void> {
  await asSuperuser(serverUrl, async (client) => {
    const refusal = await client.query(`drop database if exists ${name}`).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) return;
    const { rows } = await client.query<OpenSession>('select application_name, state, query from pg_stat_activity where datname = $1', [name]);
    await client.query(`drop database ${name} with (force)`);
    const sessions = rows.map((row) => `${row.application_name} (${row.state ?? 'unknown'}): ${row.query}`);
    throw new Error(`Sessions were left open in the test database: ${sessions.join('; ') || String(refusal)}`);
  });
}

async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'plaza-test-admin' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

function withoutUser(adminUrl: string): string {
  const url = new URL(adminUrl);
  url.username = '';
  url.password = '';
  return url.href;
}
