import { provisionDatabase, type ServiceSchema } from '@plaza/chassis';
import { testDatabase, type TestDatabase } from '@plaza/testing';
import { schemas } from './database.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

interface Catalogue {
  /** By `schema.table.column`. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Constraints and unique indexes by `schema.table`, each as Postgres writes it: what may refuse a row. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
}

const database = await testDatabase();
afterAll(() => database.drop());

const NAMES = schemas.map(({ service }) => service);
/** Schemas as they were when each service had so many migrations. */
const upTo = (count: number): ServiceSchema[] => schemas.map((schema) => ({ ...schema, migrations: schema.migrations.slice(0, count) }));
const STEPS = Math.max(...schemas.map(({ migrations }) => migrations.length));

async function startOver(): Promise<void> {
  for (const name of NAMES) await database.asAdmin(`drop schema ${name} cascade`);
}

async function provision(wanted: readonly ServiceSchema[]): Promise<void> {
  await provisionDatabase(database.adminUrl, wanted, database.internalKey);
}

async function catalogue({ asAdmin }: Pick<TestDatabase, 'asAdmin'>): Promise<Catalogue> {
  const columns = await asAdmin<Column & { place: string }>(
    `select n.nspname || '.' || c.relname || '.' || a.attname as place, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as "isRequired", a.atthasdef or a.attidentity <> '' as "hasDefault"
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by 1`,
    [NAMES],
  );
  const rules = await asAdmin<{ place: string; rule: string }>(
    `select n.nspname || '.' || c.relname as place, pg_get_constraintdef(k.oid) as rule
       from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = any($1) and k.contype <> 'n'
     union all
     select schemaname || '.' || tablename, indexdef from pg_indexes where schemaname = any($1) and indexdef like 'CREATE UNIQUE%' order by 1, 2`,
    [NAMES],
  );
  return {
    columns: new Map(columns.map(({ place, ...column }) => [place, column])),
    rules: new Map([...Map.groupBy(rules, ({ place }) => place)].map(([place, of]) => [place, of.map(({ rule }) => rule)])),
  };
}

/** What of the newer catalogue would stop code that was written for the older one. */
function obstacles(older: Catalogue, newer: Catalogue): string[] {
  const lost = [...older.columns].flatMap(([place, column]) => {
    const now = newer.columns.get(place);
    if (now === undefined) return [`${place} is gone`];
    if (now.type !== column.type) return [`${place} was ${column.type} and is ${now.type}`];
    return now.isRequired && !now.hasDefault && !(column.isRequired && !column.hasDefault) ? [`${place} is required now`] : [];
  });
  const tables = new Set([...older.columns.keys()].map(tableOf));
  const demanded = [...newer.columns].flatMap(([place, { isRequired, hasDefault }]) =>
    tables.has(tableOf(place)) && !older.columns.has(place) && isRequired && !hasDefault ? [`${place} is new and required`] : [],
  );
  const ruled = [...newer.rules].flatMap(([place, rules]) =>
    tables.has(place) ? rules.filter((rule) => !(older.rules.get(place) ?? []).includes(rule)).map((rule) => `${place} has a new rule: ${rule}`) : [],
  );
  return [...lost, ...demanded, ...ruled];
}

function tableOf(place: string): string {
  return place.split('.').slice(0, 2).join('.');
}

describe('migrations', () => {
  beforeEach(startOver);

  it('leave what the code of the version before needs, so that it runs on the new schema during an upgrade', async () => {
    expect(STEPS).toBeGreaterThan(1);
    await provision(upTo(1));
    let before = await catalogue(database);
    for (let count = 2; count <= STEPS; count += 1) {
      await provision(upTo(count));
      const after = await catalogue(database);
      expect(obstacles(before, after)).toEqual([]);
      before = after;
    }
  });

  it('end in the same schema, whether they come one version at a time or all at once', async () => {
    for (let count = 1; count <= STEPS; count += 1) await provision(upTo(count));
    const stepwise = await catalogue(database);
    await startOver();
    await provision(schemas);
    expect(await catalogue(database)).toEqual(stepwise);
  });

  it.each([
    ['a column that is dropped', 'alter table publishing.posts drop column timezone', 'publishing.posts.timezone is gone'],
    ['a column of another type', 'alter table publishing.posts alter column sequence type integer', 'publishing.posts.sequence was bigint and is integer'],
    ['a column that is required from now on', 'alter table publishing.targets alter column owner set not null', 'publishing.targets.owner is required now'],
    ['a new column that old code does not fill', 'alter table publishing.posts add column colour text not null', 'publishing.posts.colour is new and required'],
    ['a new rule', `alter table publishing.posts add constraint short check (length(content) < 10)`, 'publishing.posts has a new rule: CHECK ((length(content) < 10))'],
    ['a new unique index', 'create unique index one_name on gateway.projects (created_at)', expect.stringMatching(/^gateway\.projects has a new rule: CREATE UNIQUE INDEX one_name/)],
  ])('would be caught with %s', async (_what, change, obstacle) => {
    await provision(schemas);
    const before = await catalogue(database);
    await database.asAdmin(change);
    expect(obstacles(before, await catalogue(database))).toEqual([obstacle]);
  });
});
