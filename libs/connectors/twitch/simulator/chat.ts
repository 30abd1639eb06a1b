import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { idOfName, json, jsonOf, type OAuthGrant } from '../../kit/simulation/index.ts';
import { duplicate, helixError, REFUSALS } from './answers.ts';

const MAX_MESSAGE = 500;
const MAX_TITLE = 140;
const SAME_WITHIN_MS = 30_000;

const chatSchema = z.object({ broadcaster_id: z.string(), sender_id: z.string(), message: z.string() });
const announcementSchema = z.object({ message: z.string().min(1), color: z.enum(['primary', 'blue', 'green', 'orange', 'purple']).optional() });
const channelSchema = z.object({ title: z.string().min(1).max(MAX_TITLE) });

/** The text that a call makes visible. */
export function textOf(body: unknown): string | undefined {
  const parsed = z.object({ message: z.string().optional(), title: z.string().optional() }).safeParse(body).data;
  return parsed?.message ?? parsed?.title;
}

const invalid = (message: string): SimulatedResponse => helixError(400, 'Bad Request', message);

/** What can be written to the chat and the channel of an account. */
export function chatCalls(host: SimulatorHost) {
  const last = host.table<{ readonly text: string; readonly atMs: number }>('last_messages', 100_000);
  const titles = host.table<string>('titles', 100_000);
  const record = (accountId: string, postId: string, text: string): void => host.record({ accountId, postId, text });

  const send = (own: string, account: string, body: unknown): SimulatedResponse => {
    const parsed = chatSchema.safeParse(body);
    if (!parsed.success) return invalid('The request’s input was not valid.');
    const { broadcaster_id: broadcaster, sender_id: sender, message } = parsed.data;
    if (sender !== own || broadcaster === '') return helixError(403, 'Forbidden', 'The sender is not the user of the token.');
    if (account.startsWith('muted')) return REFUSALS['not_permitted']?.() ?? invalid('');
    if (message.length > MAX_MESSAGE) return REFUSALS['too_large']?.() ?? invalid('');
    const before = last.get(own);
    if (before !== undefined && before.text === message && host.now() - before.atMs < SAME_WITHIN_MS) return duplicate();
    // What looks like a command is none here, and is dropped without a word.
    if (/^[/.]/.test(message)) return json(200, { data: [{ message_id: '', is_sent: false, drop_reason: { code: 'unknown_command', message: '' } }] });
    last.set(own, { text: message, atMs: host.now() });
    const id = host.random(16);
    record(own, id, message);
    return json(200, { data: [{ message_id: id, is_sent: true, drop_reason: null }] });
  };

  const announce = (own: string, query: URLSearchParams, body: unknown): SimulatedResponse => {
    const parsed = announcementSchema.safeParse(body);
    if (!parsed.success) return invalid('The message is missing or empty, or the color is unknown.');
    if (query.get('broadcaster_id') !== own || query.get('moderator_id') !== own) return helixError(401, 'Unauthorized', 'The ID in moderator_id must match the user ID in the token.');
    record(own, host.random(16), parsed.data.message.slice(0, MAX_MESSAGE));
    return { status: 204 };
  };

  const modify = (own: string, query: URLSearchParams, body: unknown): SimulatedResponse => {
    const parsed = channelSchema.safeParse(body);
    if (!parsed.success) return invalid('The title is empty or too long.');
    if (query.get('broadcaster_id') !== own) return helixError(401, 'Unauthorized', 'The ID in broadcaster_id must match the user ID in the token.');
    titles.set(own, parsed.data.title);
    record(own, host.random(16), parsed.data.title);
    return { status: 204 };
  };

  return {
    handle(grant: OAuthGrant, request: SimulatedRequest): SimulatedResponse {
      const own = idOfName(grant.account, 9);
      const call = `${request.method} ${request.path}`;
      const scope = ({ 'POST /chat/messages': 'user:write:chat', 'POST /chat/announcements': 'moderator:manage:announcements', 'PATCH /channels': 'channel:manage:broadcast' } as Record<string, string>)[call];
      if (scope === undefined) return helixError(404, 'Not Found', '');
      if (!grant.scopes.includes(scope)) return helixError(401, 'Unauthorized', `Missing scope: ${scope}`);
      if (call === 'POST /chat/messages') return send(own, grant.account, jsonOf(request));
      return call === 'PATCH /channels' ? modify(own, request.query, jsonOf(request)) : announce(own, request.query, jsonOf(request));
    },
  };
}
