import { createHttp } from '@plaza/chassis';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import {
  callContext,
  checkContent,
  type CallContext,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type MediaFile,
  type Publication,
} from '../kit/index.ts';
import { fileOf } from '../kit/testbed.spec-support.ts';
import { discord } from './index.ts';
import { discordSimulator } from './simulator.ts';
import { parseWebhookUrl } from './webhook.ts';

const TOKEN = 'a-token_of-16-characters-or-more';
const REAL = 'https://discord.com/api';
const { credentials, publish, manifest } = discord;

let sandbox: ListeningSandbox;
let http: ReturnType<typeof createHttp>;
let sent: HttpRequest[];
let nowMs: number;
const recording: Http = {
  send: (request) => {
    sent.push(request);
    return http.send(request);
  },
};
const context = (): CallContext => callContext(manifest, 'test', { http: recording, sandboxUrl: sandbox.url, nowMs });

beforeEach(async () => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  sent = [];
  http = createHttp({ userAgent: 'plaza-test' });
  sandbox = await listenOnLoopback({
    now: () => nowMs,
    later: () => () => undefined,
    simulators: [{ platform: 'discord', create: discordSimulator }],
  });
});
afterEach(async () => {
  await http.close();
  await sandbox.close();
});

const tryConnect = (token = TOKEN) => credentials.connect(context(), { webhookUrl: `${sandbox.url}/discord/api/webhooks/42/${token}` });
async function connected() {
  const result = await tryConnect();
  if (!result.ok) throw new Error(result.failure.message);
  const { grant, profile } = result.value;
  return { credential: { accessToken: { reveal: () => grant.accessToken }, extra: grant.extra ?? {} }, account: profile };
}
async function publication(text: string, options: object = {}, media: readonly MediaFile[] = []): Promise<Publication> {
  return { ...(await connected()), content: { text, options: { ...options } }, media, attachments: {}, before: [], publicationId: 'p', dueAtMs: nowMs, checkpoint: {} };
}
const submit = async (...of: Parameters<typeof publication>) => publish.submit(context(), await publication(...of));
const file = (url: string, more: Partial<MediaFile> = {}): MediaFile => ({
  ...fileOf(new Uint8Array([1, 2, 255]), { type: 'image', mimeType: 'image/png', width: 1, height: 1, url }),
  ...more,
});
const ledger = async () =>
  ((await (await fetch(`${sandbox.url}/_/ledger`)).json()) as { entries: { text: string; postId: string; deleted: boolean }[] }).entries;

describe('webhook URLs', () => {
  it.each([
    `https://discord.com/api/webhooks/42/${TOKEN}`,
    `https://discordapp.com/api/v10/webhooks/42/${TOKEN}`,
    `https://ptb.discord.com/api/webhooks/42/${TOKEN}/`,
    `https://canary.discord.com/api/v9/webhooks/42/${TOKEN}`,
  ])('%s is one', (url) => expect(parseWebhookUrl(url, [REAL])).toEqual({ webhookId: '42', webhookToken: TOKEN }));
  it.each([
    `http://discord.com/api/webhooks/42/${TOKEN}`,
    `https://discord.com.evil.example/api/webhooks/42/${TOKEN}`,
    `https://evil.example/?https://discord.com/api/webhooks/42/${TOKEN}`,
    `https://discord.com@evil.example/api/webhooks/42/${TOKEN}`,
    `https://discord.com/api/webhooks/42/${TOKEN}/../../users/@me`,
    `https://discord.com/api/webhooks/42/${TOKEN}?wait=true`,
    `https://discord.com/api/webhooks/x/${TOKEN}`,
    `http://127.0.0.1:4000/discord/api/webhooks/42/${TOKEN}`,
    '',
  ])('%s is none', (url) => expect(parseWebhookUrl(url, [REAL])).toBeUndefined());
  it('are those of the sandbox too, where calls go to the sandbox', () => {
    const api = 'http://127.0.0.1:4000/sandbox/discord/api';
    expect(parseWebhookUrl(`${api}/v10/webhooks/42/${TOKEN}`, [api])).toEqual({ webhookId: '42', webhookToken: TOKEN });
    expect(parseWebhookUrl(`http://127.0.0.1:4001/sandbox/discord/api/webhooks/42/${TOKEN}`, [api])).toBeUndefined();
    expect(parseWebhookUrl(`https://discord.com/api/webhooks/42/${TOKEN}`, [api])).toEqual({ webhookId: '42', webhookToken: TOKEN });
  });
});

describe('connecting', () => {
  it('reads the webhook and keeps its parts', async () => {
    expect(await tryConnect()).toEqual({
      ok: true,
      value: {
        grant: { accessToken: TOKEN, extra: { webhookId: '42', webhookToken: TOKEN } },
        profile: {
          platformUserId: '42',
          username: null,
          displayName: 'Plaza sandbox',
          profileUrl: 'https://discord.com/channels/44/43',
          imageUrl: null,
          metadata: { guildId: '44', channelId: '43' },
        },
      },
    });
  });
  it.each([
    ['deleted-token-of-a-webhook', 'Unknown Webhook'],
    ['wrong-token-of-a-webhook', 'Invalid Webhook Token'],
    ['short', 'Invalid Webhook Token'],
  ])('refuses %s', async (token, message) => {
    expect(await tryConnect(token)).toEqual({ ok: false, failure: { kind: 'credential', message } });
  });
  it('sends nothing to an address that is not a webhook', async () => {
    expect(await credentials.connect(context(), { webhookUrl: 'https://evil.example/api/webhooks/1/x' })).toMatchObject({
      ok: false,
      failure: { kind: 'credential' },
    });
    expect(sent).toEqual([]);
  });
  it.each([
    ['an answer of another shape', { id: '42' }, 'platform'],
    ['a webhook of an app', { id: '42', type: 3, name: 'app' }, 'unsupported_account'],
  ])('refuses %s', async (_name, body, kind) => {
    const answer: HttpResponse = { kind: 'response', status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    const answering: CallContext = { ...context(), http: { send: async () => answer } };
    expect(await credentials.connect(answering, { webhookUrl: `https://discord.com/api/webhooks/42/${TOKEN}` })).toMatchObject({
      ok: false,
      failure: { kind },
    });
  });
});

describe('publishing', () => {
  it('posts once and gives id and URL; deletes it, also when it is gone', async () => {
    const result = await submit('hello @everyone');
    const [entry] = await ledger();
    expect(result).toEqual({
      kind: 'published',
      platformPostId: entry?.postId,
      platformPostUrl: `https://discord.com/channels/44/43/${entry?.postId}`,
    });
    const call = sent.at(-1);
    expect(call).toMatchObject({ visible: true, deadlineMs: manifest.submitDeadlineMs, url: expect.stringContaining('wait=true') });
    expect(JSON.parse(String(call?.body))).toEqual({ content: 'hello @everyone', allowed_mentions: { parse: [] } });
    for (const _ of [1, 2]) expect(await publish.remove?.(context(), await connected(), entry?.postId ?? '')).toEqual({ kind: 'deleted' });
    expect(await ledger()).toMatchObject([{ deleted: true }]);
  });
  it('sends files beside the text, each under its name', async () => {
    const media = [
      file('https://media.example/a b.png'),
      file('https://media.example/x/', { type: 'document', mimeType: 'application/pdf' }),
    ];
    expect(await submit('with files', {}, media)).toMatchObject({ kind: 'published' });
    const call = sent.at(-1);
    const body = typeof call?.body === 'object' && 'open' in call.body ? Buffer.concat(await Array.fromAsync(call.body.open())) : Buffer.alloc(0);
    const form = await new Response(body, { headers: { ...call?.headers } }).formData();
    expect([...form.keys()]).toEqual(['payload_json', 'files[0]', 'files[1]']);
    const attachments = [
      { id: 0, filename: 'a20b.png' },
      { id: 1, filename: 'file-2.pdf' },
    ];
    const payload = form.get('payload_json');
    expect(JSON.parse(typeof payload === 'string' ? payload : ((await payload?.text()) ?? ''))).toMatchObject({
      content: 'with files',
      attachments,
    });
  });
  it('describes and covers files', async () => {
    const media = [file('https://media.example/a.png'), file('https://media.example/b.png')];
    await submit('covered', { altText: ['A cat'], spoiler: true }, media);
    const body = sent.at(-1)?.body;
    const text = typeof body === 'object' && 'open' in body ? Buffer.concat(await Array.fromAsync(body.open())).toString('latin1') : '';
    expect(text).toContain('"attachments":[{"id":0,"filename":"SPOILER_a.png","description":"A cat"},{"id":1,"filename":"SPOILER_b.png"}]');
  });
  it('finds messages of threads again by their thread', async () => {
    const inThread = await submit('in a thread', { threadId: '99' });
    expect(inThread).toMatchObject({ kind: 'published', platformPostId: expect.stringMatching(/^99\/\d+$/) });
    expect(
      await submit('a new thread', { threadName: 'title', username: 'Bot', avatarUrl: 'https://a.example/a.png', suppressEmbeds: true }),
    ).toMatchObject({ kind: 'published' });
    expect(JSON.parse(String(sent.at(-1)?.body))).toMatchObject({
      thread_name: 'title',
      username: 'Bot',
      avatar_url: 'https://a.example/a.png',
      flags: 4,
    });
    const id = inThread.kind === 'published' ? inThread.platformPostId : '';
    expect(await publish.remove?.(context(), await connected(), id)).toEqual({ kind: 'deleted' });
    expect((await ledger()).map(({ deleted }) => deleted)).toEqual([true, false]);
  });
  it('sends nothing when the media cannot be read', async () => {
    const broken = file('https://media.example/a.png', { stream: () => Promise.reject(new Error('gone')) });
    expect(await submit('x', {}, [broken])).toEqual({ kind: 'unsent', reason: 'the media cannot be read: gone' });
    expect(await ledger()).toEqual([]);
  });
  it.each(['server_error_before=500', 'server_error_after', 'drop_before', 'drop_after', 'malformed', 'redirect', 'commit_late'])(
    '%s leaves the outcome unknown',
    async (word) => {
      expect(await submit(`hello [[sandbox:${word}]]`)).toMatchObject({ kind: 'unknown' });
      expect(await submit(`hello [[sandbox:${word}]]`, {}, [file('https://media.example/a.png')])).toMatchObject({ kind: 'published' });
    },
  );
  it('cannot tell what an answer without a message means', async () => {
    const answering = (status: number, body: string): CallContext => ({
      ...context(),
      http: { send: async () => ({ kind: 'response', status, headers: {}, body: Buffer.from(body) }) },
    });
    const given = await publication('x');
    for (const [status, body] of [
      [204, ''],
      [200, ''],
      [200, '{}'],
      [302, ''],
    ] as const) {
      expect(await publish.submit(answering(status, body), given)).toMatchObject({ kind: 'unknown', httpStatus: status });
    }
  });
  it('refuses with the reason of Discord', async () => {
    expect(await submit('x'.repeat(2001))).toMatchObject({ kind: 'refused', category: 'content_rejected', code: '50035' });
    expect(await submit('')).toMatchObject({ kind: 'refused', category: 'content_rejected', code: '50006' });
    const large = fileOf(new Uint8Array(10 * 1024 * 1024 + 1), { type: 'image', mimeType: 'image/png' });
    expect(await submit('x', {}, [large])).toMatchObject({ kind: 'refused', category: 'media_rejected', code: '50045' });
    const eleven = Array.from({ length: 11 }, () => file('https://media.example/a.png'));
    expect(await submit('x', {}, eleven)).toMatchObject({ kind: 'refused', category: 'media_rejected', code: '30015' });
    expect(await submit('[[sandbox:refuse=unknown_webhook]]')).toMatchObject({ kind: 'refused', category: 'reconnect_required' });
    expect(await submit('[[sandbox:rate_limit=seconds:5]]')).toMatchObject({
      kind: 'refused',
      category: 'rate_limited',
      untilMs: nowMs + 5000,
    });
    expect(await submit('[[sandbox:refuse=global_rate_limit]]')).toMatchObject({
      kind: 'refused',
      category: 'rate_limited',
      limitOf: 'platform',
    });
    expect(await submit('[[sandbox:nonsense]]')).toMatchObject({
      kind: 'refused',
      category: 'content_rejected',
      message: expect.stringContaining('drop_after'),
    });
  });
  it('makes the message also when it is not waited for, and then says nothing', async () => {
    const answer = await fetch(`${sandbox.url}/discord/api/webhooks/42/${TOKEN}`, {
      method: 'POST',
      body: '{"content":"x"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(204);
    expect(await ledger()).toHaveLength(1);
  });
});

describe('the rules before anything is sent', () => {
  const rules = (text: string, options: object = {}, media: readonly MediaFile[] = []) =>
    checkContent(manifest, { text, options: manifest.options.parse(options) }, media).map(({ rule }) => rule);
  it('are those of Discord', () => {
    expect(rules('x'.repeat(2000))).toEqual([]);
    expect(rules('x'.repeat(2001))).toEqual(['text_too_long']);
    expect(rules('')).toEqual(['text_required']);
    expect(rules('', {}, [file('https://media.example/a.png')])).toEqual([]);
    expect(rules('', {}, [file('https://media.example/a.png', { sizeBytes: 10 * 1024 * 1024 + 1 })])).toEqual(['media_too_large']);
    expect(rules('x', { threadId: '1', threadName: 'a' })).toEqual(['option_invalid']);
    expect(manifest.options.safeParse({ surplus: 1 }).success).toBe(false);
  });
});
