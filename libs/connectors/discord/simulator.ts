import type { CallDescription, SimulatedRequest, SimulatedResponse, SimulatorFactory, SimulatorHost } from '../kit/simulator.ts';
import { discordError, invalidForm, invalidWebhookToken, json, REFUSALS, unknownWebhook } from './simulator/answers.ts';
import { messageCalls, textOf, type Message, type Webhook } from './simulator/messages.ts';

export interface DiscordSimulatorOptions {
  /** Messages per webhook in two seconds. Discord was seen to allow 5; the default is 100,000, so that load tests do not meet it. */
  readonly messagesPerTwoSeconds?: number;
}

const WINDOW_MS = 2000;
const MIN_TOKEN = 16;
const PATH = /^(?:\/v\d+)?\/webhooks\/(\d+)\/([\w-]+)(?:\/messages\/(\d+))?\/?$/;

interface Target {
  readonly webhookId: string;
  readonly token: string;
  readonly messageId: string | undefined;
}

/**
 * Discord's webhooks as its documentation describes them, host `api` being `https://discord.com/api`. Every numeric id with any token of
 * at least 16 characters is a webhook, but a token that begins with `deleted` belongs to a deleted one and one that begins with `wrong`
 * is wrong.
 */
export function simulateDiscord(options: DiscordSimulatorOptions = {}): SimulatorFactory {
  return (host) => {
    const messages = messageCalls(host, host.table<Message>('messages', 100_000));
    const count = bucket(host.now, options.messagesPerTwoSeconds ?? 100_000);
    return {
      platform: 'discord',
      hosts: ['api'],
      describe,
      handle: (request) => handle(messages, count, request),
      rateLimited: (form, seconds) => rateLimited(host, form, seconds),
      serverError: (status) =>
        status === 500
          ? discordError(500, 0, '500: Internal Server Error')
          : { status, headers: { 'content-type': 'text/html' }, body: '<html>upstream unavailable</html>' },
      refusal: (name) => REFUSALS[name]?.(),
      refusals: Object.keys(REFUSALS),
      invalidContent: (message) => invalidForm('content', 'SANDBOX_MAGIC_WORD', message),
    };
  };
}

export const discordSimulator: SimulatorFactory = simulateDiscord();

function targetOf(request: SimulatedRequest): Target | undefined {
  const [, webhookId, token, messageId] = PATH.exec(request.path) ?? [];
  return webhookId === undefined || token === undefined ? undefined : { webhookId, token, messageId };
}

function describe(request: SimulatedRequest): CallDescription {
  const target = targetOf(request);
  if (target === undefined) return { operation: 'other' };
  const accountId = target.webhookId;
  if (target.messageId !== undefined) return { operation: request.method === 'DELETE' ? 'delete' : 'analytics', accountId };
  if (request.method !== 'POST') return { operation: request.method === 'GET' ? 'profile' : 'other', accountId };
  const text = textOf(request);
  return { operation: 'publish', accountId, ...(text === undefined ? {} : { text }) };
}

async function handle(
  messages: ReturnType<typeof messageCalls>,
  count: ReturnType<typeof bucket>,
  request: SimulatedRequest,
): Promise<SimulatedResponse> {
  const target = targetOf(request);
  if (target === undefined) return discordError(404, 0, '404: Not Found');
  if (target.token.startsWith('deleted')) return unknownWebhook();
  if (target.token.startsWith('wrong') || target.token.length < MIN_TOKEN) return invalidWebhookToken();
  const webhook = webhookOf(target);
  const { messageId } = target;
  if (messageId === undefined) {
    if (request.method === 'GET') return json(200, shownWebhook(webhook));
    if (request.method !== 'POST') return discordError(405, 0, '405: Method Not Allowed');
    const { refusal, headers } = count(webhook.id);
    const answer = refusal ?? (await messages.execute(webhook, request));
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  if (request.method === 'GET') return messages.read(webhook, messageId, request.query);
  if (request.method === 'DELETE') return messages.remove(webhook, messageId, request.query);
  return discordError(405, 0, '405: Method Not Allowed');
}

/** Channel and server follow from the webhook's id, so that they need no table. */
function webhookOf({ webhookId, token }: Target): Webhook {
  return { id: webhookId, token, channelId: String(BigInt(webhookId) + 1n), guildId: String(BigInt(webhookId) + 2n) };
}

function shownWebhook(webhook: Webhook): Readonly<Record<string, unknown>> {
  return {
    id: webhook.id,
    type: 1,
    name: 'Plaza sandbox',
    avatar: null,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: null,
    token: webhook.token,
  };
}

function bucket(now: () => number, limit: number) {
  const windows = new Map<string, { startMs: number; count: number }>();
  return (webhookId: string): { readonly refusal?: SimulatedResponse; readonly headers: Readonly<Record<string, string>> } => {
    const known = windows.get(webhookId);
    const window = known !== undefined && now() < known.startMs + WINDOW_MS ? known : { startMs: now(), count: 0 };
    if (known === undefined && windows.size > 10_000) windows.clear();
    window.count += 1;
    windows.set(webhookId, window);
    const resetMs = window.startMs + WINDOW_MS;
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(limit - window.count, 0)),
      'x-ratelimit-reset': String(resetMs / 1000),
      'x-ratelimit-reset-after': String((resetMs - now()) / 1000),
      'x-ratelimit-bucket': 'sandbox',
    };
    if (window.count <= limit) return { headers };
    const seconds = (resetMs - now()) / 1000;
    return { refusal: limited(seconds, { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': 'user' }), headers };
  };
}

function limited(seconds: number | undefined, headers: Readonly<Record<string, string>>): SimulatedResponse {
  const wait = seconds === undefined ? {} : { retry_after: seconds };
  return json(429, { message: 'You are being rate limited.', ...wait, global: false }, headers);
}

function rateLimited(host: SimulatorHost, form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform', seconds: number): SimulatedResponse {
  if (form === 'absent') return limited(undefined, {});
  if (form === 'date') return limited(undefined, { 'retry-after': new Date(host.now() + seconds * 1000).toUTCString() });
  if (form === 'platform') {
    const reset = { 'x-ratelimit-reset': String(host.now() / 1000 + seconds), 'x-ratelimit-reset-after': String(seconds) };
    return limited(seconds, { ...reset, 'x-ratelimit-remaining': '0', 'x-ratelimit-scope': 'user' });
  }
  return limited(seconds, { 'retry-after': String(seconds) });
}
