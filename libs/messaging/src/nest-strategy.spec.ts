import { Controller, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { createLogger, createServiceApp, IdentityTokens, Metrics, NO_TRACING } from '@plaza/chassis';
import { keyRevoked, postCanceled } from '@plaza/contracts';
import { Signals, testDatabase, testWork } from '@plaza/testing';
import { Eventing } from './eventing.ts';
import { InProcessTransport } from './in-process-transport.ts';
import { EventContext, Handles, type EventOf } from './nest-strategy.ts';
import { event } from './outbox.ts';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';
const database = await testDatabase();
const work = await testWork(database, 'publishing');
const signals = new Signals();
const seen: string[] = [];

@Controller()
class PostsConsumer {
  @Handles(postCanceled)
  async canceled(@Payload() { data }: EventOf<typeof postCanceled>, @Ctx() { sql }: EventContext): Promise<void> {
    await sql.query(`set local application_name = 'seen by ${data.postId}'`);
    const [row] = await sql.query<{ name: string }>(`select current_setting('application_name') as name`);
    seen.push(row?.name ?? '');
    signals.emit(data.postId);
    if (data.postId === 'bad') throw new Error('The handler fails.');
  }
}

@Module({ controllers: [PostsConsumer] })
class PostsModule {}

const troubles: Record<string, unknown>[] = [];
let app: Awaited<ReturnType<typeof createServiceApp>>;
const eventing = new Eventing({
  service: 'publishing',
  transactions: work,
  transport: new InProcessTransport(),
  leader: { holds: true, isLeader: async () => true },
    doorbell: { on: () => undefined, ring: () => undefined },
  onTrouble: (_message, details) => {
    troubles.push(details);
    signals.emit('trouble');
  },
});

async function send(...postIds: string[]): Promise<void> {
  await work.tenant(PROJECT, (tx) =>
    eventing.append(
      tx,
      postIds.map((postId) => event(postCanceled, { projectId: PROJECT, key: postId, sequence: 1, data: { postId } })),
    ),
  );
}

beforeAll(async () => {
  app = await createServiceApp({
    module: { module: PostsModule },
    logger: createLogger({ level: 'silent' }),
    tokens: new IdentityTokens(database.internalKey),
    routes: [],
    observe: { service: 'publishing', metrics: new Metrics(), tracing: NO_TRACING },
    connect: (nest) => eventing.connect(nest),
  });
  await app.startAllMicroservices();
  eventing.start();
});

afterAll(async () => {
  await eventing.stop();
  await app.close();
  await database.drop();
});

describe('a controller of a Nest app', () => {
  test('handles the events of its contract, inside the transaction that marks them as done', async () => {
    await send('good');
    await signals.until('good');
    expect(seen).toContain('seen by good');
  });

  test('has its error parked with the message', async () => {
    await send('bad');
    await signals.until('trouble');
    expect(troubles).toMatchObject([{ type: 'post.canceled', attempts: 1, error: expect.stringContaining('The handler fails.') }]);
  });

  test('gets no event that it did not ask for', async () => {
    await work.tenant(PROJECT, (tx) => eventing.append(tx, [event(keyRevoked, { projectId: PROJECT, key: 'k', sequence: 1, data: { keyId: 'k' } })]));
    await send('last');
    await signals.until('last');
    const rows = await database.asAdmin<{ parked: string; seen: string }>(
      `select (select count(*) from publishing.inbox) as seen, (select count(*) from publishing.parked_messages where type = 'key.revoked') as parked`,
    );
    expect(rows).toEqual([{ seen: '3', parked: '0' }]);
  });
});
