import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenOnLoopback, MAGIC_WORDS, type ListeningSandbox } from './index.ts';
import { createSandbox } from './create-sandbox.ts';

const TOKEN = 'sandbox-webhook-token';
let sandbox: ListeningSandbox;
let late: { ms: number; task: () => void }[];
let nowMs: number;

const later = (ms: number, task: () => void): (() => void) => {
  late.push({ ms, task });
  return () => undefined;
};
const start = (more: { stateFile?: string } = {}) => listenOnLoopback({ later, now: () => nowMs, ...more });

beforeEach(async () => {
  late = [];
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  sandbox = await start();
});
afterEach(() => sandbox.close());

type Ledger = { entries: { text: string; accountId: string; deleted: boolean }[] };
const post = (content: string, webhook = '42') =>
  fetch(`${sandbox.url}/discord/api/v10/webhooks/${webhook}/${TOKEN}?wait=true`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content }),
  });
const ledger = async (query = '') =>
  ((await (await fetch(`${sandbox.url}/_/ledger${query}`)).json()) as Ledger).entries.map((entry) => entry.text);
const control = (method: string, path: string, body?: unknown) =>
  fetch(`${sandbox.url}/_/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const fault = (body: object) => control('POST', 'faults', { platform: 'discord', operation: 'publish', ...body });

describe('the ledger', () => {
  it('holds what was really published, by platform and account, until it is emptied', async () => {
    await post('one');
    await post('two', '43');
    expect(await ledger()).toEqual(['one', 'two']);
    expect(await ledger('?platform=discord&accountId=43')).toEqual(['two']);
    expect(await ledger('?platform=twitter')).toEqual([]);
    expect((await control('DELETE', 'ledger')).status).toBe(204);
    expect(await ledger()).toEqual([]);
  });
  it('marks what was deleted', async () => {
    const { id } = (await (await post('gone')).json()) as { id: string };
    await fetch(`${sandbox.url}/discord/api/v10/webhooks/42/${TOKEN}/messages/${id}`, { method: 'DELETE' });
    const { entries } = (await (await fetch(`${sandbox.url}/_/ledger`)).json()) as Ledger;
    expect(entries).toMatchObject([{ text: 'gone', deleted: true }]);
  });
});

describe('faults by magic words', () => {
  const word = (magic: string) => `hello [[sandbox:${magic}]]`;
  it.each([
    ['refuse=unknown_channel', 404, 0],
    ['rate_limit', 429, 0],
    ['server_error_before', 503, 0],
    ['server_error_after=500', 500, 1],
    ['malformed', 200, 1],
    ['redirect', 302, 0],
  ])('%s answers %d with %d posts made, and lets the next attempt through', async (magic, status, made) => {
    expect((await post(word(magic))).status).toBe(status);
    expect(await ledger()).toHaveLength(made);
    expect((await post(word(magic))).status).toBe(200);
  });
  it.each([
    ['drop_before', 0],
    ['drop_after', 1],
  ])('%s breaks the connection with %d posts made', async (magic, made) => {
    await expect(post(word(magic))).rejects.toThrow();
    expect(await ledger()).toHaveLength(made);
    expect((await post(word(magic))).status).toBe(200);
  });
  it('commit_late breaks the connection at once and makes the post later', async () => {
    await expect(post(word('commit_late=3000'))).rejects.toThrow();
    expect(await ledger()).toEqual([]);
    expect(late.map(({ ms }) => ms)).toEqual([3000]);
    late[0]?.task();
    expect(await ledger()).toHaveLength(1);
  });
  it('slow makes the post at once and answers later', async () => {
    const answer = post(word('slow=2000'));
    while (late.length === 0) await ledger();
    expect(late[0]?.ms).toBe(2000);
    expect(await ledger()).toHaveLength(1);
    late[0]?.task();
    expect((await answer).status).toBe(200);
  });
  it('trickle makes the post at once and answers byte by byte', async () => {
    const answer = await post(word('trickle'));
    const body = answer.text();
    let pauses = 0;
    for (let isRead = false; !isRead; isRead = await Promise.race([body.then(() => true), ledger().then(() => false)])) {
      for (const { ms, task } of late.splice(0)) {
        expect(ms).toBe(1000);
        pauses += 1;
        task();
      }
    }
    expect(await ledger()).toHaveLength(1);
    expect(JSON.parse(await body)).toMatchObject({ channel_id: expect.any(String) });
    expect(pauses).toBe(Buffer.byteLength(await body) - 1);
  });
  it('hits each account and each text for itself, and every time with an exclamation mark', async () => {
    expect((await post(word('refuse=unknown_channel'), '1')).status).toBe(404);
    expect((await post(word('refuse=unknown_channel'), '2')).status).toBe(404);
    expect((await post(`other ${word('refuse=unknown_channel')}`, '1')).status).toBe(404);
    for (const _ of [1, 2, 3]) expect((await post(word('refuse=unknown_channel!'))).status).toBe(404);
  });
  it.each(['nonsense', 'refuse=nonsense', 'commit_late=soon', 'drop_after=1', 'rate_limit=never'])(
    '%s is refused, naming the known words',
    async (magic) => {
      const answer = await post(word(magic));
      expect(answer.status).toBe(400);
      const text = await answer.text();
      for (const known of MAGIC_WORDS) expect(text).toContain(known.name);
      expect(await ledger()).toEqual([]);
    },
  );
  it.each([
    ['rate_limit=seconds:7', '7'],
    ['rate_limit=date:7', 'Thu, 01 Jan 2026 00:00:07 GMT'],
    ['rate_limit=absent', null],
    ['rate_limit=absurd', '99999999'],
  ])('%s writes Retry-After as %s', async (magic, header) => {
    expect((await post(word(magic))).headers.get('retry-after')).toBe(header);
  });
});

describe('faults by API', () => {
  it('hit as many calls as asked, of that platform, operation and account only', async () => {
    const { id } = (await (await fault({ accountId: '42', times: 2, fault: { kind: 'server_error_before' } })).json()) as { id: string };
    expect((await post('a', '43')).status).toBe(200);
    expect((await fetch(`${sandbox.url}/discord/api/webhooks/42/${TOKEN}`)).status).toBe(200);
    expect((await post('a')).status).toBe(503);
    expect(await (await control('GET', 'faults')).json()).toMatchObject({ faults: [{ id, remaining: 1 }] });
    expect((await post('a')).status).toBe(503);
    expect((await post('a')).status).toBe(200);
    expect(await (await control('GET', 'faults')).json()).toEqual({ faults: [] });
  });
  it('can be taken back, one or all', async () => {
    const { id } = (await (await fault({ fault: { kind: 'redirect' } })).json()) as { id: string };
    await fault({ fault: { kind: 'malformed' } });
    expect((await control('DELETE', `faults/${id}`)).status).toBe(204);
    expect((await control('DELETE', `faults/${id}`)).status).toBe(404);
    expect((await control('DELETE', 'faults')).status).toBe(204);
    expect((await post('a')).status).toBe(200);
  });
  it('refuses bad input with every problem', async () => {
    const answer = await fault({ times: 0, operation: 'x', fault: { kind: 'slow', ms: -1 }, surplus: true });
    expect(answer.status).toBe(400);
    const { problems } = (await answer.json()) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path).toSorted()).toEqual(['', 'fault.ms', 'operation', 'times']);
    expect((await fault({ platform: 'nowhere', fault: { kind: 'redirect' } })).status).toBe(400);
    expect((await fault({ fault: { kind: 'refuse', error: 'nonsense' } })).status).toBe(400);
    expect((await control('GET', 'ledger?surplus=1')).status).toBe(400);
    expect((await control('GET', 'requests?operation=x')).status).toBe(400);
  });
});

describe('the list of requests', () => {
  it('shows operation and status, and no secret', async () => {
    await fetch(`${sandbox.url}/twitter/api/2/users/me?access_token=hidden-in-query`, {
      headers: { authorization: 'Bearer hidden-in-header' },
    });
    await fetch(`${sandbox.url}/twitter/api/2/oauth2/token`, { method: 'POST', body: 'refresh_token=hidden-in-body' });
    await expect(post('[[sandbox:drop_before]]')).rejects.toThrow();
    const text = await (await control('GET', 'requests')).text();
    expect(text).not.toMatch(/hidden/);
    expect(text).not.toContain(TOKEN);
    expect(JSON.parse(text)).toMatchObject({
      requests: [
        { platform: 'twitter', method: 'GET', path: '/2/users/me?access_token=***', operation: 'profile', status: 401 },
        { platform: 'twitter', path: '/2/oauth2/token', operation: 'token', status: 401 },
        {
          platform: 'discord',
          path: '/v10/webhooks/42/***?wait=***',
          operation: 'publish',
          status: null,
          fault: 'drop_before',
          atMs: nowMs,
        },
      ],
    });
    const { requests } = (await (await control('GET', 'requests?platform=discord&operation=publish')).json()) as { requests: unknown[] };
    expect(requests).toHaveLength(1);
  });
});

describe('the state', () => {
  let folder: string;
  let stateFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plaza-sandbox-'));
    stateFile = join(folder, 'deep', 'sandbox.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const restart = async () => {
    await sandbox.close();
    sandbox = await start({ stateFile });
  };

  it('survives a kill: posts, ledger, faults and spent magic words', async () => {
    await restart();
    const { id } = (await (await post('kept')).json()) as { id: string };
    await post('[[sandbox:refuse=unknown_channel]]');
    await fault({ operation: 'lookup', times: 2, fault: { kind: 'slow', ms: 1 } });
    // What a kill leaves is exactly what stands in the file now: nothing is written when the sandbox ends.
    const killed = readFileSync(stateFile, 'utf8');
    await sandbox.close();
    expect(readFileSync(stateFile, 'utf8')).toBe(killed);
    appendFileSync(stateFile, '{"table":"discord/mess');
    sandbox = await start({ stateFile });
    expect(await ledger()).toEqual(['kept']);
    expect(await (await control('GET', 'faults')).json()).toMatchObject({ faults: [{ remaining: 2 }] });
    await control('DELETE', 'faults');
    expect((await fetch(`${sandbox.url}/discord/api/webhooks/42/${TOKEN}/messages/${id}`)).status).toBe(200);
    expect((await post('[[sandbox:refuse=unknown_channel]]')).status).toBe(200);
  });
  it('loses a commit that was still to come', async () => {
    await restart();
    await expect(post('[[sandbox:commit_late=1000]]')).rejects.toThrow();
    await restart();
    expect(await ledger()).toEqual([]);
  });
  it('is compacted at start to one line per row', async () => {
    await restart();
    for (const text of ['a', 'b']) await post(text);
    await control('DELETE', 'ledger');
    await restart();
    expect(readFileSync(stateFile, 'utf8').trim().split('\n')).toHaveLength(2);
  });
});

describe('the pages', () => {
  it('explains itself at its root', async () => {
    const answer = await fetch(sandbox.url);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain(`${sandbox.url}/discord/api`);
  });
  it('knows no platform or host that it does not simulate', async () => {
    expect((await fetch(`${sandbox.url}/nowhere/api/x`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/discord/web/x`)).status).toBe(404);
  });
  it('has a page in the docs that names every magic word', () => {
    const page = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
    for (const word of MAGIC_WORDS) expect(page).toContain(`\`${word.name}\``);
  });
  it('can be mounted in another server', async () => {
    const app = await createSandbox({ publicUrl: 'http://127.0.0.1/sandbox' });
    expect((await app.inject('/')).body).toContain('http://127.0.0.1/sandbox/discord/api');
    await app.close();
  });
});
