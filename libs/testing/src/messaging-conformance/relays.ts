import { connectSession, DedicatedSession, Leader } from '@plaza/chassis';
import { PROJECT, SERVICE, type Bench } from './bench.ts';

/** What holds for the way from the outbox to the transport. */
export function describeRelays(bench: Bench): void {
  test('does not skip an event whose transaction took a lower number and committed later', async () => {
    await bench.replica();
    const appended = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const late = bench.work.tenant(PROJECT, async (tx) => {
      await bench.append(tx, 'a', 'lower number');
      appended.resolve();
      await gate.promise;
    });
    await appended.promise;
    await bench.send('b', 'higher number');
    await bench.signals.until('handled higher number');
    gate.resolve();
    await late;
    bench.wake();
    await bench.signals.until('handled lower number');
    expect(await bench.effects()).toEqual(['higher number', 'lower number']);
  });

  test('has one active relay of many, and another takes over when the session of the first is gone', async () => {
    const leaders = ['one', 'two'].map((name) => {
      const database = { url: bench.database.url, service: SERVICE, internalKey: bench.database.internalKey } as const;
      const session = new DedicatedSession(() => connectSession(database, name));
      return { name, session, leader: new Leader(session, 'conformance') };
    });
    const start = async ({ name, leader }: { name: string; leader: Leader }) =>
      bench.replica({ isLeader: () => leader.isLeader(), afterPublish: async () => bench.signals.emit(`published by ${name}`) });
    const [one, two] = leaders;
    if (one === undefined || two === undefined) throw new Error('There are two leaders.');
    expect(await one.leader.isLeader()).toBe(true);
    const first = await start(one);
    await start(two);
    await bench.send('a', 'm1');
    await bench.signals.until('published by one', 1);
    await bench.send('a', 'm2');
    await bench.signals.until('published by one', 2);
    await bench.signals.until('handled m2');
    expect(bench.signals.count('published by two')).toBe(0);
    void first.kill();
    await bench.database.asAdmin(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'plaza-${SERVICE}-one'`);
    await bench.send('a', 'm3');
    await bench.signals.until('published by two');
    await bench.signals.until('handled m3');
    expect(await bench.effects()).toEqual(['m1', 'm2', 'm3']);
    await Promise.all(leaders.map(({ session }) => session.close()));
  });
}
