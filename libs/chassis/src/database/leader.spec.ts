import type pg from 'pg';
import { testDatabase } from '@plaza/testing';
import { connectSession } from './connect.ts';
import { Doorbell } from './doorbell.ts';
import { Leader } from './leader.ts';
import { DedicatedSession } from './session.ts';

const database = await testDatabase();
const opened: DedicatedSession[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
});
afterAll(() => database.drop());

function newLeader(lockName = 'relay'): { leader: Leader; session: DedicatedSession; sessions: pg.Client[] } {
  const sessions: pg.Client[] = [];
  const session = new DedicatedSession(async () => {
    const client = await connectSession({ url: database.url, service: 'gateway', internalKey: database.internalKey }, 'leader');
    sessions.push(client);
    return client;
  });
  opened.push(session);
  return { leader: new Leader(session, lockName), session, sessions };
}

async function cut(session: pg.Client | undefined): Promise<void> {
  const { rows } = (await session?.query<{ pid: number }>('select pg_backend_pid() as pid')) ?? { rows: [] };
  const ended = new Promise<void>((resolve) => session?.once('end', () => resolve()));
  await database.asAdmin('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
  await ended;
}

describe('leadership', () => {
  test('is held by one of many, and by one for each name', async () => {
    const [one, two, other] = [newLeader(), newLeader(), newLeader('another')];
    expect(await one.leader.isLeader()).toBe(true);
    expect(await two.leader.isLeader()).toBe(false);
    expect(await other.leader.isLeader()).toBe(true);
    expect(await one.leader.isLeader()).toBe(true);
  });

  test('passes to another when the leader closes', async () => {
    const [one, two] = [newLeader(), newLeader()];
    await one.leader.isLeader();
    expect(await two.leader.isLeader()).toBe(false);
    await one.session.close();
    expect(await two.leader.isLeader()).toBe(true);
  });

  test('passes to another when the session is cut, and is not claimed by the one who lost it', async () => {
    const [one, two] = [newLeader(), newLeader()];
    await one.leader.isLeader();
    await cut(one.sessions[0]);
    expect(await two.leader.isLeader()).toBe(true);
    expect(await one.leader.isLeader()).toBe(false);
  });

  test('comes back to the same replica on a new session, and late news of the old one does not shake it', async () => {
    const [one, two] = [newLeader(), newLeader()];
    await one.leader.isLeader();
    await cut(one.sessions[0]);
    expect(await one.leader.isLeader()).toBe(true);
    one.sessions[0]?.emit('end');
    expect(await one.leader.isLeader()).toBe(true);
    expect(one.sessions).toHaveLength(2);
    expect(await two.leader.isLeader()).toBe(false);
  });
});

describe('a doorbell', () => {
  const source = database.source('gateway');

  test('is heard by every replica that listens, also on the session that follows a lost one', async () => {
    const { session, sessions } = newLeader();
    const bell = new Doorbell(await source, session, 'gateway');
    const heard = (): Promise<void> => new Promise((resolve) => bell.on('relay', resolve));
    const first = heard();
    await session.client();
    bell.ring('relay');
    await first;
    await cut(sessions[0]);
    const second = heard();
    await session.client();
    bell.ring('relay');
    await second;
  });

  test('rings once for many rings that come while one is under way', async () => {
    const { session } = newLeader();
    const bell = new Doorbell(await source, session, 'gateway');
    const second = Promise.withResolvers<void>();
    let count = 0;
    bell.on('relay', () => {
      count += 1;
      if (count === 2) second.resolve();
    });
    // Listened to before it is rung: a ring of one connection may come before the `listen` that another has only sent.
    const last = new Promise<void>((resolve) => bell.on('last', resolve));
    await session.client();
    for (let ring = 0; ring < 100; ring += 1) bell.ring('relay');
    await second.promise;
    bell.ring('last');
    await last;
    expect(count).toBe(2);
  });
});
