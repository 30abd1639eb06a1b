import { randomUUID } from 'node:crypto';
import { connectorFor } from '@plaza/connectors';
import { testDatabase, testWork } from '@plaza/testing';
import { PostgresIntegrationRepository } from '../adapters/postgres/integration.repository.ts';
import { AccountRounds, intervals } from './account-rounds.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
const HOUR_MS = 3_600_000;
const database = await testDatabase();
const work = await testWork(database, 'connect');
afterAll(() => database.drop());
beforeEach(() => database.asAdmin('delete from connect.integrations'));

/** An account that was connected so many hours ago, and whose turn was so many hours ago. */
async function account(hours: number, more: { readonly platform?: string; readonly readHoursAgo?: number; readonly status?: string } = {}): Promise<string> {
  const id = randomUUID();
  await database.asAdmin(
    `insert into connect.integrations (id, project_id, platform, mode, platform_user_id, metadata, scopes, grant_revision, granted_at, grant_sealed, auth_status, sequence, created_at, updated_at, read_at)
     values ($1::uuid, $2, $3, 'test', $1::text, '{}', '{}', 1, now(), 'x', $4, 1, now() - make_interval(hours => $5), now(), now() - make_interval(hours => $6))`,
    [id, PROJECT, more.platform ?? 'mastodon', more.status ?? 'active', hours, more.readHoursAgo ?? null],
  );
  return id;
}

function rounds(more: { readonly batch?: number; readonly isUrgent?: boolean; readonly failing?: string } = {}) {
  const visited: string[] = [];
  const troubles: unknown[] = [];
  const { failing, ...pace } = more;
  const round = new AccountRounds({
    ...{ work, integrations: new PostgresIntegrationRepository(), turn: 'reading', everyMs: new Map([['mastodon', 24 * HOUR_MS]]), batch: 2, isUrgent: false, ...pace },
    visit: async (_projectId, id) => {
      if (id === failing) throw new Error('no answer');
      visited.push(id);
    },
    onError: (error) => troubles.push(error),
  });
  return { round, visited, troubles };
}

describe('a round of the accounts', () => {
  it('comes to each whose last turn is long enough ago, and to no other', async () => {
    const due = [await account(25), await account(100, { readHoursAgo: 25 })];
    await account(23);
    await account(100, { readHoursAgo: 23 });
    await account(100, { platform: 'twitter' });
    await account(100, { status: 'reconnect_required' });
    const { round, visited } = rounds({ batch: 10 });
    await round.step();
    expect(visited.toSorted()).toEqual(due.toSorted());
    await round.step();
    expect(visited).toHaveLength(2);
  });

  it('begins with who waits longest, and gives each turn to one process', async () => {
    const ids = [await account(30), await account(50), await account(40)];
    const [first, second] = [rounds(), rounds()];
    await first.round.step();
    expect(first.visited.toSorted()).toEqual([ids[1], ids[2]].toSorted());
    await Promise.all([first.round.step(), second.round.step()]);
    expect([...first.visited, ...second.visited].toSorted()).toEqual(ids.toSorted());
  });

  it('rests between batches, however many wait, unless it is urgent', async () => {
    for (let index = 0; index < 5; index += 1) await account(30);
    expect(await rounds().round.step()).toBe(5_000);
    expect(await rounds({ isUrgent: true }).round.step()).toBe(0);
    expect(await rounds({ isUrgent: true }).round.step()).toBe(5_000);
  });

  it('goes on where a turn fails', async () => {
    const [failing, other] = [await account(50), await account(40)];
    const { round, visited, troubles } = rounds({ failing });
    await round.step();
    expect([visited, troubles]).toEqual([[other], [new Error('no answer')]]);
  });
});

it('platforms that do not want a turn have none', () => {
  const daily = intervals({ connector: connectorFor }, ({ accountReader }) => accountReader?.everyMs);
  expect(Object.fromEntries(daily)).toEqual({ bluesky: 24 * HOUR_MS, mastodon: 24 * HOUR_MS, twitch: 24 * HOUR_MS });
});
