import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, jsonOf } from '../../kit/simulation/index.ts';
import { duplicate, helixError, invalid, refused } from './answers.ts';
import type { Actor, Calls } from './world.ts';

const MAX_MESSAGE = 500;
const SAME_WITHIN_MS = 30_000;
const ANNOUNCED_EVERY_MS = 2_000;

const chatSchema = z.object({ broadcaster_id: z.string(), sender_id: z.string(), message: z.string(), reply_parent_message_id: z.string().optional() });
const announcementSchema = z.object({ message: z.string().min(1), color: z.enum(['primary', 'blue', 'green', 'orange', 'purple']).optional() });

/** What can be written to the chat of an account. */
export function chatCalls(host: SimulatorHost): Calls {
  const last = host.table<{ readonly text: string; readonly atMs: number }>('last_messages', 100_000);
  const messages = host.table<{ readonly text: string }>('messages', 100_000);
  const announced = host.table<{ readonly atMs: number }>('announcements', 100_000);

  const send = ({ id: own, name }: Actor, body: unknown): SimulatedResponse => {
    const parsed = chatSchema.safeParse(body);
    if (!parsed.success) return invalid('The request’s input was not valid.');
    const { broadcaster_id: broadcaster, sender_id: sender, message, reply_parent_message_id: parent } = parsed.data;
    if (sender !== own || broadcaster === '') return helixError(403, 'Forbidden', 'The sender is not the user of the token.');
    if (name.startsWith('muted')) return refused('not_permitted');
    if (message.length > MAX_MESSAGE) return refused('too_large');
    if (parent !== undefined && messages.get(parent) === undefined) return invalid('The request’s input was not valid. Message cannot be replied to.');
    const before = last.get(own);
    if (before !== undefined && before.text === message && host.now() - before.atMs < SAME_WITHIN_MS) return duplicate();
    // What looks like a command is none here, and is dropped without a word.
    if (/^[/.]/.test(message)) return json(200, { data: [{ message_id: '', is_sent: false, drop_reason: { code: 'unknown_command', message: '' } }] });
    last.set(own, { text: message, atMs: host.now() });
    const id = host.random(16);
    messages.set(id, { text: message });
    host.record({ accountId: own, postId: id, text: message });
    return json(200, { data: [{ message_id: id, is_sent: true, drop_reason: null }] });
  };

  const announce = ({ id: own }: Actor, query: URLSearchParams, body: unknown): SimulatedResponse => {
    const parsed = announcementSchema.safeParse(body);
    if (!parsed.success) return invalid('The message is missing or empty, or the color is unknown.');
    if (query.get('broadcaster_id') !== own || query.get('moderator_id') !== own) return helixError(401, 'Unauthorized', 'The ID in moderator_id must match the user ID in the token.');
    const before = announced.get(own);
    if (before !== undefined && host.now() - before.atMs < ANNOUNCED_EVERY_MS) return helixError(429, 'Too Many Requests', 'The sender has exceeded the number of announcements they may send.');
    announced.set(own, { atMs: host.now() });
    host.record({ accountId: own, postId: host.random(16), text: parsed.data.message.slice(0, MAX_MESSAGE) });
    return { status: 204 };
  };

  return {
    'POST /chat/messages': { scope: 'user:write:chat', operation: 'publish', run: (actor, request: SimulatedRequest) => send(actor, jsonOf(request)) },
    'POST /chat/announcements': { scope: 'moderator:manage:announcements', operation: 'publish', run: (actor, request) => announce(actor, request.query, jsonOf(request)) },
  };
}
