import { Controller, Module } from '@nestjs/common';
import { defineRoute, type RouteInput } from '@plaza/contracts';
import { testDatabase, testWork } from '@plaza/testing';
import { z } from 'zod';
import { createLogger } from '../logging.ts';
import { Metrics } from '../observe/metrics.ts';
import { NO_TRACING } from '../observe/tracing.ts';
import { IdempotencyKeys, noteResource } from './idempotency.ts';
import { IDENTITY_HEADER, IdentityTokens } from './identity.ts';
import { Problem } from './problem.ts';
import { Input, Route } from './route.ts';
import { callerKey, createServiceApp } from './service-app.ts';

const ONE = '0198c0de-0000-7000-8000-00000000000a';
const TWO = '0198c0de-0000-7000-8000-00000000000b';
const database = await testDatabase();
const work = await testWork(database, 'gateway');
const keys = new IdempotencyKeys(work, database.internalKey);
const tokens = new IdentityTokens(database.internalKey);
await database.asAdmin('create table gateway.things (id bigint generated always as identity, project_id uuid not null, name text not null)');
await database.asAdmin('grant select, insert, update, delete on gateway.things to plaza_gateway');

const route = defineRoute({
  ...{ id: 'createThing', method: 'POST', path: '/v1/things', service: 'gateway', access: 'any_key', summary: 'Make a thing', tag: 'Things' },
  body: z.strictObject({ name: z.string(), size: z.int().default(1) }),
  success: { status: 201, schema: z.object({ id: z.string(), token: z.string() }) },
  errors: ['profile.not_found'],
});

/** What happens between the request's first look into the database and its effect, and after the effect. */
let beforeEffect = async (): Promise<void> => undefined;
let afterEffect = async (): Promise<void> => undefined;

@Controller()
class ThingsController {
  @Route(route)
  async create(@Input() { body }: RouteInput<typeof route>): Promise<unknown> {
    const { projectId } = callerKey();
    await work.tenant(projectId, (tx) => tx.query('select 1'));
    await beforeEffect();
    const id = await work.tenant(projectId, async (tx) => {
      const [row] = await tx.query<{ id: string }>('insert into things (project_id, name) values ($1, $2) returning id', [projectId, body.name]);
      await noteResource(tx, projectId, row?.id ?? '');
      return row?.id;
    });
    await afterEffect();
    return { id, token: `pz_live_${Math.random()}` };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const app = await createServiceApp({
  module: { module: ThingsModule },
  logger: createLogger({ level: 'silent' }),
  tokens,
  routes: [route],
  observe: { service: 'gateway', metrics: new Metrics(), tracing: NO_TRACING },
  idempotency: keys,
  resume: async (_contract, _projectId, id) => ({ id, token: 'shown once' }),
});

afterAll(async () => {
  await app.close();
  await database.drop();
});
afterEach(async () => {
  beforeEffect = async () => undefined;
  afterEffect = async () => undefined;
  await database.asAdmin('truncate gateway.things, gateway.idempotency_keys');
});

async function post(key: string | undefined, body: unknown = { name: 'a' }, projectId = ONE) {
  const { token } = tokens.sign({ kind: 'key', projectId, keyId: 'k', mode: 'live', scopes: [] });
  const headers = { [IDENTITY_HEADER]: token, 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const { statusCode: status, body: text, headers: answered } = await app.inject({ method: 'POST', url: '/v1/things', headers, payload: JSON.stringify(body) });
  return { status, text, code: (JSON.parse(text) as { code?: string }).code, headers: answered };
}
const things = async () => (await database.asAdmin<{ name: string }>('select name from gateway.things order by id')).map(({ name }) => name);
const age = (interval: string) => database.asAdmin(`update gateway.idempotency_keys set created_at = created_at - interval '${interval}'`);

describe('an idempotency key', () => {
  test('makes 100 requests at once have one effect', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('key-1')));
    expect(await things()).toEqual(['a']);
    expect(answers.filter(({ status, headers }) => status === 201 && headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 201);
    expect(new Set(others.map(({ code }) => code))).toEqual(others.length === 0 ? new Set() : new Set(['idempotency.in_flight']));
  });

  test('gives a repeated request the first answer, byte for byte', async () => {
    const first = await post('key-1');
    const second = await post('key-1');
    expect([second.status, second.text, second.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(await things()).toEqual(['a']);
  });

  test('takes a request for the same one however its JSON is written, defaults included', async () => {
    const first = await post('key-1', { size: 1, name: 'a' });
    expect((await post('key-1', { name: 'a' })).text).toBe(first.text);
  });

  test('is refused with another request, which has no effect', async () => {
    await post('key-1');
    expect(await post('key-1', { name: 'b' })).toMatchObject({ status: 422, code: 'idempotency.body_differs' });
    expect(await things()).toEqual(['a']);
  });

  test('belongs to its project', async () => {
    await post('key-1');
    expect(await post('key-1', { name: 'b' }, TWO)).toMatchObject({ status: 201 });
    expect(await things()).toEqual(['a', 'b']);
  });

  test('answers 409 with Retry-After while the first request is at work', async () => {
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    afterEffect = async () => {
      reached.resolve();
      await gate.promise;
    };
    const first = post('key-1');
    await reached.promise;
    const second = await post('key-1');
    expect([second.status, second.code, second.headers['retry-after']]).toEqual([409, 'idempotency.in_flight', '1']);
    gate.resolve();
    const { text } = await first;
    expect((await post('key-1')).text).toBe(text);
    expect(await things()).toEqual(['a']);
  });

  test('is free again after a request that was refused and made nothing', async () => {
    beforeEffect = async () => {
      throw Problem.of('profile.not_found');
    };
    for (const _time of [1, 2]) expect(await post('key-1')).toMatchObject({ status: 404, code: 'profile.not_found' });
    beforeEffect = async () => undefined;
    expect(await post('key-1')).toMatchObject({ status: 201 });
    expect(await things()).toEqual(['a']);
  });

  test('is free again when the process died before the effect: the request is carried out, not lost', async () => {
    const reached = Promise.withResolvers<void>();
    beforeEffect = async () => {
      reached.resolve();
      return new Promise<never>(() => undefined);
    };
    void post('key-1');
    await reached.promise;
    beforeEffect = async () => undefined;
    await age('61 seconds');
    expect(await post('key-1')).toMatchObject({ status: 409, code: 'idempotency.in_flight' });
    expect(await post('key-1')).toMatchObject({ status: 201 });
    expect(await things()).toEqual(['a']);
  });

  test('lets only one of a given-up request and its successor have an effect', async () => {
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    beforeEffect = async () => {
      reached.resolve();
      await gate.promise;
    };
    const slow = post('key-1');
    await reached.promise;
    beforeEffect = async () => undefined;
    await age('61 seconds');
    await post('key-1');
    const successor = await post('key-1');
    gate.resolve();
    expect((await slow).text).toBe(successor.text);
    expect(await things()).toEqual(['a']);
  });

  test('is answered from what was made when the answer was lost in a crash', async () => {
    await post('key-1');
    await database.asAdmin('update gateway.idempotency_keys set status = null, answer = null');
    expect(await post('key-1')).toMatchObject({ status: 409, code: 'idempotency.in_flight' });
    await age('61 seconds');
    const resumed = await post('key-1');
    expect([resumed.headers['idempotent-replayed'], JSON.parse(resumed.text)]).toEqual(['true', { id: expect.any(String), token: 'shown once' }]);
    expect(await things()).toEqual(['a']);
  });

  test('does not keep its answer readable in the database: it may hold a new key', async () => {
    const { text } = await post('key-1');
    const [row] = await database.asAdmin<{ answer: Buffer }>('select answer from gateway.idempotency_keys');
    expect(text).toContain('pz_live_');
    expect(row?.answer.toString('latin1')).not.toContain('pz_live_');
  });

  test('is kept for two days', async () => {
    await post('key-1');
    await age('47 hours');
    await keys.purge();
    expect((await post('key-1')).headers['idempotent-replayed']).toBe('true');
    await age('2 hours');
    await keys.purge();
    expect((await post('key-1')).headers['idempotent-replayed']).toBeUndefined();
  });

  test.each([[''], ['x'.repeat(256)]])('of a length that is not taken is refused (%#)', async (key) => {
    expect(await post(key)).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(await things()).toEqual([]);
  });
});

test('without a key every request has its effect', async () => {
  await post(undefined);
  await post(undefined);
  expect(await things()).toEqual(['a', 'a']);
});
