import { z } from 'zod';

const id = z.string().regex(/^\d+$/);

/** `platformSpecificData` of a post for Twitch. */
export const optionsSchema = z.strictObject({
  contentType: z
    .enum(['chat', 'announcement', 'title'])
    .optional()
    .describe('What becomes of the text: a message in the chat of the own channel (default), an announcement there, or the title of the stream.'),
  color: z.enum(['primary', 'blue', 'green', 'orange', 'purple']).optional().describe("Colour of an announcement. Default: primary, the channel's own."),
});

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

/** `{"error":"Unauthorized","status":401,"message":"..."}`; the OAuth host leaves `error` out. */
export const errorSchema = z.object({ status: z.number(), message: z.string(), error: z.string().optional() });
