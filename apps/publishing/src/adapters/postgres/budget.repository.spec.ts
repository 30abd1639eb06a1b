import { randomUUID } from 'node:crypto';
import type { Budget, Manifest, Publication } from '@plaza/connectors';
import { testDatabase, testWork } from '@plaza/testing';
import { KeepBudgets } from '../../application/keep-budgets.ts';
import type { Target } from '../../domain/post.ts';
import { PostgresBudgetRepository } from './budget.repository.ts';
import { TargetRows } from './target-rows.spec-support.ts';

const HOUR_MS = 3_600_000;
const database = await testDatabase();
const work = await testWork(database, 'publishing');
const rows = new TargetRows(database);
const repository = new PostgresBudgetRepository();
afterAll(() => database.drop());

const START_MS = Date.parse('2026-11-22T20:00:00Z');
let nowMs = START_MS;
beforeEach(() => {
  nowMs = START_MS;
});
const newWorker = (): KeepBudgets => new KeepBudgets(work, repository, () => new Date(nowMs));
const worker = newWorker();

const take = (manifest: Manifest, target: Target, part: number, platformUserId = target.accountId, media: Publication['media'] = [], budgets = worker) => {
  const account = { platformUserId, username: null, metadata: {} };
  const before = Array.from({ length: part }, () => ({ platformPostId: '1', platformPostUrl: null }));
  return budgets.take(manifest, target, { account, before, media }, { text: '', options: {} });
};
const posts: Budget = { unit: 'posts', of: 'account', max: 2, window: { kind: 'rolling', ms: 24 * HOUR_MS }, cost: (part) => (part === 0 ? 1 : 0) };
const units: Budget = { unit: 'quota units', of: 'app', max: 100, window: { kind: 'day', timeZone: 'America/Los_Angeles' }, cost: () => 60 };
const manifestWith = (...all: Budget[]): Manifest => ({ displayName: 'X', budgets: all }) as unknown as Manifest;
const account = (): { accountId: string; appId: string } => ({ accountId: randomUUID(), appId: randomUUID() });
const targetOf = async ({ accountId, appId }: ReturnType<typeof account>): Promise<Target> =>
  ({ id: await rows.add({ account: accountId }), projectId: '0198c0de-0000-7000-8000-0000000000aa', accountId, appId, platform: 'twitter', mode: 'test' }) as unknown as Target;

describe('a budget', () => {
  it('delays what would exceed it until the oldest spend falls out of the window', async () => {
    const owner = account();
    const manifest = manifestWith(posts);
    expect(await take(manifest, await targetOf(owner), 0)).toEqual({ atMs: START_MS });
    nowMs += HOUR_MS;
    expect(await take(manifest, await targetOf(owner), 0)).toEqual({ atMs: nowMs });
    const third = await targetOf(owner);
    nowMs += HOUR_MS;
    expect(await take(manifest, third, 0)).toEqual({ untilMs: START_MS + 24 * HOUR_MS, message: 'X lets an account have 2 posts in 24 hours, and they are used up.' });
    expect(await take(manifest, await targetOf(account()), 0)).toEqual({ atMs: nowMs });
    nowMs = START_MS + 24 * HOUR_MS;
    expect(await take(manifest, third, 0)).toEqual({ atMs: nowMs });
  });

  it('delays what takes several units until as many have fallen out', async () => {
    const owner = account();
    const of = (cost: number): Manifest => manifestWith({ ...posts, max: 3, cost: () => cost });
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await take(of(1), await targetOf(owner), 0)).toEqual({ atMs: nowMs });
      nowMs += HOUR_MS;
    }
    expect(await take(of(2), await targetOf(owner), 0)).toMatchObject({ untilMs: START_MS + 25 * HOUR_MS });
  });

  it('may be taken by the media of a part', async () => {
    const owner = account();
    const manifest = manifestWith({ ...posts, max: 3, cost: (_part, _content, uploads = 0) => uploads });
    const media = [{}, {}] as unknown as Publication['media'];
    expect(await take(manifest, await targetOf(owner), 0, owner.accountId, media)).toEqual({ atMs: START_MS });
    expect(await take(manifest, await targetOf(owner), 0, owner.accountId, media)).toEqual({ untilMs: START_MS + 24 * HOUR_MS, message: expect.any(String) });
    expect(await take(manifest, await targetOf(owner), 0)).toEqual({ atMs: undefined });
  });

  it('is taken once by a part, however often that is tried, and not by parts that are free', async () => {
    const owner = account();
    const manifest = manifestWith(posts);
    const target = await targetOf(owner);
    for (const part of [0, 0, 1, 2]) expect(await take(manifest, target, part)).not.toHaveProperty('untilMs');
    const other = await targetOf(owner);
    for (const taken of await Promise.all([target, other].map((one) => take(manifest, one, 0)))) expect(taken).not.toHaveProperty('untilMs');
    nowMs += HOUR_MS;
    expect(await take(manifest, target, 0)).toEqual({ atMs: START_MS });
  });

  it('is one for an account of the platform, however often that is connected', async () => {
    const platformUserId = randomUUID();
    const manifest = manifestWith(posts);
    for (const connection of [account(), account()]) expect(await take(manifest, await targetOf(connection), 0, platformUserId)).toEqual({ atMs: START_MS });
    expect(await take(manifest, await targetOf(account()), 0, platformUserId)).toHaveProperty('untilMs');
    const elsewhere = { ...(await targetOf(account())), platform: 'threads' as const };
    expect(await take(manifest, elsewhere, 0, platformUserId)).toEqual({ atMs: START_MS });
  });

  it('of a day begins anew at midnight of its time zone, for all accounts of the app', async () => {
    const owner = account();
    const sibling = { ...account(), appId: owner.appId };
    expect(await take(manifestWith(units), await targetOf(owner), 0)).toEqual({ atMs: START_MS });
    expect(await take(manifestWith(units), await targetOf(sibling), 0)).toMatchObject({ untilMs: Date.parse('2026-11-23T08:00:00Z') });
    nowMs = Date.parse('2026-11-23T08:00:00Z');
    expect(await take(manifestWith(units), await targetOf(sibling), 0)).toEqual({ atMs: nowMs });
  });

  it('is left whole where another one is used up', async () => {
    const owner = account();
    const both = manifestWith(posts, units);
    await take(both, await targetOf(owner), 0);
    expect(await take(both, await targetOf(owner), 0)).toMatchObject({ message: expect.stringContaining('quota units') });
    expect(await take(manifestWith(posts), await targetOf(owner), 0)).toEqual({ atMs: START_MS });
  });

  it.each([
    ['of one worker', () => worker],
    ['of several workers', newWorker],
  ])('is not exceeded by those %s who take the last of it at the same time', async (_name, workerOf) => {
    const owner = account();
    const targets = await Promise.all(Array.from({ length: 8 }, () => targetOf(owner)));
    const taken = await Promise.all(targets.map((target) => take(manifestWith(posts), target, 0, owner.accountId, [], workerOf())));
    expect(taken.filter((one) => 'atMs' in one)).toHaveLength(2);
    expect(taken.filter((one) => 'untilMs' in one)).toEqual(Array.from({ length: 6 }, () => expect.objectContaining({ untilMs: START_MS + 24 * HOUR_MS })));
  });

  it('of which one asked in vain beside others delays these by a moment only', async () => {
    const owner = account();
    const [, ...waiting] = [await take(manifestWith(posts, units), await targetOf(owner), 0), await targetOf(owner), await targetOf(owner)];
    const beside = await Promise.all(waiting.map((target, index) => take(index === 0 ? manifestWith(posts, units) : manifestWith(posts), target, 0)));
    expect(beside).toEqual([expect.objectContaining({ message: expect.stringContaining('quota units') }), expect.objectContaining({ untilMs: START_MS + 1000 })]);
    expect(await take(manifestWith(posts), waiting[1] ?? (await targetOf(owner)), 0)).toEqual({ atMs: START_MS });
  });

  it('that could never pay for a post is left to the platform', async () => {
    expect(await take(manifestWith({ ...units, max: 50 }), await targetOf(account()), 0)).toEqual({ atMs: undefined });
  });

  it('forgets what no window reaches back to', async () => {
    nowMs = Date.now() - 9 * 24 * HOUR_MS;
    const target = await targetOf(account());
    await take(manifestWith(posts), target, 0);
    await work.system((tx) => repository.sweep(tx));
    expect(await database.asAdmin('select unit from publishing.budget_spends where target_id = $1', [target.id])).toEqual([]);
  });
});
