import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describeWalk } from '../../apps/standalone/src/walk.spec-support.ts';
import { Fleet } from './fleet.mjs';

const postgres = process.env['PLAZA_TEST_POSTGRES'] ?? '';
const name = `walk_${randomUUID().slice(0, 8)}`;

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

describeWalk('services apart, on Kafka and Postgres', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-walk-'));
  await onServer(`create database ${name}`);
  const printed: string[] = [];
  const fleet = await Fleet.create({
    folder,
    kafka: process.env['PLAZA_TEST_KAFKA'] ?? '',
    databaseUrl: Object.assign(new URL(postgres), { pathname: name }).href,
    replicas: { worker: 2 },
    env: { KAFKA_PREFIX: `${name}.`, PLAZA_DRAIN_SECONDS: '0', DATABASE_POOL_SIZE: '4' },
    onLine: (member, line) => void printed.push(`${member} ${line}`),
  });
  await fleet.prepare();
  await fleet.start();
  return {
    url: fleet.publicUrl,
    testKey: await fleet.key('test'),
    async restart(signal) {
      const ends = [...fleet.members.values()].map((member) => member.stop(signal));
      expect(await Promise.all(ends)).toEqual(ends.map(() => (signal === 'SIGTERM' ? 0 : signal)));
      await fleet.start();
    },
    output: () => printed.join('\n'),
    async cleanUp() {
      await fleet.stop();
      await onServer(`drop database ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
