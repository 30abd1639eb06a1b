import { connectorFor } from '@plaza/connectors';
import { testDatabase, testWork } from '@plaza/testing';
import { TargetRows } from '../adapters/postgres/target-rows.spec-support.ts';
import { PostgresWorkRepository } from '../adapters/postgres/work.repository.ts';
import { policyFor } from './policies.ts';
import { TakeOver } from './take-over.ts';

const database = await testDatabase();
const work = await testWork(database, 'publishing');
const rows = new TargetRows(database);
afterAll(() => database.drop());

/** A replica, which finds what was due in its own order. */
function replica(repository: PostgresWorkRepository): TakeOver {
  const platforms = { connector: connectorFor };
  return new TakeOver(work, repository, platforms as never, ({ manifest }) => policyFor(manifest, undefined));
}

class InReverse extends PostgresWorkRepository {
  override async dueBefore(...parameters: Parameters<PostgresWorkRepository['dueBefore']>): ReturnType<PostgresWorkRepository['dueBefore']> {
    return (await super.dueBefore(...parameters)).toReversed();
  }
}

describe('replicas that start at once after a restore', () => {
  it('reconcile what was due before, whatever the order in which each comes to it', async () => {
    for (let n = 0; n < 200; n += 1) await rows.add({ dueAgo: 60 });
    await Promise.all([replica(new PostgresWorkRepository()).restored(new Date()), replica(new InReverse()).restored(new Date())]);
    const states = await database.asAdmin<{ state: string; n: number }>('select state, count(*)::int as n from publishing.targets group by state');
    expect(states).toEqual([{ state: 'unknown', n: 200 }]);
  });
});
