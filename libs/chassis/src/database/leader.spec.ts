import type pg from 'pg';
import { testDatabase } from '@plaza/testing';
import { connectSession } from './connect.ts';
import { Leader } from './leader.ts';

const database = await testDatabase();
const leaders: Leader[] = [];
afterEach(async () => {
  await Promise.all(leaders.splice(0).map((leader) => leader.close()));
});
afterAll(() => database.drop());

function newLeader(lockName = 'relay'): { leader: Leader; sessions: pg.Client[] } {
  const sessions: pg.Client[] = [];
  const leader = new Leader(async () => {
    const session = await connectSession({ url: database.url, service: 'gateway', internalKey: database.internalKey }, 'leader');
    sessions.push(session);
    return session;
  }, lockName);
  leaders.push(leader);
  return { leader, sessions };
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
    await one.leader.close();
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
