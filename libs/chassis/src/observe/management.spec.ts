import 'reflect-metadata';
import { Writable } from 'node:stream';
import { createLogger } from '../logging.ts';
import { DATABASE_CHECK, type HealthCheck } from './health.ts';
import { createManagement, type ManagementOptions } from './management.ts';
import { Metrics } from './metrics.ts';

const NEVER = new Promise<never>(() => undefined);

/** A check that a test turns red, breaks or lets hang. */
class Switch implements HealthCheck {
  readonly name: string;
  asked = 0;
  answer: () => Promise<string | undefined> = async () => undefined;

  constructor(name: string) {
    this.name = name;
  }

  check(): Promise<string | undefined> {
    this.asked += 1;
    return this.answer();
  }
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(more: Partial<ManagementOptions> = {}) {
  const database = new Switch(DATABASE_CHECK);
  const relay = new Switch('relay');
  const log: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  const services = [{ name: 'connect' as const, checks: [database, relay] }];
  const options = { services, metrics: new Metrics(), isDraining: () => false, logger: createLogger({ level: 'info', destination }), checkDeadlineMs: 20, keepMs: 0 };
  const app = await createManagement({ ...options, ...more });
  closing.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = async (path: string) => {
    const answer = await fetch(url + path);
    const text = await answer.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as { error?: Record<string, { message: string }> }) : {};
    return { status: answer.status, text, type: answer.headers.get('content-type'), red: Object.fromEntries(Object.entries(body.error ?? {}).map(([name, { message }]) => [name, message])) };
  };
  return { database, relay, log, get };
}

describe('/health/ready', () => {
  test('is green when every check is', async () => {
    const { get } = await open();
    expect(await get('/health/ready')).toMatchObject({ status: 200, red: {} });
  });

  test('is red with the name and the sentence of each check that is, and green again after it', async () => {
    const { relay, database, get } = await open();
    relay.answer = async () => 'The oldest event has waited for 30 s.';
    database.answer = async () => 'It is full.';
    expect(await get('/health/ready')).toMatchObject({ status: 503, red: { 'connect.relay': 'The oldest event has waited for 30 s.', 'connect.database': 'It is full.' } });
    relay.answer = async () => undefined;
    database.answer = async () => undefined;
    expect(await get('/health/ready')).toMatchObject({ status: 200, red: {} });
  });

  test('is red when a check hangs, which is not started a second time beside itself', async () => {
    const { relay, get } = await open();
    relay.answer = () => NEVER;
    expect(await get('/health/ready')).toMatchObject({ status: 503, red: { 'connect.relay': expect.stringContaining('20ms') } });
    expect((await get('/health/ready')).status).toBe(503);
    expect(relay.asked).toBe(1);
  });

  test('does not show why a check itself failed, which may name a host; the log does', async () => {
    const { relay, database, log, get } = await open();
    relay.answer = () => Promise.reject(new Error('relation "secret_table" does not exist'));
    database.answer = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' }));
    const { text, red } = await get('/health/ready');
    expect(red).toEqual({ 'connect.relay': 'The check failed; the log says why.', 'connect.database': 'The database does not answer.' });
    expect(text).not.toMatch(/secret_table|10\.1\.2\.3/);
    expect(JSON.stringify(log)).toContain('secret_table');
  });

  test('asks no more than once in a while, however often it is asked', async () => {
    const { relay, get } = await open({ keepMs: 60_000 });
    await Promise.all([get('/health/ready'), get('/health/ready')]);
    await get('/health/ready');
    expect(relay.asked).toBe(1);
  });

  test('leaves one line in the log when a check turns red and one when it is green again', async () => {
    const { relay, log, get } = await open();
    await get('/health/ready');
    relay.answer = async () => 'It stands still.';
    for (let times = 0; times < 3; times += 1) await get('/health/ready');
    relay.answer = async () => undefined;
    for (let times = 0; times < 3; times += 1) await get('/health/ready');
    expect(log).toMatchObject([
      { level: 'warn', check: 'connect.relay', sentence: 'It stands still.' },
      { level: 'info', check: 'connect.relay' },
    ]);
  });
});

describe('/health/serving', () => {
  test('stays green when only what is behind the scenes is late: posts are still taken', async () => {
    const { relay, get } = await open();
    relay.answer = async () => 'The broker is gone.';
    expect((await get('/health/serving')).status).toBe(200);
  });

  test('is red without a database, and during a shutdown', async () => {
    let isDraining = false;
    const { database, get } = await open({ isDraining: () => isDraining });
    database.answer = async () => 'It is gone.';
    expect(await get('/health/serving')).toMatchObject({ status: 503, red: { 'connect.database': 'It is gone.' } });
    database.answer = async () => undefined;
    isDraining = true;
    expect(await get('/health/serving')).toMatchObject({ status: 503, red: { draining: 'The process is shutting down.' } });
  });
});

test('/health/live asks for nothing: a new process would not mend a database', async () => {
  const { database, relay, get } = await open({ isDraining: () => true });
  database.answer = () => NEVER;
  expect((await get('/health/live')).status).toBe(200);
  expect([database.asked, relay.asked]).toEqual([0, 0]);
});

test("/metrics is the page in Prometheus' format", async () => {
  const metrics = new Metrics();
  metrics.counter('plaza_calls_total', 'Calls.', []).add({});
  const { get } = await open({ metrics });
  expect(await get('/metrics')).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', text: expect.stringContaining('\nplaza_calls_total 1\n') });
});
