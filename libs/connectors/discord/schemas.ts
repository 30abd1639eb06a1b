import { z } from 'zod';
import { embedSchema } from './embeds.ts';

const snowflake = z.string().regex(/^\d{1,20}$/);

/** What the user hands in. */
export const fieldsSchema = z.strictObject({ webhookUrl: z.url().max(500) });

/** Poll create request (discord-api-docs: resources/poll). */
const pollSchema = z.strictObject({
  question: z.string().trim().min(1).max(300),
  options: z.array(z.string().trim().min(1).max(55)).min(1).max(10),
  durationHours: z.int().min(1).max(768).optional().describe('Default 24.'),
  multiple: z.boolean().optional().describe('More than one may be chosen.'),
});

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
  appliedTags: z.array(snowflake).min(1).max(5).optional().describe('Tags of a forum or media channel for the thread that `threadName` opens, by their ids.'),
  embeds: z.array(embedSchema).min(1).max(10).optional().describe('Cards below the text, which may then be empty; 6,000 characters together.'),
  poll: pollSchema.optional().describe('Cannot be combined with media or embeds. Who voted for what is not told to webhooks.'),
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

/** A message with what was counted of it. */
export const countedSchema = messageSchema.extend({ reactions: z.array(z.object({ count: z.int().nonnegative() })).nullish() });

/** What is stored with the account, encrypted. */
export const credentialSchema = z.object({ webhookId: z.string(), webhookToken: z.string() });

/** Public facts of the account that links need. */
export const metadataSchema = z.object({ guildId: snowflake.nullish() });
