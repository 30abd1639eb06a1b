import { randomUUID } from 'node:crypto';
import { testDatabase, testWork } from '@plaza/testing';
import { oldestDueCheck, schedulerCheck, workerSessionCheck } from './checks.ts';
import { TargetRows, type TargetFields } from '../postgres/target-rows.spec-support.ts';

const ACCOUNT = randomUUID();
const database = await testDatabase();
const work = await testWork(database, 'publishing');
const rows = new TargetRows(database);
afterAll(() => database.drop());
beforeEach(() => rows.clear());

/** What happens between the first and the second look. */
let meanwhile = async (): Promise<void> => undefined;
beforeEach(() => {
  meanwhile = async () => undefined;
});
const check = oldestDueCheck(work, () => meanwhile());
const LATE: TargetFields = { account: ACCOUNT, dueAgo: 31 };

describe('the check of the oldest due post', () => {
  test('is green with nothing to do, and while what is due is fresh', async () => {
    expect(await check.check()).toBeUndefined();
    await rows.add({ dueAgo: 19 });
    expect(await check.check()).toBeUndefined();
  });

  test('is red when a target that could go out is not claimed', async () => {
    const id = await rows.add(LATE);
    expect(await check.check()).toBe('A post that could go out has waited for a worker for 31 s.');
    await rows.claim(id);
    expect(await check.check()).toBeUndefined();
  });

  test.each<[string, TargetFields[], () => Promise<void>]>([
    ['a pause of its account', [], () => rows.pause('account', ACCOUNT, 60)],
    ['a pause of its app', [], () => rows.pause('app', 'managed:twitter:test', 60)],
    ['a pause of its platform', [], () => rows.pause('platform', 'twitter:test', 60)],
    ['an earlier post that is being published', [{ account: ACCOUNT, dueAgo: 60, state: 'dispatching', nextTryAgo: null, owned: true }], async () => undefined],
    ['an earlier post of which it is not known whether it went out', [{ account: ACCOUNT, dueAgo: 60, state: 'unknown', nextTryAgo: -30 }], async () => undefined],
    ['an earlier post that waits for its retry', [{ account: ACCOUNT, dueAgo: 60, nextTryAgo: -30 }], async () => undefined],
  ])('is green while the target has to wait for %s', async (_name, earlier, prepare) => {
    await rows.add(LATE);
    for (const fields of earlier) await rows.add(fields);
    await prepare();
    expect(await check.check()).toBeUndefined();
  });

  test('is red for one that may overtake those that wait for their retry, and not for one that would overtake a call under way', async () => {
    await rows.add({ account: ACCOUNT, dueAgo: 60, nextTryAgo: -30 });
    const id = await rows.add({ ...LATE, allowOvertake: true });
    expect(await check.check()).toContain('31 s');
    await rows.add({ account: ACCOUNT, dueAgo: 59, state: 'dispatching', owned: true });
    expect([id, await check.check()]).toEqual([id, undefined]);
  });

  test('is green while the target waits for its own retry', async () => {
    await rows.add({ dueAgo: 3_600, nextTryAgo: -1 });
    expect(await check.check()).toBeUndefined();
  });

  test('counts from the end of a pause, and from the publication before it on the same account', async () => {
    await rows.add({ account: ACCOUNT, dueAgo: 3_600 });
    await rows.pause('account', ACCOUNT, -5);
    expect(await check.check()).toBeUndefined();
    const other = randomUUID();
    await rows.add({ account: other, dueAgo: 3_600 });
    await rows.add({ account: other, dueAgo: 3_700, state: 'published', nextTryAgo: null, publishedAgo: 5 });
    expect(await check.check()).toBeUndefined();
    await rows.add({ dueAgo: 40 });
    expect(await check.check()).toContain('40 s');
  });

  test('is not fooled by the moment between two posts of an account: what looks late is looked at again', async () => {
    const id = await rows.add(LATE);
    meanwhile = () => rows.claim(id);
    expect(await check.check()).toBeUndefined();
  });

  test('is not fooled either by one that was tried in between and waits again', async () => {
    const id = await rows.add(LATE);
    meanwhile = async () => {
      await rows.claim(id);
      await rows.retry(id, -30);
    };
    expect(await check.check()).toBeUndefined();
  });

  test('is red as long as one of those that were late has not moved, whatever else did', async () => {
    const id = await rows.add({ dueAgo: 50 });
    await rows.add(LATE);
    meanwhile = () => rows.claim(id);
    expect(await check.check()).toContain('31 s');
  });
});

describe('the check of the scheduler', () => {
  const scheduler = schedulerCheck(work);

  test('is green while what is scheduled lies ahead, or only just came', async () => {
    expect(await scheduler.check()).toBeUndefined();
    await rows.add({ state: 'scheduled', dueAgo: -3_600 });
    await rows.add({ state: 'scheduled', dueAgo: 19 });
    expect(await scheduler.check()).toBeUndefined();
  });

  test('is red when a scheduled target is past its time', async () => {
    await rows.add({ state: 'scheduled', dueAgo: 31 });
    expect(await scheduler.check()).toBe('A scheduled post is 31 s past its time.');
  });
});

test("the check of the worker's session is red once there has been none for 10 seconds", async () => {
  const session = { absentForMs: 10_000 };
  const sessionCheck = workerSessionCheck(session);
  expect(await sessionCheck.check()).toBeUndefined();
  session.absentForMs = 11_000;
  expect(await sessionCheck.check()).toBe('The worker has had no database session for 11 s.');
});
