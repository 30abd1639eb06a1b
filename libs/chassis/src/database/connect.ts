import { types } from 'node:util';
import type { ServiceName } from '@plaza/contracts';
import pg from 'pg';
import { DataSource, type ObjectLiteral } from 'typeorm';
import { databaseTls } from './access.ts';
import { rolePassword, serviceRole } from './provision.ts';

/** A class that `@Entity` decorates. */
export type EntityClass = new () => ObjectLiteral;

/** How a service reaches its database. */
export interface DatabaseOptions {
  /** URL of the database; user and password in it are the administrator's and are replaced. */
  readonly url: string;
  readonly service: ServiceName;
  readonly internalKey: string;
  /** Certificate authority (PEM) that the server is checked against; with it the connection is encrypted. */
  readonly tlsCa?: string | undefined;
  readonly poolSize: number;
  readonly entities?: readonly EntityClass[];
  readonly onError: (error: Error) => void;
}

/** Longest time a statement may run: a query that hangs must not hold a connection for ever. Milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** No transaction waits for anything but the database: one that rests so long is of a process that is paused, and must not keep its locks. Milliseconds. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** What a single session needs. */
export type SessionOptions = Pick<DatabaseOptions, 'url' | 'service' | 'internalKey' | 'tlsCa'>;

/** The database URL as one service's role uses it. */
export function serviceDatabaseUrl(options: SessionOptions): string {
  const url = new URL(options.url);
  url.username = serviceRole(options.service);
  url.password = rolePassword(options.internalKey, options.service);
  return url.href;
}

/** Opens the connection pool of one service, as its own role, in its own schema. */
export async function connectDatabase(options: DatabaseOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: serviceDatabaseUrl(options),
    schema: options.service,
    entities: [...(options.entities ?? [])],
    poolSize: options.poolSize,
    poolErrorHandler: options.onError,
    installExtensions: false,
    ...databaseTls(options.tlsCa),
    extra: {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      options: `-c search_path=${options.service}`,
      application_name: `plaza-${options.service}`,
    },
  });
  return source.initialize();
}

/** A dedicated connection outside of the pool, for advisory locks that must live exactly as long as the session. */
export async function connectSession(options: SessionOptions, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: serviceDatabaseUrl(options),
    ...databaseTls(options.tlsCa),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: `-c search_path=${options.service}`,
    application_name: `plaza-${options.service}-${name}`,
    keepAlive: true,
  });
  await client.connect();
  return client;
}

/** SQLSTATE classes and codes that mean "the database is not there now": connection exceptions, shutdowns, too many connections. */
const UNAVAILABLE_STATES = /^(08|25P03|57P0|53300|55P03)/;
const UNAVAILABLE_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'ENOENT']);
const UNAVAILABLE_TEXTS =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|not queryable|pool is draining|Cannot use a pool after calling end|Driver not Connected|provided by a query runner was already released/i;

/** Whether an error says that the database cannot be reached, rather than that the statement is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  // Errors of sockets are made by Node itself, whose `Error` need not be the one of this module.
  if (!types.isNativeError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_CODES.has(code) || UNAVAILABLE_TEXTS.test(error.message)) return true;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isDatabaseUnavailable);
  return 'driverError' in error && error.driverError !== error && isDatabaseUnavailable(error.driverError);
}
