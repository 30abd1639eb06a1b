import type { SimulatedResponse } from '../../kit/simulator.ts';

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SimulatedResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Discord's error: a JSON code, a message and, for a form, what is wrong where. */
export function discordError(status: number, code: number, message: string, errors?: unknown): SimulatedResponse {
  return json(status, { message, code, ...(errors === undefined ? {} : { errors }) });
}

/** 50035 with its nested `errors`; `path` names the field, e.g. `content` or `embeds`. */
export function invalidForm(path: string, code: string, message: string): SimulatedResponse {
  return discordError(400, 50035, 'Invalid Form Body', { [path]: { _errors: [{ code, message }] } });
}

export const unknownWebhook = (): SimulatedResponse => discordError(404, 10015, 'Unknown Webhook');
export const invalidWebhookToken = (): SimulatedResponse => discordError(401, 50027, 'Invalid Webhook Token');
export const unknownMessage = (): SimulatedResponse => discordError(404, 10008, 'Unknown Message');
export const emptyMessage = (): SimulatedResponse => discordError(400, 50006, 'Cannot send an empty message');
export const fileTooLarge = (): SimulatedResponse => discordError(400, 50045, 'File uploaded exceeds the maximum size');
export const tooManyAttachments = (): SimulatedResponse =>
  discordError(400, 30015, 'Maximum number of attachments in a message reached (10)');

const cloudflare = (status: number): SimulatedResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare' },
  body: '<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head></html>',
});

/** Every documented refusal by name. */
export const REFUSALS: Readonly<Record<string, () => SimulatedResponse>> = {
  unknown_webhook: unknownWebhook,
  invalid_webhook_token: invalidWebhookToken,
  unknown_channel: () => discordError(404, 10003, 'Unknown Channel'),
  unknown_message: unknownMessage,
  invalid_form: () => invalidForm('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.'),
  empty_message: emptyMessage,
  request_too_large: () => discordError(413, 40005, 'Request entity too large'),
  file_too_large: fileTooLarge,
  invalid_file: () => discordError(400, 50046, 'Invalid file uploaded'),
  too_many_attachments: tooManyAttachments,
  sending_disabled: () => discordError(400, 40004, 'Send messages has been temporarily disabled'),
  resource_rate_limited: () => discordError(429, 40062, 'Service resource is being rate limited'),
  channel_write_limit: () => discordError(429, 20028, 'The write action you are performing on the channel has hit the write rate limit'),
  global_rate_limit: () =>
    json(
      429,
      { message: 'You are being rate limited.', retry_after: 2, global: true },
      { 'retry-after': '2', 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
    ),
  cloudflare_403: () => cloudflare(403),
  cloudflare_429: () => cloudflare(429),
};
