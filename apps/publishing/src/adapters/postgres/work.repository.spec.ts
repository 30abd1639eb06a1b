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
