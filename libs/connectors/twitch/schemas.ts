import { z } from 'zod';

const id = z.string().regex(/^\d+$/);

/** Labels of the content that a broadcaster may set; `MatureGame` comes with the game (Helix, Modify Channel Information). */
export const CONTENT_LABELS = ['DebatedSocialIssuesAndPolitics', 'DrugsIntoxication', 'SexualThemes', 'ViolentGraphic', 'Gambling', 'ProfanityVulgarity'] as const;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

const tag = z.string().regex(/^[\p{L}\p{M}\p{N}]{1,25}$/u, 'A tag has 1 to 25 letters and digits.');
const timeZone = z.string().max(64).refine(isTimeZone, 'Not a time zone, as in Europe/Berlin.');
const game = z.string().regex(/^\d{1,20}$/);

/** `platformSpecificData` of a post for Twitch. */
export const optionsSchema = z.strictObject({
  contentType: z
    .enum(['chat', 'announcement', 'title', 'schedule'])
    .optional()
    .describe('What becomes of the text: a message in the chat of the own channel (default), an announcement there, the title of the stream, or the title of a broadcast in the schedule.'),
  color: z.enum(['primary', 'blue', 'green', 'orange', 'purple']).optional().describe("Colour of an announcement. Default: primary, the channel's own."),
  replyTo: z.string().regex(/^[\w-]{1,64}$/).optional().describe('Id of the chat message that a chat message answers.'),
  gameId: game.optional().describe('With a title: the category of the stream by its id; 0 for none. Twitch leaves it as it is, without a word, where it does not know the id.'),
  tags: z.array(tag).max(10).optional().describe('With a title: the tags of the stream; an empty list takes them away.'),
  language: z.string().regex(/^([a-z]{2}|other)$/).optional().describe('With a title: ISO 639-1, or other. Twitch leaves it as it is, without a word, where it does not have the language.'),
  contentLabels: z.array(z.enum(CONTENT_LABELS)).optional().describe('With a title: the labels of the content; those that are not named are taken away.'),
  isBrandedContent: z.boolean().optional().describe('With a title: whether the stream is paid for by a brand.'),
  startTime: z.iso.datetime({ offset: true }).optional().describe('Of a broadcast in the schedule: when it begins, RFC 3339. Required there.'),
  timezone: timeZone.optional().describe('Of a broadcast in the schedule: the time zone (IANA) in which it recurs. Required there.'),
  durationMinutes: z.int().min(30).max(1380).optional().describe('Of a broadcast in the schedule. Required there.'),
  isRecurring: z.boolean().optional().describe('Of a broadcast in the schedule: each week at the same time. Only partners and affiliates may plan one that does not recur.'),
  categoryId: game.optional().describe('Of a broadcast in the schedule: its category by its id.'),
});
export type TwitchOptions = z.infer<typeof optionsSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  scope: z.array(z.string()).optional(),
});

/** Answer of `GET /oauth2/validate`. */
export const validatedSchema = z.object({ client_id: z.string(), login: z.string(), user_id: id, scopes: z.array(z.string()).nullish() });

export const usersSchema = z.object({
  data: z.array(
    z.object({
      id,
      login: z.string().min(1),
      display_name: z.string(),
      broadcaster_type: z.string().optional(),
      profile_image_url: z.string().optional(),
    }),
  ),
});

/** A message may be dropped with HTTP 200. */
export const sentSchema = z.object({
  data: z
    .array(z.object({ message_id: z.string(), is_sent: z.boolean(), drop_reason: z.object({ code: z.string(), message: z.string() }).nullish() }))
    .min(1),
});

/** Answer of `GET /channels`. */
export const channelsSchema = z.object({
  data: z
    .array(
      z.object({
        title: z.string(),
        game_id: z.string(),
        broadcaster_language: z.string(),
        tags: z.array(z.string()).nullish(),
        content_classification_labels: z.array(z.string()).nullish(),
        is_branded_content: z.boolean().nullish(),
      }),
    )
    .length(1),
});

const segmentSchema = z.object({ id: z.string().min(1), start_time: z.iso.datetime(), title: z.string(), is_recurring: z.boolean() });
export type Segment = z.infer<typeof segmentSchema>;

/** Answer of `GET /schedule`; a list without any is null. */
export const scheduleSchema = z.object({ data: z.object({ segments: z.array(segmentSchema).nullable() }) });

/** Answer of `POST /schedule/segment`. */
export const plannedSchema = z.object({ data: z.object({ segments: z.array(z.object({ id: z.string().min(1) })).min(1) }) });

/** What was there before the first attempt: the state of the channel, or ids of segments like the one that is to be made. */
export const checkpointSchema = z.object({ channel: z.record(z.string(), z.string()).optional(), segments: z.array(z.string()).optional() });
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** `{"error":"Unauthorized","status":401,"message":"..."}`; the OAuth host leaves `error` out. */
export const errorSchema = z.object({ status: z.number(), message: z.string(), error: z.string().optional() });
