import pg from 'pg';
import { SERVICES, type ServiceName } from '@plaza/contracts';
import { testDatabase } from '@plaza/testing';
import { connectSession } from './connect.ts';
import { systemRole } from './provision.ts';

/** Tables without row-level security, each with the reason. A new one has to be entered here by hand. */
const UNTENANTED: Readonly<Record<string, string>> = {
  'registry.vault_keks': 'check values of the key-encryption keys; no tenant data',
  'connect.vault_keks': 'check values of the key-encryption keys; no tenant data',
  ...Object.fromEntries(SERVICES.map((service) => [`${service}.schema_migrations`, 'which migrations ran; the service cannot read it'])),
};

interface Table {
  readonly name: string;
  readonly service: ServiceName;
  readonly rls: boolean;
  readonly project_id: boolean;
  readonly policies: string[];
}

const database = await testDatabase();
afterAll(() => database.drop());
const tables = await database.asAdmin<Table>(
  `select n.nspname || '.' || c.relname as name, n.nspname as service, c.relrowsecurity as rls,
     exists (select 1 from pg_attribute where attrelid = c.oid and attname = 'project_id' and attnotnull and atttypid = 'uuid'::regtype) as project_id,
     (select coalesce(json_agg(format('%s to %s: %s / %s', policyname, array_to_string(roles, ','), qual, coalesce(with_check, 'same')) order by policyname), '[]')
      from pg_policies where schemaname = n.nspname and tablename = c.relname) as policies
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`,
  [[...SERVICES]],
);
const tenanted = tables.filter(({ name }) => !(name in UNTENANTED));

async function asRole<T>(service: ServiceName, task: (session: pg.Client) => Promise<T>): Promise<T> {
  const session = await connectSession({ url: database.url, service, internalKey: database.internalKey }, 'catalogue');
  try {
    return await task(session);
  } finally {
    await session.end();
  }
}

describe('every table of a service', () => {
  test('is known to this test', () => {
    expect(new Set(tables.map(({ service }) => service))).toEqual(new Set(SERVICES));
    expect(Object.keys(UNTENANTED).filter((name) => !tables.some((table) => table.name === name))).toEqual([]);
  });

  test.each(tenanted.map((table) => [table.name, table] as const))('%s shows each project its own rows only, by policy', (_name, table) => {
    expect(table).toMatchObject({
      rls: true,
      project_id: true,
      policies: [
        `system to plaza_${table.service}_system: true / same`,
        `tenant to plaza_${table.service}: (project_id = (NULLIF(current_setting('plaza.project_id'::text, true), ''::text))::uuid) / same`,
      ],
    });
  });
});

describe.each(SERVICES)("the database role of %s", (service) => {
  const others = SERVICES.filter((other) => other !== service);

  test('reaches no schema but its own', async () => {
    await asRole(service, async (session) => {
      for (const { name } of tables.filter((table) => table.service !== service)) {
        await expect(session.query(`select 1 from ${name}`)).rejects.toThrow('permission denied for schema');
      }
    });
  });

  test('cannot become another role, change tables, or look at the migrations', async () => {
    await asRole(service, async (session) => {
      for (const role of ['postgres', ...others.map(systemRole)]) await expect(session.query(`set role ${role}`)).rejects.toThrow('permission denied');
      await expect(session.query(`select 1 from ${service}.schema_migrations`)).rejects.toThrow('permission denied');
      await expect(session.query(`alter table ${service}.outbox disable row level security`)).rejects.toThrow('must be owner');
      await expect(session.query(`create table ${service}.own (id integer)`)).rejects.toThrow('permission denied');
      await expect(session.query(`truncate ${service}.outbox`)).rejects.toThrow('permission denied');
    });
  });

  test('has a password that no other key gives', async () => {
    await expect(connectSession({ url: database.url, service, internalKey: `${database.internalKey}x` }, 'catalogue')).rejects.toThrow('password authentication failed');
  });
});
