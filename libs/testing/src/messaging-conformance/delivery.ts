import { PROJECT, type Bench } from './bench.ts';

const MANY = Array.from({ length: 12 }, (_none, index) => `m${index}`);

/** What holds while nothing goes wrong. */
export function describeDelivery(bench: Bench): void {
  test('tells an event if, and only if, its transaction commits', async () => {
    await bench.replica();
    const failing = bench.work.tenant(PROJECT, async (tx) => {
      await bench.append(tx, 'a', 'rolled back');
      throw new Error('The business failed.');
    });
    await expect(failing).rejects.toThrow('The business failed.');
    await bench.send('a', 'committed');
    await bench.signals.until('handled committed');
    expect(await bench.effects()).toEqual(['committed']);
  });

  test('handles the events of one key one after the other, in the order in which they were written', async () => {
    let underWay = 0;
    let most = 0;
    await bench.replica({
      during: async (_note, _replica, sql) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await sql.query('select 1');
        underWay -= 1;
      },
    });
    await bench.send('a', ...MANY);
    await bench.signals.until(`handled ${MANY.at(-1)}`);
    expect(await bench.effects('a')).toEqual(MANY);
    expect(most).toBe(1);
  });

  test('does not let a key wait for a handler of another key', async () => {
    const gate = Promise.withResolvers<void>();
    await bench.replica({ during: async (note) => (note === 'slow' ? gate.promise : undefined) });
    await bench.work.tenant(PROJECT, async (tx) => {
      await bench.append(tx, 'a', 'slow', 'behind slow');
      await bench.append(tx, 'b', 'quick', 'quicker');
    });
    bench.wake();
    await bench.signals.until('started slow');
    await bench.signals.until('handled quicker');
    expect(await bench.effects()).toEqual(['quick', 'quicker']);
    gate.resolve();
    await bench.signals.until('handled behind slow');
    expect(await bench.effects('a')).toEqual(['slow', 'behind slow']);
  });

  test('close lets the handler under way finish, and takes nothing after it', async () => {
    const gate = Promise.withResolvers<void>();
    const replica = await bench.replica({ during: async (note) => (note === 'slow' ? gate.promise : undefined) });
    await bench.send('a', 'slow');
    await bench.signals.until('started slow');
    const order: string[] = [];
    const handled = bench.signals.until('handled slow').then(() => order.push('handled'));
    const closing = replica.transport.close().then(() => order.push('closed'));
    await expect(replica.transport.publish([])).rejects.toThrow();
    gate.resolve();
    await Promise.all([handled, closing]);
    expect(order).toEqual(['handled', 'closed']);
    await bench.send('a', 'later');
    await bench.signals.until('relay failed');
    expect(await bench.effects()).toEqual(['slow']);
    expect(await bench.unpublished()).toBe(1);
  });
}
