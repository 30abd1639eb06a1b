import { randomUUID } from 'node:crypto';
import { PROJECT, SERVICE, TYPE, type Bench } from './bench.ts';
import type { Interlude } from './replica.ts';

/** What holds when processes die and the database goes away. */
export function describeOutages(bench: Bench): void {
  describeDeaths(bench);
  describeDatabaseLoss(bench);
}

/** The process dies whenever it handles this message; any other takes long enough to be under way then. */
function killedBy(deadly: string): Interlude {
  return async (note, replica, sql) => {
    if (note === deadly) await replica.kill();
    for (let round = 0; round < 30; round += 1) await sql.query('select 1');
  };
}

function describeDeaths(bench: Bench): void {
  test('absorbs an event that is published again after a crash between publishing and marking', async () => {
    const killed = Promise.withResolvers<void>();
    await bench.replica({
      async afterPublish(replica) {
        await bench.signals.until('handled once');
        killed.resolve();
        await replica.kill();
      },
    });
    await bench.send('a', 'once');
    await killed.promise;
    expect(await bench.unpublished()).toBe(1);
    await bench.replica();
    await bench.send('a', 'sentinel');
    await bench.signals.until('handled sentinel');
    expect(await bench.effects()).toEqual(['once', 'sentinel']);
  });

  test('absorbs an event that two replicas are given at the same time, as while a group finds its balance', async () => {
    const [one, two, gate] = [await bench.replica(), await bench.replica(), Promise.withResolvers<void>()];
    const id = randomUUID();
    const event = { id, type: TYPE, version: 1, source: SERVICE, time: '2026-11-22T10:00:00.000Z', projectId: PROJECT, key: 'a', sequence: 1, data: { postId: 'once' } } as const;
    const deliveries = [one, two].map(({ consumer, transactions }) => {
      transactions.beforeTenant = async () => {
        bench.signals.emit('about to handle');
        await gate.promise;
      };
      return consumer.deliver({ topic: TYPE, key: 'a', content: { kind: 'event', event } });
    });
    await bench.signals.until('about to handle', 2);
    gate.resolve();
    await Promise.all(deliveries);
    expect(await bench.effects()).toEqual(['once']);
    expect(await bench.deadLetters()).toEqual([]);
  });

  test('delivers an event again when the process died while it was handled', async () => {
    await bench.replica({ during: killedBy('once') });
    await bench.send('a', 'once');
    await bench.signals.until('started once');
    await bench.replica();
    await bench.signals.until('handled once');
    expect(await bench.effects()).toEqual(['once']);
  });

  test('notices a message that kills the process by the count of its starts, and goes on without it and with those it was among', async () => {
    const bystanders = Array.from({ length: 8 }, (_none, index) => `bystander ${index}`);
    await bench.work.tenant(PROJECT, async (tx) => {
      await bench.append(tx, 'a', 'deadly', 'next');
      for (const bystander of bystanders) await bench.append(tx, bystander, bystander);
    });
    for (const starts of [1, 2, 3]) {
      await bench.replica({ during: killedBy('deadly') });
      await bench.signals.until('started deadly', starts);
    }
    await bench.replica({ during: killedBy('deadly') });
    await Promise.all(['dead', 'handled next', ...bystanders.map((name) => `handled ${name}`)].map((name) => bench.signals.until(name)));
    expect(bench.signals.count('started deadly')).toBe(3);
    expect(await bench.deadLetters()).toMatchObject([{ key: 'a', lastError: expect.stringContaining('ended 3 times') }]);
    expect((await bench.effects()).sort()).toEqual([...bystanders, 'next']);
  });

  test('notices a message that kills the process when it is tried again', async () => {
    let isFirst = true;
    const during: Interlude = async (note, replica) => {
      if (note !== 'deadly') return;
      if (!isFirst) await replica.kill();
      isFirst = false;
      throw new Error('It fails before it kills.');
    };
    await bench.replica({ during });
    await bench.send('a', 'deadly');
    await bench.signals.until('parked');
    for (const starts of [2, 3]) {
      await bench.passTime();
      await bench.signals.until('started deadly', starts);
      await bench.replica({ during });
    }
    await bench.passTime();
    await bench.signals.until('dead');
    expect(bench.signals.count('started deadly')).toBe(3);
    expect(await bench.deadLetters()).toMatchObject([{ key: 'a', lastError: expect.stringContaining('The process ended') }]);
  });
}

function describeDatabaseLoss(bench: Bench): void {
  test('loses nothing when the session of a handler is cut', async () => {
    let isFirst = true;
    await bench.replica({
      during: async (_note, _replica, sql) => {
        if (!isFirst) return;
        isFirst = false;
        const [session] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        await bench.database.asAdmin('select pg_terminate_backend($1, 5000)', [session?.pid]);
        await sql.query('select 1');
      },
    });
    await bench.send('a', 'first', 'second');
    await bench.signals.until('parked');
    expect(await bench.effects()).toEqual([]);
    await bench.passTime();
    await bench.signals.until('handled second');
    expect(await bench.effects()).toEqual(['first', 'second']);
  });

  test.each([
    ['for a moment', 1],
    ['for longer', Infinity],
  ])('loses nothing when the database goes away %s during a handler, so that not even the failure can be noted', async (_howLong, refusals) => {
    let isFirst = true;
    const replica = await bench.replica({
      during: async (_note, { transactions }) => {
        if (!isFirst) return;
        isFirst = false;
        transactions.refusals = refusals;
        throw new Error('The database is gone.');
      },
    });
    await bench.send('a', 'first', 'second');
    await bench.signals.until('started first');
    await bench.signals.until('delivery rejected');
    replica.transactions.refusals = 0;
    bench.wake();
    await bench.signals.until('handled second');
    expect(await bench.effects()).toEqual(['first', 'second']);
  });
}
