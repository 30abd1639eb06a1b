import { createServer } from 'node:net';
import pg from 'pg';
import { testDatabase } from '@plaza/testing';
import { connectDatabase, connectSession, isDatabaseUnavailable, serviceDatabaseUrl } from './connect.ts';
import { UnitOfWork } from './unit-of-work.ts';

const PROJECT = '0198c0de-0000-7000-8000-00000000000a';
const database = await testDatabase();
const options = { url: database.url, service: 'gateway', internalKey: database.internalKey } as const;
afterAll(() => database.drop());

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

describe('an error says that the database is not there', () => {
  test('when nothing listens at its address', async () => {
    const error = await errorOf(connectSession({ ...options, url: `postgres://127.0.0.1:${await closedPort()}/x` }, 'test'));
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  test('when a host has several addresses and none answers', async () => {
    const error = await errorOf(connectSession({ ...options, url: `postgres://localhost:${await closedPort()}/x` }, 'test'));
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  test('when its name does not resolve', async () => {
    expect(isDatabaseUnavailable(await errorOf(connectSession({ ...options, url: 'postgres://nowhere.invalid/x' }, 'test')))).toBe(true);
  });

  test('when what listens there hangs up', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    expect(isDatabaseUnavailable(await errorOf(connectSession({ ...options, url: `postgres://127.0.0.1:${port}/x` }, 'test')))).toBe(true);
    await new Promise((closed) => server.close(closed));
  });

  test('when the session is cut within a transaction, through TypeORM too', async () => {
    const work = new UnitOfWork(await database.source('gateway'), 'gateway');
    const cutIn = (next: (sql: string) => (tx: { manager: { query(sql: string): Promise<unknown> }; query(sql: string): Promise<unknown> }) => Promise<unknown>) =>
      errorOf(
        work.tenant(PROJECT, async (tx) => {
          const [session] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
          await database.asAdmin('select pg_terminate_backend($1, 5000)', [session?.pid]);
          return next('select 1')(tx);
        }),
      );
    expect(isDatabaseUnavailable(await cutIn((sql) => (tx) => tx.query(sql)))).toBe(true);
    expect(isDatabaseUnavailable(await cutIn((sql) => (tx) => tx.manager.query(sql)))).toBe(true);
    expect(await work.tenant(PROJECT, (tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('when its pool is closed, or has no connection to give', async () => {
    const source = await connectDatabase({ ...options, poolSize: 2, onError: () => undefined });
    await source.destroy();
    expect(isDatabaseUnavailable(await errorOf(new UnitOfWork(source, 'gateway').system((tx) => tx.query('select 1'))))).toBe(true);
    const pool = new pg.Pool({ connectionString: serviceDatabaseUrl(options), max: 1 });
    const held = await pool.connect();
    pool.options.connectionTimeoutMillis = 50;
    expect(isDatabaseUnavailable(await errorOf(pool.connect()))).toBe(true);
    held.release();
    await pool.end();
  });

  test.each([
    ['57P01', 'terminating connection due to administrator command'],
    ['57P03', 'the database system is starting up'],
    ['53300', 'sorry, too many clients already'],
    ['08006', 'connection failure'],
    ['25P03', 'terminating connection due to idle-in-transaction timeout'],
  ])('when Postgres answers %s', (code, message) => {
    expect(isDatabaseUnavailable(Object.assign(new Error(message), { code }))).toBe(true);
    expect(isDatabaseUnavailable(new AggregateError([new Error('no address'), Object.assign(new Error(message), { code })]))).toBe(true);
    expect(isDatabaseUnavailable(Object.assign(new Error('wrapped'), { driverError: Object.assign(new Error(message), { code }) }))).toBe(true);
  });
});

describe('a connection of a service', () => {
  test('has its transaction ended by Postgres when its process is paused in it, so that others do not wait for its locks', async () => {
    const source = await connectDatabase({ ...options, poolSize: 2, onError: () => undefined });
    const limits = await source.query('show idle_in_transaction_session_timeout');
    await source.destroy();
    expect(limits).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
  });
});

describe('an error does not say that the database is not there', () => {
  test.each([
    ['a syntax error', 'selec 1'],
    ['a broken rule', 'insert into projects values (null, null)'],
    ['a missing right', 'select 1 from registry.outbox'],
    ['a division', 'select 1 / 0'],
  ])('when it comes from %s', async (_what, sql) => {
    const work = new UnitOfWork(await database.source('gateway'), 'gateway');
    expect(isDatabaseUnavailable(await errorOf(work.tenant(PROJECT, (tx) => tx.query(sql))))).toBe(false);
  });

  test.each([[undefined], ['ECONNREFUSED'], [new Error('A bug.')], [{ code: '57P01' }]])('when it is %p', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
