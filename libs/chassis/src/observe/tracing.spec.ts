import { openSpanCollector } from '@plaza/testing';
import { readSettings } from '../config.ts';
import { createLogger } from '../logging.ts';
import { answering, rawServer } from '../outbound/raw-server.spec-support.ts';
import { createPlatformHttp } from '../outbound/platform-http.ts';
import { eventTrace, inSpan, NO_TRACING, openTracing } from './tracing.ts';
import { currentWork, runInWork } from './work-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const logger = createLogger({ level: 'silent' });
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
const traced = async (ratio = '1') => {
  const collector = await openSpanCollector();
  opened.push(collector);
  const tracing = await openTracing(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_TRACES_SAMPLER_ARG: ratio }), logger);
  return { collector, tracing };
};

describe('tracing that is off', () => {
  test('is what comes without an endpoint', async () => {
    expect(await openTracing(readSettings({}), logger)).toBe(NO_TRACING);
  });

  test('hands the trace on as it came, and begins one where none came', async () => {
    expect(await inSpan(NO_TRACING, 'work', { kind: 'internal', parent: PARENT }, async () => currentWork()?.traceparent)).toBe(PARENT);
    expect(await inSpan(NO_TRACING, 'work', { kind: 'internal' }, async ({ traceparent }) => [traceparent, currentWork()?.traceparent])).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/), expect.any(String)]);
  });
});

describe('a span', () => {
  test('is sent below its parent, and what is done in it is below it', async () => {
    const { collector, tracing } = await traced();
    await inSpan(tracing, 'outer', { kind: 'server', parent: PARENT }, async () => inSpan(tracing, 'inner', { kind: 'internal', attributes: { 'plaza.post_id': 'p' } }, async () => undefined));
    await tracing.close();
    const [inner, outer] = collector.spans;
    expect(outer).toMatchObject({ name: 'outer', traceId: TRACE, parentSpanId: '00f067aa0ba902b7', kind: 2 });
    expect(inner).toMatchObject({ name: 'inner', traceId: TRACE, parentSpanId: outer?.spanId, attributes: { 'plaza.post_id': 'p' } });
  });

  test('of work that throws has failed, without the words of the error, which may quote a secret', async () => {
    const { collector, tracing } = await traced();
    const work = inSpan(tracing, 'work', { kind: 'internal' }, () => Promise.reject(new TypeError('The token hunter2 is bad.')));
    await expect(work).rejects.toThrow('hunter2');
    await tracing.close();
    expect(collector.spans).toMatchObject([{ status: { code: 2, message: 'TypeError' } }]);
    expect(JSON.stringify(collector.spans)).not.toContain('hunter2');
  });

  test('keeps the request of the work around it, for the log', async () => {
    const work = runInWork({ requestId: 'r', traceparent: PARENT }, () => inSpan(NO_TRACING, 'work', { kind: 'internal' }, async () => currentWork()));
    expect(await work).toEqual({ requestId: 'r', traceparent: PARENT });
  });

  test('is recorded by the id of its trace alone: all processes decide alike, and no flag of a caller changes it', async () => {
    const { collector, tracing } = await traced('0.5');
    const [low, high] = ['0'.repeat(24) + '00000001', 'f'.repeat(8) + '0'.repeat(24)];
    for (const flag of ['00', '01']) for (const id of [low, high]) tracing.start(`${id} ${flag}`, { kind: 'server', parent: `00-${id}-00f067aa0ba902b7-${flag}` }).end();
    await tracing.close();
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual([low, low]);
  });
});

describe("an event's handling", () => {
  test('belongs to the trace of its cause, and to the event', async () => {
    const { collector, tracing } = await traced();
    const trace = eventTrace(tracing, 'accounts');
    const event = { id: 'e1', type: 'post.canceled', version: 1, source: 'publishing', time: '', projectId: '', key: 'k', sequence: 1, traceparent: PARENT, data: {} } as const;
    expect(await trace.handle(event, async () => trace.current())).toContain(TRACE);
    expect(trace.current()).toBeUndefined();
    await tracing.close();
    expect(collector.spans).toMatchObject([{ name: 'handle post.canceled', traceId: TRACE, kind: 5, attributes: { 'plaza.service': 'accounts', 'messaging.message.id': 'e1' } }]);
  });
});

describe('a call to a platform', () => {
  test('is a span that names method and host only, and the platform learns nothing of our trace', async () => {
    const { collector, tracing } = await traced();
    const platform = await rawServer(answering('HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n'));
    opened.push(platform);
    const http = createPlatformHttp({ userAgent: 'Plaza', allowedHosts: [], sandboxUrl: `http://127.0.0.1:${platform.port}`, tracing });
    opened.push(http);
    const url = `http://127.0.0.1:${platform.port}/webhooks/1/hunter2?access_token=hunter3`;
    await runInWork({ traceparent: PARENT }, () => http.test.send({ method: 'POST', url, body: 'hunter4', visible: true }));
    await runInWork({ traceparent: PARENT }, () => http.test.send({ method: 'GET', url: 'http://elsewhere.example/hunter5' }));
    await tracing.close();
    const name = `POST 127.0.0.1:${platform.port}`;
    expect(collector.spans).toMatchObject([
      { name, traceId: TRACE, kind: 3, attributes: { 'http.response.status_code': 429, 'plaza.visible': true } },
      { name: 'GET elsewhere.example', traceId: TRACE, status: { code: 2, message: 'unsent' } },
    ]);
    expect(JSON.stringify(collector.spans)).not.toMatch(/hunter\d/);
    expect(platform.received()).not.toMatch(/traceparent|tracestate/i);
  });
});
