import { Writable } from 'node:stream';
import { Controller, Inject, Module } from '@nestjs/common';
import { defineRoute } from '@plaza/contracts';
import { openSpanCollector } from '@plaza/testing';
import { z } from 'zod';
import { readSettings } from '../config.ts';
import { createLogger } from '../logging.ts';
import { Metrics } from '../observe/metrics.ts';
import { openTracing } from '../observe/tracing.ts';
import { IDENTITY_HEADER, IdentityTokens } from './identity.ts';
import { InternalClient } from './internal-client.ts';
import { Route } from './route.ts';
import { createServiceApp } from './service-app.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const collector = await openSpanCollector();
const log: Record<string, unknown>[] = [];
const logger = createLogger({
  level: 'info',
  destination: new Writable({
    write(chunk, _encoding, done) {
      log.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  }),
});
const tracing = await openTracing(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }), logger);
const metrics = new Metrics();
const tokens = new IdentityTokens('a key of this test that is long enough');

const common = { method: 'GET', service: 'gateway', access: 'any_key', tag: 'Things', success: { status: 200, schema: z.object({}) }, errors: [] } as const;
const thing = defineRoute({ ...common, id: 'getThing', path: '/v1/things/{id}', summary: 'A thing' });
const broken = defineRoute({ ...common, id: 'getBroken', path: '/v1/broken', summary: 'A bug' });
const slow = defineRoute({ ...common, id: 'getSlow', path: '/v1/slow', summary: 'Waits' });
const CLIENT = Symbol('client');
const reached = Promise.withResolvers<void>();
const release = Promise.withResolvers<object>();

@Controller()
class ThingsController {
  constructor(@Inject(CLIENT) private readonly client: InternalClient) {}

  @Route(thing)
  async get(): Promise<object> {
    await Promise.resolve();
    logger.info('A line of the work.');
    await this.client.call(broken, { projectId: null });
    return {};
  }

  @Route(broken)
  async fail(): Promise<object> {
    throw new Error('A bug.');
  }

  @Route(slow)
  async wait(): Promise<object> {
    reached.resolve();
    return release.promise;
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

/** Calls to other services that were made; none is answered. */
const calls: Readonly<Record<string, string>>[] = [];
const services = {
  async call(_service: string, { headers }: { readonly headers: Readonly<Record<string, string>> }) {
    calls.push(headers);
    return { status: 500, body: '{}' };
  },
};
const client = new InternalClient(services, tokens, 'gateway');
const app = await createServiceApp({
  module: { module: ThingsModule, providers: [{ provide: CLIENT, useValue: client }] },
  ...{ logger, tokens, routes: [thing, broken, slow] },
  observe: { service: 'gateway', metrics, tracing },
});
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const { token } = tokens.sign({ kind: 'service', service: 'connect', projectId: null });
const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => fetch(url + path, { method, headers: { [IDENTITY_HEADER]: token, 'x-request-id': 'request-1', ...headers } });

afterAll(async () => {
  await app.close();
  await tracing.close();
  await collector.close();
});

/** Label values of the histogram of answers. */
async function series(): Promise<string[]> {
  const counts = (await metrics.page()).split('\n').filter((line) => line.startsWith('plaza_http_request_duration_seconds_count'));
  return counts.map((line) => /route="(\w+)",status="(\w+)"/.exec(line)?.slice(1).join(' ') ?? line).sort();
}

describe('the answers of a service', () => {
  test('are measured by contract and class of status, and odd requests add no label of their own', async () => {
    await get('/v1/things/1');
    await get('/v1/broken');
    expect(await series()).toEqual(['getBroken 5xx', 'getThing 2xx']);
    const odd = ['/v1/things/2', '/v1/things/%F0%9F%92%A9', '/v1/things/3?x=4', '/v1/nothing', '/v1/nothing/else', `/${'a'.repeat(2_000)}`, '/v1/things', '/%', '/v1/things/1/2'];
    for (const path of odd) await get(path);
    for (const method of ['POST', 'DELETE', 'OPTIONS']) await get('/v1/things/1', {}, method);
    await get('/v1/things/1', { [IDENTITY_HEADER]: 'forged', 'x-request-id': 'b', traceparent: 'c' });
    expect(await series()).toEqual(['getBroken 5xx', 'getThing 2xx', 'getThing 4xx', 'other 4xx']);
  });
});

describe('an answer', () => {
  test('that is handed over within the process is measured like one over the network', async () => {
    const answer = await app.inject({ method: 'GET', url: '/v1/slow', headers: { [IDENTITY_HEADER]: 'forged' } });
    expect(answer.statusCode).toBe(401);
    expect(await series()).toContain('getSlow 4xx');
  });

  test('for one who hung up has no status', async () => {
    const caller = new AbortController();
    const asked = fetch(`${url}/v1/slow`, { headers: { [IDENTITY_HEADER]: token }, signal: caller.signal }).catch(() => 'gone');
    await reached.promise;
    caller.abort();
    expect(await asked).toBe('gone');
    for (let tries = 0; tries < 1_000 && !(await series()).includes('getSlow aborted'); tries += 1) await new Promise(setImmediate);
    release.resolve({});
    expect(await series()).toContain('getSlow aborted');
    expect(await series()).not.toContain('getSlow 2xx');
  });
});

describe('the work of a request', () => {
  const traceparent = `00-${TRACE}-${PARENT}-01`;
  beforeAll(async () => {
    log.length = 0;
    calls.length = 0;
    await get('/v1/things/1', { traceparent });
    await get('/v1/broken', { traceparent });
  });

  test('writes its request id and its trace id into every line of the log', () => {
    expect(log).toMatchObject([
      { msg: 'A line of the work.', requestId: 'request-1', traceId: TRACE },
      { msg: 'A request failed.', requestId: 'request-1', traceId: TRACE },
    ]);
  });

  test('hands both on to the services that it asks, as its own place in the trace', () => {
    const [{ traceparent: told = '', 'x-request-id': requestId } = {}] = calls;
    expect(requestId).toBe('request-1');
    expect(told).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(told).not.toContain(PARENT);
  });

  test('is a span below the one of its caller, and a failed one when it failed', async () => {
    await tracing.close();
    const mine = collector.spans.filter(({ traceId }) => traceId === TRACE);
    expect(mine).toMatchObject([
      { name: 'gateway getThing', parentSpanId: PARENT, kind: 2, attributes: { 'plaza.service': 'gateway', 'http.route': 'getThing', 'plaza.request_id': 'request-1', 'http.response.status_code': 200 } },
      { name: 'gateway getBroken', parentSpanId: PARENT, status: { code: 2 }, attributes: { 'http.response.status_code': 500 } },
    ]);
    expect(calls[0]?.['traceparent']).toContain(mine[0]?.spanId);
  });
});
