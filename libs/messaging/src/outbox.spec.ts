import { postCanceled } from '@plaza/contracts';
import { testDatabase, testWork } from '@plaza/testing';
import { appendToOutbox, event, purgeTold, readUnpublished } from './outbox.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
const OTHER = '0198c0de-0000-7000-8000-0000000000bb';
const database = await testDatabase();
const work = await testWork(database, 'publishing');
afterAll(() => database.drop());

const canceled = (postId: string) => event(postCanceled, { projectId: PROJECT, key: postId, sequence: 7, data: { postId }, traceparent: '00-ab-cd-01' });

describe('the outbox', () => {
  test('refuses data that breaks its contract, and with it the whole transaction', async () => {
    const broken = event(postCanceled, { projectId: PROJECT, key: 'a', sequence: 1, data: { postId: 42 as unknown as string } });
    await expect(work.tenant(PROJECT, (tx) => appendToOutbox(tx, [canceled('a'), broken]))).rejects.toThrow('postId');
    expect(await database.asAdmin('select 1 from publishing.outbox')).toEqual([]);
  });

  test('takes no event of another project than the one of the transaction', async () => {
    await expect(work.tenant(OTHER, (tx) => appendToOutbox(tx, [canceled('a')]))).rejects.toThrow('row-level security');
  });

  test('gives events as they were written, in their order, and no more than asked for', async () => {
    await work.tenant(PROJECT, (tx) => appendToOutbox(tx, ['a', 'b', 'c'].map(canceled)));
    const { events } = await work.system((tx) => readUnpublished(tx, 'publishing', 2));
    expect(events.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(events[0]).toMatchObject({ type: 'post.canceled', version: 1, source: 'publishing', projectId: PROJECT, sequence: 7, traceparent: '00-ab-cd-01', data: { postId: 'a' } });
    expect(new Date(events[0]?.time ?? '').toISOString()).toBe(events[0]?.time);
  });

  test('forgets after the given days what was told, never what was not', async () => {
    await database.asAdmin(`update publishing.outbox set occurred_at = now() - interval '1 year', published_at = case key when 'a' then now() - interval '8 days' when 'b' then now() - interval '6 days' end`);
    await work.system((tx) => purgeTold(tx, 7));
    expect(await database.asAdmin('select key from publishing.outbox order by id')).toEqual([{ key: 'b' }, { key: 'c' }]);
  });
});
