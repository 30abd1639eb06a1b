import { hostOf, withQuery, type AccountCredential, type CallContext } from '../kit/index.ts';
import { manifest } from './manifest.ts';
import { credentialSchema } from './schemas.ts';

/** The two parts of a webhook's URL. The token is the secret. */
export interface WebhookRef {
  readonly webhookId: string;
  readonly webhookToken: string;
}

const DISCORD = /^https:\/\/(?:(?:ptb|canary)\.)?discord(?:app)?\.com\/api(\/.*)$/;
const PATH = /^(?:\/v\d+)?\/webhooks\/(\d{1,20})\/([\w-]{1,200})\/?$/;

/**
 * Reads a webhook URL. Only Discord's own hosts count, so that the URL cannot lead Plaza anywhere else; where the API is the sandbox, at
 * one of the addresses `apis`, its own webhook URLs count too. Undefined when it is not one.
 */
export function parseWebhookUrl(url: string, apis: readonly (string | undefined)[]): WebhookRef | undefined {
  const sandbox = apis.find((api) => api !== undefined && api !== manifest.hosts['api'] && url.startsWith(`${api}/`));
  const path = DISCORD.exec(url)?.[1] ?? (sandbox === undefined ? '' : url.slice(sandbox.length));
  const [, webhookId, webhookToken] = PATH.exec(path) ?? [];
  return webhookId === undefined || webhookToken === undefined ? undefined : { webhookId, webhookToken };
}

/** The address of a webhook at the API. */
export function webhookUrl(api: string | undefined, { webhookId, webhookToken }: WebhookRef): string {
  return `${api}/v10/webhooks/${webhookId}/${webhookToken}`;
}

/** The address of the account's own webhook. */
export const addressOf = (context: CallContext, credential: AccountCredential): string => webhookUrl(hostOf(context.hosts, 'api'), credentialSchema.parse(credential.extra));

/** What Plaza keeps as a message's id: one in a thread is found with its thread's id only. */
export const postIdOf = (messageId: string, threadId: string | undefined): string => (threadId === undefined ? messageId : `${threadId}/${messageId}`);

/** The address of a message by what {@link postIdOf} made of it. */
export function messageUrl(context: CallContext, credential: AccountCredential, platformPostId: string): string {
  const [messageId = '', threadId] = platformPostId.split('/').toReversed();
  return withQuery(`${addressOf(context, credential)}/messages/${encodeURIComponent(messageId)}`, { thread_id: threadId });
}
