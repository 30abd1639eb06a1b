import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '@plaza/contracts';
import { testDatabase, testWork } from '@plaza/testing';
import { Consumer } from './consumer.ts';
import type { Sql } from './sql.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
const OTHER_PROJECT = '0198c0de-0000-7000-8000-0000000000bb';
const database = await testDatabase();
const work = await testWork(database, 'publishing');
await database.asAdmin('create table publishing.effects (note text not null)');
await database.asAdmin('grant select, insert on publishing.effects to plaza_publishing');

afterEach(() => database.asAdmin('truncate publishing.effects, publishing.inbox, publishing.parked_messages'));
afterAll(() => database.drop());

const canceled = (note: string, projectId = PROJECT): EventEnvelope => ({ id: randomUUID(), type: 'post.canceled', version: 1, source: 'publishing', time: '', projectId, key: note, sequence: 1, data: { postId: note } });
const effects = async (): Promise<string[]> => (await database.asAdmin<{ note: string }>('select note from publishing.effects order by note')).map(({ note }) => note);

/** Holds what one event wants, until it is let go. */
async function held(note: string): Promise<() => Promise<void>> {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const holding = work.system(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [note]);
    begun.resolve();
    await gate.promise;
  });
  await begun.promise;
  return async () => {
    gate.resolve();
    await holding;
  };
}

/** A consumer whose handler takes events together, and what it was given. */
function together(refused: readonly string[] = []): { readonly groups: string[][]; readonly deliver: (...events: readonly EventEnvelope[]) => Promise<void> } {
  const groups: string[][] = [];
  const handle = async (events: readonly EventEnvelope[], sql: Sql): Promise<void> => {
    const notes = events.map(({ key }) => key);
    groups.push(notes);
    await sql.query('select pg_advisory_xact_lock(hashtext(note)) from unnest($1::text[]) as note', [notes]);
    await sql.query('insert into effects select unnest($1::text[])', [notes]);
    if (notes.some((note) => refused.includes(note))) throw new Error('It fails.');
  };
  const consumer = new Consumer({ service: 'publishing', transactions: work, handlers: new Map([['post.canceled', { together: handle }]]) });
  const deliver = async (...events: readonly EventEnvelope[]): Promise<void> => {
    await Promise.all(events.map((event) => consumer.deliver({ topic: event.type, key: event.key, content: { kind: 'event', event } })));
  };
  return { groups, deliver };
}

describe('a handler that takes events together', () => {
  test('gets those of one project that are there at the same time, and of no other', async () => {
    const { groups, deliver } = together();
    await deliver(canceled('a'), canceled('b'), canceled('x', OTHER_PROJECT), canceled('c'));
    expect(groups.toSorted()).toEqual([['a', 'b', 'c'], ['x']]);
    expect(await effects()).toEqual(['a', 'b', 'c', 'x']);
  });

  test('has one effect of an event that is delivered again, alone, among others or twice at once', async () => {
    const { groups, deliver } = together();
    const [a, b] = [canceled('a'), canceled('b')];
    await deliver(a);
    await deliver(a, b, b);
    await deliver(b);
    expect(await effects()).toEqual(['a', 'b']);
    expect(groups).toEqual([['a'], ['b']]);
  });

  test('lets the others go on when one has to wait', async () => {
    const letGo = await held('slow');
    const { deliver } = together();
    const [slow, ...others] = ['slow', 'a', 'b'].map((note) => deliver(canceled(note)));
    await Promise.all(others);
    expect(await effects()).toEqual(['a', 'b']);
    await letGo();
    await slow;
    expect(await effects()).toEqual(['a', 'b', 'slow']);
  });

  test('costs the others nothing when one cannot be handled: it alone is parked, and of the group that failed nothing stays', async () => {
    const { deliver } = together(['bad']);
    await deliver(canceled('a'), canceled('bad'), canceled('c'));
    expect(await effects()).toEqual(['a', 'c']);
    expect(await database.asAdmin('select key, attempts from publishing.parked_messages')).toEqual([{ key: 'bad', attempts: 1 }]);
    expect(await database.asAdmin('select count(*)::int as handled from publishing.inbox where handled_at is not null')).toEqual([{ handled: 2 }]);
  });
});
