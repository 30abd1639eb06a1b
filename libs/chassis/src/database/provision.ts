import { createHmac } from 'node:crypto';
import type { ServiceName } from '@plaza/contracts';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { databaseTls } from './access.ts';

/** A service's schema: its migrations in order, and the tables that hold no tenant's data. */
export interface ServiceSchema {
  readonly service: ServiceName;
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** Tables without a project, each with the reason why it needs none. */
  readonly untenanted: Readonly<Record<string, string>>;
}

/** One provisioning at a time per database. */
const PROVISION_LOCK = 0x706c617a61;
const MIGRATIONS_TABLE = 'schema_migrations';
const MOST_COLLISIONS = 50;
const UNIQUE_VIOLATION = '23505';
const DUPLICATE_OBJECT = '42710';

export function serviceRole(service: ServiceName): string {
  return `plaza_${service}`;
}

export function systemRole(service: ServiceName): string {
  return `plaza_${service}_system`;
}

/** The password of a service's database role, derived so that no one has to carry it. */
export function rolePassword(internalKey: string, service: ServiceName): string {
  return createHmac('sha256', internalKey).update(`database role ${service}`).digest('base64url');
}

/**
 * Brings a database to the state that the services need: for each a role with least privilege, a schema, its migrations, and row-level
 * security on every table that carries a project. Safe to run again, and by several at once.
 */
export async function provisionDatabase(adminUrl: string, schemas: readonly ServiceSchema[], internalKey: string, tlsCa?: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl, ...databaseTls(tlsCa) });
  await admin.connect();
  try {
    await admin.query('select pg_advisory_lock($1)', [PROVISION_LOCK]);
    for (const schema of schemas) {
      await createRoles(admin, schema.service, internalKey);
      await createSchema(admin, schema.service);
      await migrate(adminUrl, schema, tlsCa);
      await admin.query(protectTables(schema));
    }
  } finally {
    await admin.end();
  }
}

/** Roles are the whole server's: no lock of this database keeps one that is provisioned beside it from changing them, so what collides is done again. */
async function createRoles(admin: pg.Client, service: ServiceName, internalKey: string): Promise<void> {
  for (let triesLeft = MOST_COLLISIONS; ; triesLeft -= 1) {
    try {
      return await tryRoles(admin, serviceRole(service), systemRole(service), rolePassword(internalKey, service));
    } catch (error) {
      if (triesLeft === 0 || !isCollision(error)) throw error;
    }
  }
}

async function tryRoles(admin: pg.Client, role: string, system: string, password: string): Promise<void> {
  for (const [name, options] of [
    [role, 'login noinherit'],
    [system, 'nologin'],
  ] as const) {
    const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [name]);
    if (rowCount === 0) await admin.query(`create role ${name} ${options}`);
  }
  await admin.query(`alter role ${role} password '${password}'`);
  await admin.query(`grant ${system} to ${role} with inherit false, set true`);
}

/** Another session changed the same row of a catalogue, which Postgres has no code for, or made the same role first. */
function isCollision(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return error.message.startsWith('tuple concurrently ') || error.code === UNIQUE_VIOLATION || error.code === DUPLICATE_OBJECT;
}

async function createSchema(admin: pg.Client, service: ServiceName): Promise<void> {
  const role = serviceRole(service);
  const database = (await admin.query<{ name: string }>('select current_database() as name')).rows[0]?.name ?? '';
  await admin.query(`grant connect on database "${database.replaceAll('"', '""')}" to ${role}`);
  await admin.query(`create schema if not exists ${service}`);
  await admin.query(`grant usage on schema ${service} to ${role}, ${systemRole(service)}`);
}

async function migrate(adminUrl: string, schema: ServiceSchema, tlsCa: string | undefined): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    ...databaseTls(tlsCa),
    schema: schema.service,
    migrations: [...schema.migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    extra: { max: 1, options: `-c search_path=${schema.service}` },
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

/**
 * Row-level security is the unit of work's guard in the database itself: the service's role sees the rows of the one project that the
 * transaction named, its system role, which only `UnitOfWork.system` takes on, sees all. Neither owns the tables.
 */
function protectTables({ service, untenanted }: ServiceSchema): string {
  const role = serviceRole(service);
  const system = systemRole(service);
  const exempt = [MIGRATIONS_TABLE, ...Object.keys(untenanted)].map((name) => `'${name}'`).join(', ');
  return `
    do $$
    declare name text;
    begin
      for name in select tablename from pg_tables where schemaname = '${service}' and tablename not in (${exempt}) loop
        execute format('alter table ${service}.%I enable row level security', name);
        if not exists (select 1 from pg_policies where schemaname = '${service}' and tablename = name and policyname = 'tenant') then
          execute format('create policy tenant on ${service}.%I to ${role} using (project_id = nullif(current_setting(''plaza.project_id'', true), '''')::uuid)', name);
          execute format('create policy system on ${service}.%I to ${system} using (true)', name);
        end if;
      end loop;
    end $$;
    grant select, insert, update, delete on all tables in schema ${service} to ${role}, ${system};
    grant usage, select on all sequences in schema ${service} to ${role}, ${system};
    revoke all on ${service}.${MIGRATIONS_TABLE} from ${role}, ${system};
  `;
}
