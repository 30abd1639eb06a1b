import { randomUUID } from 'node:crypto';
import { testDatabase, testWork } from '@plaza/testing';
import type { ClaimedTarget } from '../../application/ports.ts';
import { COMMON_POLICY } from '../../domain/policy.ts';
import { onIntent, onSubmitted } from '../../domain/protocol.ts';
import { TargetRows } from './target-rows.spec-support.ts';
import { PostgresWorkRepository } from './work.repository.ts';

const database = await testDatabase();
const work = await testWork(database, 'publishing');
const rows = new TargetRows(database);
const repository = new PostgresWorkRepository();
afterAll(() => database.drop());
beforeEach(() => rows.clear());

const OWNER = randomUUID();
const FREE = { named: new Map(), others: 10 };

async function claimed(): Promise<ClaimedTarget> {
  const account = randomUUID();
  await rows.add({ account });
  const [target] = await work.system((tx) => repository.claimDue(tx, OWNER, [account], FREE));
  if (target === undefined) throw new Error('It should have been claimed.');
  return target;
}

const intend = (target: ClaimedTarget, checkpoint: Record<string, unknown>): Promise<boolean[]> =>
  work.system((tx) => repository.commitIntents(tx, [{ claimed: target, owner: OWNER, progress: onIntent(target.target.progress, Date.now()), checkpoint, at: new Date() }]));

describe('an intent', () => {
  test('keeps what the call is made from, for whoever has to repeat or find it', async () => {
    expect(await intend(await claimed(), { facets: ['a'] })).toEqual([true]);
    const [found] = await work.system((tx) => repository.ownedBy(tx, OWNER));
    expect(found).toMatchObject({ checkpoint: { facets: ['a'] }, target: { progress: { state: 'dispatching' } } });
    expect(await database.asAdmin('select kind, ended_at from publishing.attempts')).toEqual([{ kind: 'send', ended_at: null }]);
  });

  test('is not made for a claim that was lost', async () => {
    const lost = await claimed();
    await rows.claim(lost.target.id);
    expect(await intend(lost, { facets: ['a'] })).toEqual([false]);
    expect(await database.asAdmin('select state, checkpoint from publishing.targets')).toEqual([{ state: 'claimed', checkpoint: {} }]);
    expect(await database.asAdmin('select 1 from publishing.attempts')).toEqual([]);
  });
});

describe('an outcome that makes a part visible', () => {
  test('keeps what is there, and begins the next part without what the one before had prepared', async () => {
    const target = await claimed();
    await intend(target, { container: 'a' });
    const progress = onIntent(target.target.progress, Date.now());
    const { progress: after } = onSubmitted(progress, { kind: 'published', platformPostId: '1', platformPostUrl: null }, { ...COMMON_POLICY, protection: 'D', settleMs: 0, submitDeadlineMs: 0, keyLifeMs: 0 }, { nowMs: Date.now(), random: 0 }, false);
    const outcome = { claimed: target, owner: OWNER, progress: after, attempt: null, endsIntent: true, beginsPart: true, at: new Date() };
    await work.system((tx) => repository.commitOutcomes(tx, [outcome]));
    const [next] = await work.system((tx) => repository.claimDue(tx, OWNER, [target.target.accountId], FREE));
    expect(next).toMatchObject({ checkpoint: {}, target: { progress: { parts: [{ platformPostId: '1', platformPostUrl: null }], platformPostId: '1' } } });
  });
});

test('what was published before publications had parts has one', async () => {
  const target = await claimed();
  await database.asAdmin(`update publishing.targets set platform_post_id = '1', platform_post_url = 'https://example.com/1'`);
  const [found] = await work.system((tx) => repository.ownedBy(tx, OWNER));
  expect(found?.target).toMatchObject({ id: target.target.id, progress: { parts: [{ platformPostId: '1', platformPostUrl: 'https://example.com/1' }] } });
});

test('what a look-up may not take are the other posts of the account: known since a little before the attempt, or under way', async () => {
  const [account, twin, stranger] = [randomUUID(), randomUUID(), randomUUID()];
  for (const [id, name] of [[account, 'one'], [twin, 'one'], [stranger, 'two']] as const) await rows.connect(id, name);
  const add = async (given: object, platformPostId: string, published: string | null): Promise<string> => {
    const id = await rows.add({ account, ...given });
    await database.asAdmin('update publishing.targets set platform_post_id = $2, published_at = now() - $3::interval where id = $1', [id, platformPostId, published]);
    return id;
  };
  const own = await add({}, 'own', '0');
  await add({}, 'another', '1 minute');
  await add({}, 'long ago', '2 hours');
  await add({ account: stranger }, 'of another account', '1 minute');
  await add({ account: twin }, 'of another connection', '1 minute');
  const thread = await add({}, 'thread', '1 minute');
  await database.asAdmin(`update publishing.targets set parts = '[{"platformPostId": "thread"}, {"platformPostId": "reply"}]' where id = $1`, [thread]);
  const processing = await rows.add({ account, state: 'processing' });
  await database.asAdmin(`update publishing.targets set handle = 'under way' where id = $1`, [processing]);
  const ids = await work.system((tx) => repository.idsOfOthers(tx, { id: own, accountId: account }, new Date(Date.now() - 3_600_000)));
  expect(ids.toSorted()).toEqual(['another', 'of another connection', 'reply', 'thread', 'under way']);
});

test('of targets that say the same in one account, as after a restore, one is looked for after the other, and no worker runs in circles for it', async () => {
  const [account, twin] = [randomUUID(), randomUUID()];
  for (const id of [account, twin]) await rows.connect(id, 'one');
  const first = await rows.add({ account, state: 'unknown', dueAgo: 20 });
  const second = await rows.add({ account, state: 'unknown', dueAgo: 10 });
  const third = await rows.add({ account: twin, state: 'unknown', dueAgo: 7 });
  const other = await rows.add({ account, state: 'unknown', dueAgo: 5 });
  const elsewhere = await rows.add({ state: 'unknown', dueAgo: 5 });
  await database.asAdmin(`update publishing.targets set own_content = 'something else' where id = $1`, [other]);
  const claim = async (): Promise<string[]> => (await work.system((tx) => repository.claimFollowUps(tx, OWNER, 10))).map(({ target }) => target.id);
  expect((await claim()).toSorted()).toEqual([first, other, elsewhere].toSorted());
  expect(await claim()).toEqual([]);
  expect(await work.system((tx) => repository.nextWorkInMs(tx))).toBeNull();
  await database.asAdmin(`update publishing.targets set state = 'published', owner = null where id = $1`, [first]);
  expect(await claim()).toEqual([second]);
  await database.asAdmin(`update publishing.targets set state = 'published', owner = null where id = $1`, [second]);
  expect(await claim()).toEqual([third]);
});

describe('what says the same as another on the account of a platform', () => {
  const [account, twin] = [randomUUID(), randomUUID()];
  const set = (id: string, assignment: string) => database.asAdmin(`update publishing.targets set ${assignment} where id = $1`, [id]);
  const begun = async (...accounts: string[]): Promise<string[]> => (await work.system((tx) => repository.claimDue(tx, OWNER, accounts, FREE))).map(({ target }) => target.id);
  const looked = async (): Promise<string[]> => (await work.system((tx) => repository.claimFollowUps(tx, OWNER, 10))).map(({ target }) => target.id);
  beforeEach(async () => {
    for (const id of [account, twin]) await rows.connect(id, 'one');
  });

  test.each(['claimed', 'dispatching', 'unknown', 'reconciling'] as const)('does not begin while that one is %s, through whichever connection', async (state) => {
    const first = await rows.add({ account, state, dueAgo: 20 });
    const same = await rows.add({ account: twin, dueAgo: 10 });
    expect(await begun(twin)).toEqual([]);
    const stranger = randomUUID();
    await rows.connect(stranger, 'two');
    const elsewhere = await rows.add({ account: stranger });
    expect(await begun(stranger)).toEqual([elsewhere]);
    await set(first, `state = 'published'`);
    expect(await begun(twin)).toEqual([same]);
  });

  test('lets pass what says something else', async () => {
    await rows.add({ account, state: 'unknown', dueAgo: 20 });
    await rows.add({ account: twin, dueAgo: 10, allowOvertake: true });
    const other = await rows.add({ account: twin, dueAgo: 5, allowOvertake: true });
    await set(other, `own_content = 'something else'`);
    expect(await begun(twin)).toEqual([other]);
  });

  test('does not overtake it while it waits to be repeated and may be there already', async () => {
    const first = await rows.add({ account, dueAgo: 20, nextTryAgo: -60 });
    const second = await rows.add({ account, dueAgo: 10, allowOvertake: true });
    await set(first, 'had_unknown = true');
    expect(await begun(account)).toEqual([]);
    await set(first, 'had_unknown = false');
    expect(await begun(account)).toEqual([second]);
  });

  test('goes on once it has begun: of two in doubt neither waits for the other for ever', async () => {
    const both = [await rows.add({ account, dueAgo: 20 }), await rows.add({ account: twin, dueAgo: 10 })];
    for (const id of both) await set(id, 'had_unknown = true');
    expect((await begun(account, twin)).toSorted()).toEqual(both.toSorted());
  });

  test.each(['claimed', 'dispatching'] as const)('is not looked for while that one is %s and may become visible meanwhile', async (state) => {
    const other = await rows.add({ account: twin, state, dueAgo: 10 });
    const lost = await rows.add({ account, state: 'unknown', dueAgo: 20 });
    expect(await looked()).toEqual([]);
    await set(other, `state = 'published', platform_post_id = '1'`);
    expect(await looked()).toEqual([lost]);
  });
});
