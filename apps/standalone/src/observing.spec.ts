import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { createLogger } from '@plaza/chassis';
import { openSpanCollector, type SpanCollector } from '@plaza/testing';
import pg from 'pg';
import { startTestPlaza, type TestPlaza } from './in-process.spec-support.ts';
import { call, eventually, type Json } from './plaza-process.spec-support.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

/** A log that a test reads. */
function memoryLog() {
  const lines: Json[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { lines, logger: createLogger({ level: 'info', destination }) };
}

describe('a post that is watched from its request to the platform', () => {
  const { lines, logger } = memoryLog();
  let plaza: TestPlaza;
  let collector: SpanCollector;
  let accountId: string;
  const platforms = () => [{ platform: 'twitter', accountId }];
  const metrics = async (name: string): Promise<string[]> => (await call(plaza, '', 'GET', '/metrics')).text.split('\n').filter((line) => line.startsWith(name));
  const outbox = (type: string, postId: string) =>
    plaza.database.asAdmin<{ traceparent: string }>(`select traceparent from publishing.outbox where type = $1 and (data->>'postId' = $2)`, [type, postId]);
  const published = (postId: string) => eventually(async () => lines.find((line) => line.postId === postId && line.decision === 'published'), (line) => line !== undefined, 'published');

  beforeAll(async () => {
    collector = await openSpanCollector();
    plaza = await startTestPlaza({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, { logger });
    accountId = await plaza.connectAccount('twitter', 'watched');
  });
  afterAll(async () => {
    await plaza.stop();
    await collector.close();
  });

  it("has one trace: its request's, on its events, its log line, its publication and the call to the platform", async () => {
    const made = await plaza.send('POST', '/v1/posts', { content: 'Traced', platforms: platforms() }, { traceparent: PARENT });
    expect(made.status).toBe(202);
    const postId = made.json.postId;
    for (const type of ['publication.due', 'publication.finished', 'post.published']) {
      expect([type, await outbox(type, postId)]).toEqual([type, [{ traceparent: expect.stringContaining(TRACE) }]]);
    }
    expect(await published(postId)).toMatchObject({ level: 'info', service: 'publishing', platform: 'twitter', attempt: 'send', state: 'published', category: 'published', traceId: TRACE });
    const names = ['POST /v1/posts', 'publishing createPost', 'handle publication.due', 'publish twitter', `POST ${new URL(plaza.url).host}`, 'connect accountCredentials', 'handle publication.finished'];
    const isComplete = () => names.every((name) => collector.spans.some((span) => span.traceId === TRACE && span.name === name));
    await eventually(async () => collector.spans, isComplete, 'sent');
    const spans = new Map(collector.spans.filter(({ traceId }) => traceId === TRACE).map((span) => [span.name, span]));
    const [edge, service, , publication, platformCall, credential] = names.map((name) => spans.get(name));
    expect(edge).toMatchObject({ parentSpanId: '00f067aa0ba902b7', attributes: { 'http.route': 'createPost', 'http.response.status_code': 202 } });
    expect(service?.parentSpanId).toBe(edge?.spanId);
    expect(publication).toMatchObject({ parentSpanId: service?.spanId, attributes: { 'plaza.post_id': postId, 'plaza.platform': 'twitter' } });
    expect(credential).toMatchObject({ parentSpanId: publication?.spanId, attributes: { 'http.response.status_code': 200 } });
    expect(platformCall).toMatchObject({ parentSpanId: publication?.spanId, kind: 3, attributes: { 'plaza.visible': true } });
  });

  it('has it still when it is scheduled and no event joins the two, and goes out without one when it was made before there were any', async () => {
    const schedule = async (content: string) => {
      const body = { content, platforms: platforms(), scheduledFor: new Date(Date.now() + 3_600_000).toISOString() };
      return (await plaza.send('POST', '/v1/posts', body, { traceparent: PARENT })).json.postId as string;
    };
    const [known, unknown] = [await schedule('Later'), await schedule('From before')];
    await plaza.database.asAdmin('update publishing.posts set traceparent = null where id = $1', [unknown]);
    await plaza.database.asAdmin('update publishing.targets set due_at = now() where post_id = any($1)', [[known, unknown]]);
    expect(await published(known)).toMatchObject({ traceId: TRACE });
    expect((await published(unknown)).traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(await outbox('publication.due', known)).toEqual([{ traceparent: expect.stringContaining(TRACE) }]);
    expect(await outbox('publication.due', unknown)).toEqual([{ traceparent: null }]);
  });

  it('begins a trace where its caller had none, or one that is none', async () => {
    for (const headers of [{}, { traceparent: '00-zz-zz-01' }]) {
      const { postId } = (await plaza.send('POST', '/v1/posts', { content: `Untraced ${JSON.stringify(headers)}`, platforms: platforms() }, headers)).json;
      const [{ traceparent = '' } = {}] = await outbox('publication.due', postId);
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(await published(postId)).toMatchObject({ traceId: traceparent.slice(3, 35) });
    }
  });

  it('is counted, and odd requests add no label', async () => {
    const [attempts = ''] = await metrics('plaza_publish_attempts_total{platform="twitter",category="published"}');
    expect(Number(attempts.split(' ')[1])).toBeGreaterThanOrEqual(3);
    expect(await metrics('plaza_http_request_duration_seconds_count{service="edge",route="createPost",status="2xx"}')).toHaveLength(1);
    expect(await metrics('plaza_http_request_duration_seconds_count{service="publishing",route="createPost",status="2xx"}')).toHaveLength(1);
    expect(await metrics('plaza_consumer_lag{service="accounts",topic="publication.finished"}')).toEqual([expect.stringMatching(/ 0$/)]);
    for (const path of ['/v1/posts/x', '/v1/posts/y?z=1', '/v1/nothing/at/all', '/docs', '/sandbox/twitter/nothing', '/%']) await call(plaza, plaza.key, 'GET', path);
    const routes = new Set((await metrics('plaza_http_request_duration_seconds_count')).map((line) => /route="([^"]*)"/.exec(line)?.[1]));
    for (const route of routes) expect(route).toMatch(/^[a-zA-Z]+$/);
    const before = (await metrics('plaza_http_')).length;
    for (let times = 0; times < 50; times += 1) await call(plaza, plaza.key, 'GET', `/v1/posts/${times}?${times}`, undefined, { 'x-request-id': String(times) });
    expect((await metrics('plaza_http_')).length).toBe(before);
  });

  it('leaves no line of an attempt whose claim was lost meanwhile: its outcome was not kept either', async () => {
    const trace = 'ab'.repeat(16);
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, prefer: 'wait=0' };
    const { postId } = (await plaza.send('POST', '/v1/posts', { content: 'Slow [[sandbox:slow=1000]]', platforms: platforms() }, headers)).json;
    const takeAway = () => plaza.database.asAdmin(`update publishing.targets set owner = gen_random_uuid() where post_id = $1 and state = 'dispatching' returning 1`, [postId]);
    await eventually(takeAway, (rows) => rows.length > 0, 'taken away');
    await published(postId);
    const publications = () => collector.spans.filter(({ traceId, name }) => traceId === trace && name === 'publish twitter');
    await eventually(async () => publications(), ({ length }) => length >= 2, 'both ended');
    expect(lines.filter((line) => line.postId === postId).map((line) => `${line.attempt} ${line.decision}`)).toEqual(['lookup published']);
  });

  it('has nothing to do with a connection that breaks later, although it may have opened it', async () => {
    const broken = () => lines.filter(({ msg }) => msg === 'A database connection broke.');
    await Promise.all(Array.from({ length: 10 }, (_, index) => plaza.send('GET', `/v1/posts?limit=${index + 1}`)));
    await plaza.database.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaza-publishing' and datname = current_database()`);
    await eventually(async () => broken(), ({ length }) => length > 0, 'told');
    for (const line of broken()) expect([line.requestId, line.traceId]).toEqual([undefined, undefined]);
  });

  it('renews tokens, which is counted by platform and outcome', async () => {
    await plaza.database.asAdmin(`update connect.integrations set access_expires_at = now() - interval '1 minute', refresh_due_at = null where id = $1`, [accountId]);
    await plaza.send('POST', '/v1/posts', { content: 'With new tokens', platforms: platforms() });
    expect(await metrics('plaza_token_refreshes_total{platform="twitter",outcome="refreshed"}')).toEqual([expect.stringMatching(/ 1$/)]);
  });

  it('is told in figures and checks that the operators\' page explains, and alerts ask for none that there is not', async () => {
    const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const page = (await call(plaza, '', 'GET', '/metrics')).text;
    const figures = [...page.matchAll(/^# TYPE (plaza_\w+)/gm)].map(([, name = '']) => name);
    const checks = Object.keys((await call(plaza, '', 'GET', '/health/ready')).json.details).map((name) => name.split('.')[1] ?? '');
    const docs = file('docs/observability.md');
    for (const name of [...figures, ...new Set(checks)]) expect(docs).toMatch(new RegExp(`^\\| \`${name}[\`{]`, 'm'));
    const asked = [...file('infra/prometheus/alerts.yml').matchAll(/plaza_[a-z_]+/g)].map(([name]) => name.replace(/_(?:count|sum|bucket)$/, ''));
    expect(asked.filter((name) => !figures.includes(name))).toEqual([]);
  });

  it('is behind figures that only this machine sees, and health that anyone does', async () => {
    for (const headers of [{ 'x-forwarded-for': '192.0.2.1' }, { forwarded: 'for=192.0.2.1' }]) {
      expect((await call(plaza, '', 'GET', '/metrics', undefined, headers)).status).toBe(404);
      expect((await call(plaza, '', 'GET', '/health/ready', undefined, headers)).status).toBe(200);
    }
    expect((await call(plaza, '', 'GET', '/metrics?x=1')).status).toBe(200);
  });
});

describe('readiness', () => {
  let nowMs = Date.now();
  let plaza: TestPlaza;
  let admin: pg.Client;

  /** Names of the red checks. */
  const red = async (): Promise<string[]> => Object.keys((await call(plaza, '', 'GET', '/health/ready')).json.error);
  const untilRed = (name: string) => eventually(red, (names) => names.includes(name), `${name} is red`);
  const untilGreen = () => eventually(async () => (await call(plaza, '', 'GET', '/health/ready')).status, (status) => status === 200, 'green');

  beforeAll(async () => {
    plaza = await startTestPlaza({}, { now: () => nowMs });
    admin = new pg.Client({ connectionString: plaza.database.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await plaza.stop();
  });
  beforeEach(untilGreen);

  it('turns red while the relay is behind, and green when it has caught up', async () => {
    // Whoever waits for the lock gets it when its holder is gone; a holder only tries.
    const lock = admin.query(`select pg_advisory_lock(hashtextextended('plaza publishing relay', 0))`);
    const isWaiting = () => plaza.database.asAdmin<{ n: number }>(`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`);
    await eventually(isWaiting, ([row]) => (row?.n ?? 0) > 0, 'waiting');
    await plaza.database.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaza-publishing-session' and datname = current_database()`);
    await lock;
    await plaza.database.asAdmin(
      `insert into publishing.outbox (event_id, project_id, type, version, key, sequence, data, occurred_at)
       values (gen_random_uuid(), $1, 'post.canceled', 1, 'k', 1, '{"postId":"k"}', now() - interval '25 seconds')`,
      [plaza.projectId],
    );
    await untilRed('publishing.relay');
    await admin.query('select pg_advisory_unlock_all()');
    await untilGreen();
  });

  it('turns red while a consumer makes no progress, and takes requests all the same', async () => {
    await admin.query('begin; lock table accounts.account_rows in access exclusive mode');
    await plaza.connectAccount('bluesky', 'stalled');
    const handed = async () => (await call(plaza, '', 'GET', '/metrics')).text;
    await eventually(handed, (page) => page.includes('plaza_consumer_lag{service="accounts",topic="integration.connected"} 1'), 'handed over');
    expect(await red()).toEqual([]);
    nowMs += 21_000;
    await untilRed('accounts.consumer');
    expect((await call(plaza, '', 'GET', '/health/serving')).status).toBe(200);
    await admin.query('rollback');
    await untilGreen();
  });

  it('turns red while a post that could go out is late, and green when it has gone', async () => {
    const accountId = await plaza.connectAccount('twitter', 'late');
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const { postId } = (await plaza.send('POST', '/v1/posts', { content: 'Late', platforms: [{ platform: 'twitter', accountId }], scheduledFor })).json;
    // A pause keeps workers away until the row is held; then the claim waits for it, as it would behind anything that stands still.
    await plaza.database.asAdmin(`insert into publishing.pauses values ($1, 'account', $2, now() + interval '1 hour')`, [plaza.projectId, accountId]);
    await plaza.database.asAdmin(`update publishing.targets set state = 'due', due_at = now() - interval '25 seconds', next_try_at = now() - interval '25 seconds' where post_id = $1`, [postId]);
    await admin.query('begin');
    await admin.query('select 1 from publishing.targets where post_id = $1 for update', [postId]);
    expect(await red()).toEqual([]);
    await plaza.database.asAdmin('delete from publishing.pauses where name = $1', [accountId]);
    await untilRed('publishing.oldest_due');
    await admin.query('rollback');
    await untilGreen();
    await eventually(async () => (await plaza.send('GET', `/v1/posts/${postId}`)).json.post.status, (status) => status === 'published', 'published');
  });

  it('turns red while the worker has no session, and green when it has one again', async () => {
    const name = new URL(plaza.database.adminUrl).pathname.slice(1);
    await plaza.database.asAdmin(`alter database ${name} with connection limit 0`);
    await plaza.database.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaza-publishing-worker' and datname = current_database()`);
    const later = (): Promise<string[]> => {
      nowMs += 11_000;
      return red();
    };
    await eventually(later, (names) => names.includes('publishing.worker_session'), 'red');
    await plaza.database.asAdmin(`alter database ${name} with connection limit -1`);
    await untilGreen();
  });
});
