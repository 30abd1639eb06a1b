import { z } from 'zod';

const snowflake = z.string().regex(/^\d{1,20}$/);

/** What the user hands in. */
export const fieldsSchema = z.strictObject({ webhookUrl: z.url().max(500) });

/** `platformSpecificData` of a post for Discord. */
export const optionsSchema = z.strictObject({
  username: z.string().min(1).max(80).optional().describe("Name to show instead of the webhook's."),
  avatarUrl: z.url().max(2048).optional().describe("Picture to show instead of the webhook's."),
  threadId: snowflake.optional().describe('Thread of the channel to post into.'),
  threadName: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Title of the thread to open; forum and media channels need it or `threadId`.'),
  suppressEmbeds: z.boolean().optional().describe('Do not unfurl links.'),
  altText: z.array(z.string().max(1024)).max(10).optional().describe('What is to be seen, for each media item in its order.'),
  spoiler: z.boolean().optional().describe('Media are covered until a reader uncovers them. Text is covered by `||` around it.'),
  suppressNotifications: z.boolean().optional().describe('Post without a push notification.'),
});
export type DiscordOptions = z.infer<typeof optionsSchema>;

export const webhookSchema = z.object({
  id: snowflake,
  type: z.int(),
  name: z.string().nullish(),
  avatar: z.string().nullish(),
  channel_id: snowflake.nullish(),
  guild_id: snowflake.nullish(),
});

export const messageSchema = z.object({ id: snowflake, channel_id: snowflake });

/** What is stored with the account, encrypted. */
export const credentialSchema = z.object({ webhookId: z.string(), webhookToken: z.string() });

/** Public facts of the account that links need. */
export const metadataSchema = z.object({ guildId: snowflake.nullish() });
