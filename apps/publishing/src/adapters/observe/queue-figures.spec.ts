import { Metrics } from '@plaza/chassis';
import { TARGET_STATES } from '@plaza/contracts';
import { testDatabase, testWork } from '@plaza/testing';
import { ENDED } from '../../domain/transitions.ts';
import { COUNT_OPEN, COUNTED_STATES } from '../postgres/watch.repository.ts';
import { showQueueFigures } from './queue-figures.ts';
import { TargetRows } from '../postgres/target-rows.spec-support.ts';

const database = await testDatabase();
const work = await testWork(database, 'publishing');
const rows = new TargetRows(database);
afterAll(() => database.drop());
beforeEach(() => rows.clear());

const figures = async (metrics: Metrics): Promise<Record<string, number>> => {
  const lines = (await metrics.page()).split('\n').filter((line) => /^plaza_(targets|unknown|unconfirmed|due)/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name = '', value]) => [name, Number(value)]));
};

describe('the figures of the queue', () => {
  test('count every state that no one is done with, and no other', async () => {
    expect(new Set(COUNTED_STATES)).toEqual(new Set([...TARGET_STATES.filter((state) => !ENDED.includes(state)), 'unconfirmed']));
    for (const state of TARGET_STATES) await rows.add({ state, dueAgo: -3_600, owned: ['claimed', 'dispatching', 'reconciling'].includes(state) });
    await rows.add({ state: 'unconfirmed' });
    const metrics = new Metrics();
    showQueueFigures(metrics, work);
    expect(await figures(metrics)).toEqual({
      plaza_due_oldest_age_seconds: 0,
      ...Object.fromEntries(COUNTED_STATES.map((state) => [`plaza_targets{state="${state}"}`, state === 'unconfirmed' ? 2 : 1])),
      plaza_unknown: 2,
      plaza_unconfirmed: 2,
    });
  });

  test('tell how long the oldest target that could go out has waited', async () => {
    await rows.add({ dueAgo: 12 });
    await rows.add({ dueAgo: 75 });
    await rows.add({ dueAgo: 3_600, nextTryAgo: -60 });
    const metrics = new Metrics();
    showQueueFigures(metrics, work);
    expect(Math.floor((await figures(metrics))['plaza_due_oldest_age_seconds'] ?? 0)).toBe(75);
  });

  test('are counted anew every 15 seconds at most, and from the indexes: what has ended costs nothing', async () => {
    let nowMs = 0;
    const metrics = new Metrics();
    showQueueFigures(metrics, work, () => nowMs);
    await figures(metrics);
    await rows.add({ state: 'scheduled', dueAgo: -60 });
    nowMs = 14_999;
    expect((await figures(metrics))['plaza_targets{state="scheduled"}']).toBe(0);
    nowMs = 15_000;
    expect((await figures(metrics))['plaza_targets{state="scheduled"}']).toBe(1);
    const plan = await work.system(async (tx) => {
      await tx.query('set local enable_seqscan = off');
      return tx.query<Record<string, string>>(`explain ${COUNT_OPEN}`);
    });
    const text = plan.flatMap((row) => Object.values(row)).join('\n');
    expect(text).not.toContain('Seq Scan');
    for (const index of ['targets_scheduled', 'targets_due', 'targets_owned', 'targets_follow_up', 'targets_resting']) expect(text).toContain(index);
  });
});
