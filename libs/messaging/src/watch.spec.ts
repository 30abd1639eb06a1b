import type { EventEnvelope } from '@plaza/contracts';
import { postCanceled, publicationDue } from '@plaza/contracts';
import { testDatabase, testWork } from '@plaza/testing';
import { Consumer } from './consumer.ts';
import { Eventing } from './eventing.ts';
import { InProcessTransport } from './in-process-transport.ts';
import { event } from './outbox.ts';
import { backlog, consumerCheck, relayCheck } from './watch.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const database = await testDatabase();
const work = await testWork(database, 'publishing');
afterAll(() => database.drop());
afterEach(() => database.asAdmin('truncate publishing.outbox, publishing.parked_messages'));

const addOutbox = (age: string, published: 'published' | 'waiting') =>
  database.asAdmin(
    `insert into publishing.outbox (event_id, project_id, type, version, key, sequence, data, occurred_at, published_at)
     values (gen_random_uuid(), $1, 'post.canceled', 1, 'k', 1, '{}', now() - $2::interval, case when $3 then now() end)`,
    [PROJECT, age, published === 'published'],
  );
const addParked = (fate: 'dead' | 'parked') =>
  database.asAdmin(
    `insert into publishing.parked_messages (consumer, event_id, project_id, type, key, event, attempts, next_try_at, last_error, dead_at)
     values ('publishing', gen_random_uuid(), $1, 'post.canceled', 'k', '{}', 1, now(), '', case when $2 then now() end)`,
    [PROJECT, fate === 'dead'],
  );

describe('the check of the relay', () => {
  const check = relayCheck(work);

  test('is green as long as nothing waits for long', async () => {
    await addOutbox('1 hour', 'published');
    await addOutbox('19 seconds', 'waiting');
    expect(await check.check()).toBeUndefined();
  });

  test('is red when the oldest untold event is older than 20 seconds, however young the others are', async () => {
    await addOutbox('31 seconds', 'waiting');
    await addOutbox('1 second', 'waiting');
    expect(await check.check()).toBe('The oldest event in the outbox has waited for 31 s.');
    await database.asAdmin('update publishing.outbox set published_at = now()');
    expect(await check.check()).toBeUndefined();
  });
});

test('the backlog counts what waits to be told, to be tried again, and for a person', async () => {
  expect(await work.system(backlog)).toEqual({ outboxAgeMs: 0, unpublished: 0, parked: 0, dead: 0 });
  await addOutbox('1 hour', 'published');
  await addOutbox('30 seconds', 'waiting');
  await addOutbox('1 second', 'waiting');
  await addParked('parked');
  await addParked('dead');
  await addParked('dead');
  const { outboxAgeMs, ...counts } = await work.system(backlog);
  expect(counts).toEqual({ unpublished: 2, parked: 1, dead: 2 });
  expect(Math.round(outboxAgeMs / 10_000)).toBe(3);
});

describe('the progress of an in-process consumer', () => {
  const open = async (deliver: (event: EventEnvelope) => Promise<void>) => {
    let nowMs = 0;
    const transport = new InProcessTransport(() => nowMs);
    await transport.subscribe({
      ...{ service: 'publishing', topics: ['post.canceled', 'post.failed'] },
      deliver: ({ content }) => (content.kind === 'event' ? deliver(content.event) : Promise.reject(new Error('It is decodable.'))),
    });
    const check = consumerCheck(transport, 'publishing');
    return { transport, check, pass: (ms: number) => void (nowMs += ms), canceled: () => transport.progress().find(({ topic }) => topic === 'post.canceled') };
  };
  const one = (key: string): EventEnvelope => ({ id: key, type: 'post.canceled', version: 1, source: 'publishing', time: '', projectId: PROJECT, key, sequence: 1, data: {} });

  test('is told from the start, and nothing stands still when nothing waits', async () => {
    const { transport, check, pass } = await open(async () => undefined);
    pass(3_600_000);
    expect(transport.progress()).toEqual(['post.canceled', 'post.failed'].map((topic) => ({ service: 'publishing', topic, lag: 0, stalledForMs: 0 })));
    expect(await check.check()).toBeUndefined();
  });

  test('stands still while messages wait and none is finished, and says so after 20 seconds', async () => {
    const held = new Map<string, () => void>();
    const { transport, check, pass, canceled } = await open((event) => new Promise((resolve) => held.set(event.key, resolve)));
    const published = transport.publish([one('a'), one('b')]);
    pass(20_000);
    expect(canceled()).toMatchObject({ lag: 2, stalledForMs: 20_000 });
    expect(await check.check()).toBeUndefined();
    pass(1_000);
    expect(await check.check()).toBe('post.canceled has made no progress for 21 s.');
    expect(await consumerCheck(transport, 'accounts').check()).toBeUndefined();
    held.get('a')?.();
    await new Promise(setImmediate);
    expect(canceled()).toMatchObject({ lag: 1, stalledForMs: 0 });
    pass(5_000);
    expect(canceled()).toMatchObject({ lag: 1, stalledForMs: 5_000 });
    held.get('b')?.();
    await published;
    expect(canceled()).toMatchObject({ lag: 0, stalledForMs: 0 });
  });

  test('goes on standing still while what was rejected comes back and is rejected again, until it is finished', async () => {
    let isAway = true;
    const { transport, check, pass, canceled } = await open(() => (isAway ? Promise.reject(new Error('The database is away.')) : Promise.resolve()));
    for (let times = 0; times < 5; times += 1) {
      await expect(transport.publish([one('a')])).rejects.toThrow('away');
      pass(5_000);
    }
    expect(canceled()).toMatchObject({ lag: 0, stalledForMs: 25_000 });
    expect(await check.check()).toBeDefined();
    isAway = false;
    await transport.publish([one('a')]);
    expect(canceled()).toMatchObject({ lag: 0, stalledForMs: 0 });
  });
});

describe('an event', () => {
  const handled: (string | undefined)[] = [];
  const trace = {
    current: () => TRACEPARENT,
    async handle(event: EventEnvelope, deed: () => Promise<void>) {
      handled.push(event.traceparent);
      await deed();
    },
  };
  const canceled = (key: string) => event(postCanceled, { projectId: PROJECT, key, sequence: 1, data: { postId: key } });

  test('is written with the trace of the work that told it, unless it brings its own', async () => {
    const eventing = new Eventing({ service: 'publishing', transactions: work, transport: new InProcessTransport(), leader: { holds: true, isLeader: async () => true }, doorbell: { on: () => undefined, ring: () => undefined }, onTrouble: () => undefined, trace });
    await work.tenant(PROJECT, (tx) => eventing.append(tx, [canceled('a'), { ...canceled('b'), traceparent: '00-own' }]));
    expect(await database.asAdmin('select traceparent from publishing.outbox order by id')).toEqual([{ traceparent: TRACEPARENT }, { traceparent: '00-own' }]);
  });

  test('is handled as part of its trace, and a line about its trouble names both', async () => {
    const troubles: Record<string, unknown>[] = [];
    const fail = () => Promise.reject(new Error('It fails.'));
    const handlers = new Map([[postCanceled.type, fail]]);
    const consumer = new Consumer({ service: 'publishing', transactions: work, handlers, inTrace: trace.handle, onTrouble: (_message, details) => void troubles.push(details) });
    const id = '0198c0de-0000-7000-8000-0000000000ee';
    const envelope: EventEnvelope = { id, type: 'post.canceled', version: 1, source: 'publishing', time: '', projectId: PROJECT, key: 'k', sequence: 1, traceparent: TRACEPARENT, data: { postId: 'k' } };
    await consumer.deliver({ topic: 'post.canceled', key: 'k', content: { kind: 'event', event: envelope } });
    expect(handled).toEqual([TRACEPARENT]);
    expect(troubles).toMatchObject([{ eventId: id, traceId: TRACEPARENT.slice(3, 35), type: 'post.canceled' }]);
  });

  test('that is a notice is heard as part of its trace too', async () => {
    handled.length = 0;
    const troubles: Record<string, unknown>[] = [];
    const handlers = new Map([[publicationDue.type, () => Promise.reject(new Error('It fails.'))]]);
    const consumer = new Consumer({ service: 'publishing', transactions: work, handlers, inTrace: trace.handle, onTrouble: (_message, details) => void troubles.push(details) });
    const { type, version, example: data } = publicationDue;
    const notice: EventEnvelope = { id: 'n', type, version, source: 'publishing', time: '', projectId: PROJECT, key: 'k', sequence: 1, traceparent: TRACEPARENT, data };
    await consumer.deliver({ topic: type, key: 'k', content: { kind: 'event', event: notice } });
    expect(handled).toEqual([TRACEPARENT]);
    expect(troubles).toMatchObject([{ eventId: 'n', traceId: TRACEPARENT.slice(3, 35) }]);
  });
});
