import { discardDeadLetter, replayDeadLetter } from '@plaza/messaging';
import { SERVICE, type Bench } from './bench.ts';
import type { Interlude } from './replica.ts';

/** Fails the messages named, the given number of times each. */
function failing(times: Readonly<Record<string, number>>): Interlude {
  const left = new Map(Object.entries(times));
  return async (note) => {
    const remaining = left.get(note) ?? 0;
    left.set(note, remaining - 1);
    if (remaining > 0) throw new Error(`${note} fails.`);
  };
}

/** What holds when handlers fail. */
export function describeFailures(bench: Bench): void {
  describeParking(bench);
  describeDeadLetters(bench);
}

function describeParking(bench: Bench): void {
  test('commits what a handler wrote together with the mark that it is done: of a failed one nothing stays', async () => {
    const marked = `select 1 from ${SERVICE}.inbox where handled_at is not null`;
    const marksInHandler: number[] = [];
    const fail = failing({ first: 1 });
    await bench.replica({
      during: async (note, replica, sql) => {
        marksInHandler.push((await sql.query(marked)).length);
        await fail(note, replica, sql);
      },
    });
    await bench.send('a', 'first');
    await bench.signals.until('parked');
    expect(await bench.effects()).toEqual([]);
    expect(await bench.database.asAdmin(marked)).toHaveLength(0);
    await bench.passTime();
    await bench.signals.until('handled first');
    expect(await bench.effects()).toEqual(['first']);
    // Only its own transaction can have seen the mark before the commit.
    expect(marksInHandler).toEqual([1, 1]);
  });

  test('parks a failing message with backoff and jitter', async () => {
    const jitter = [0.5, 0.25, 0.5];
    await bench.replica({ during: failing({ one: 2, two: 1 }), random: () => jitter.shift() ?? 0 });
    await bench.send('a', 'one');
    await bench.signals.until('parked', 1);
    await bench.send('b', 'two');
    await bench.signals.until('parked', 2);
    expect(await bench.parked()).toEqual([
      { note: 'one', attempts: 1, waitMinutes: 30 },
      { note: 'two', attempts: 1, waitMinutes: 15 },
    ]);
    await bench.passTime();
    await bench.signals.until('parked', 3);
    await bench.signals.until('handled two');
    expect(await bench.parked()).toEqual([{ note: 'one', attempts: 2, waitMinutes: 45 }]);
  });

  test('keeps later events of the key behind a parked one, in order, while other keys go on', async () => {
    await bench.replica({ during: failing({ first: 1 }) });
    await bench.send('a', 'first', 'second');
    await bench.signals.until('waiting', 1);
    await bench.send('a', 'third');
    await bench.send('b', 'other');
    await bench.signals.until('waiting', 2);
    await bench.signals.until('handled other');
    expect(await bench.effects()).toEqual(['other']);
    await bench.passTime();
    await bench.signals.until('handled third');
    expect(await bench.effects('a')).toEqual(['first', 'second', 'third']);
    expect(await bench.parked()).toEqual([]);
  });
}

function describeDeadLetters(bench: Bench): void {
  /** Sends a message that fails for ever, until it is a dead letter; resolves to its id. */
  async function deadLetter(key: string, note: string, ...behind: string[]): Promise<string> {
    await bench.send(key, note, ...behind);
    for (const times of [1, 2]) {
      await bench.signals.until('parked', times);
      await bench.passTime();
    }
    await bench.signals.until('dead');
    return (await bench.deadLetters())[0]?.id ?? '';
  }

  test('makes a message a dead letter after its last try, and lets those behind it and after it go on', async () => {
    await bench.replica({ during: failing({ bad: Infinity }) });
    await deadLetter('a', 'bad', 'behind');
    await bench.signals.until('handled behind');
    expect(await bench.deadLetters()).toMatchObject([{ consumer: SERVICE, key: 'a', attempts: 3, lastError: expect.stringContaining('bad fails.') }]);
    await bench.send('a', 'next');
    await bench.signals.until('handled next');
    await bench.passTime();
    expect(bench.signals.count('started bad')).toBe(3);
    expect(await bench.effects()).toEqual(['behind', 'next']);
  });

  test('replays a dead letter once', async () => {
    await bench.replica({ during: failing({ bad: 3 }) });
    const id = await deadLetter('a', 'bad');
    expect(await bench.work.system((tx) => replayDeadLetter(tx, id))).toBe(true);
    expect(await bench.work.system((tx) => replayDeadLetter(tx, id))).toBe(false);
    bench.wake();
    await bench.signals.until('handled bad');
    expect(await bench.effects()).toEqual(['bad']);
    expect(await bench.deadLetters()).toEqual([]);
  });

  test('discards a dead letter for good, even when it is delivered again', async () => {
    await bench.replica({ during: failing({ bad: 3 }) });
    const id = await deadLetter('a', 'bad');
    expect(await bench.work.system((tx) => discardDeadLetter(tx, id))).toBe(true);
    expect(await bench.work.system((tx) => discardDeadLetter(tx, id))).toBe(false);
    await bench.database.asAdmin(`update ${SERVICE}.outbox set published_at = null`);
    await bench.send('a', 'next');
    await bench.signals.until('handled next');
    expect(await bench.effects()).toEqual(['next']);
    expect(await bench.deadLetters()).toEqual([]);
  });
}
