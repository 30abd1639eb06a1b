import { manifest } from './manifest.ts';

/** The two parts of a webhook's URL. The token is the secret. */
export interface WebhookRef {
  readonly webhookId: string;
  readonly webhookToken: string;
}

const DISCORD = /^https:\/\/(?:(?:ptb|canary)\.)?discord(?:app)?\.com\/api(\/.*)$/;
const PATH = /^(?:\/v\d+)?\/webhooks\/(\d{1,20})\/([\w-]{1,200})\/?$/;

/**
 * Reads a webhook URL. Only Discord's own hosts count, so that the URL cannot lead Plaza anywhere else; where `api` is the sandbox, its own
 * webhook URLs count too. Undefined when it is not one.
 */
export function parseWebhookUrl(url: string, api: string): WebhookRef | undefined {
  const isSandbox = api !== manifest.hosts['api'];
  const path = DISCORD.exec(url)?.[1] ?? (isSandbox && url.startsWith(`${api}/`) ? url.slice(api.length) : '');
  const [, webhookId, webhookToken] = PATH.exec(path) ?? [];
  return webhookId === undefined || webhookToken === undefined ? undefined : { webhookId, webhookToken };
}

/** The address of a webhook at the API. */
export function webhookUrl(api: string | undefined, { webhookId, webhookToken }: WebhookRef): string {
  return `${api}/v10/webhooks/${webhookId}/${webhookToken}`;
}
