import { bodyJson, connectFailed, hostOf, screen, type CredentialConnect, type PlatformProfile } from '../kit/index.ts';
import { errors } from './errors.ts';
import { fieldsSchema, webhookSchema } from './schemas.ts';
import { parseWebhookUrl, webhookUrl } from './webhook.ts';
import type { z } from 'zod';

/** The only type of webhook that can be posted to by its URL. */
const INCOMING = 1;

function profileOf(webhook: z.infer<typeof webhookSchema>): PlatformProfile {
  const { id, name, avatar, guild_id: guildId, channel_id: channelId } = webhook;
  const hasPlace = typeof guildId === 'string' && typeof channelId === 'string';
  return {
    platformUserId: id,
    username: null,
    displayName: name ?? null,
    profileUrl: hasPlace ? `https://discord.com/channels/${guildId}/${channelId}` : null,
    imageUrl: typeof avatar === 'string' ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.png` : null,
    metadata: { guildId: guildId ?? null, channelId: channelId ?? null },
  };
}

/**
 * Connecting with a webhook's URL; reading the webhook proves that it exists. Revoking would destroy the user's webhook, so there is
 * none.
 */
export const credentials: CredentialConnect = {
  fields: fieldsSchema,
  secretFields: ['webhookUrl'],
  connect: async (context, fields) => {
    const parsed = fieldsSchema.safeParse(fields);
    const ref = parsed.success ? parseWebhookUrl(parsed.data.webhookUrl.trim(), [context.hosts['api'], context.publicHosts?.['api']]) : undefined;
    if (ref === undefined) return connectFailed('credential', 'This is not the URL of a Discord webhook.');
    const outcome = screen(await context.http.send({ method: 'GET', url: webhookUrl(hostOf(context.hosts, 'api'), ref) }), errors, context.nowMs);
    if (outcome.kind === 'refused') return connectFailed(outcome.category === 'reconnect_required' ? 'credential' : 'platform', outcome.message);
    if (outcome.kind !== 'response') return connectFailed('platform', `Discord could not be asked: ${outcome.reason}`);
    const webhook = webhookSchema.safeParse(bodyJson(outcome));
    if (!webhook.success) return connectFailed('platform', 'The answer of Discord cannot be read.');
    if (webhook.data.type !== INCOMING)
      return connectFailed('unsupported_account', 'This webhook belongs to an app or follows a channel; an incoming webhook is needed.');
    return { ok: true, value: { grant: { accessToken: ref.webhookToken, extra: { ...ref } }, profile: profileOf(webhook.data) } };
  },
};
