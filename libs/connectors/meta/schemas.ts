import { z } from 'zod';

/** An id of the Graph API. */
export const idSchema = z.string().regex(/^\d+$/);

export const createdSchema = z.object({ id: idSchema });
export const successSchema = z.object({ success: z.literal(true) });

/** Every refusal of the Graph API. Threads writes some codes as text. */
export const graphErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    code: z.union([z.int(), z.string()]),
    error_subcode: z.union([z.int(), z.string()]).optional(),
    is_transient: z.boolean().optional(),
    error_user_msg: z.string().optional(),
  }),
});

/** Refusals of the hosts that exchange codes of Instagram and Threads. */
export const loginErrorSchema = z.object({ error_type: z.string(), code: z.int(), error_message: z.string() });

/** Refusals of `rupload.facebook.com`. */
export const uploadErrorSchema = z.object({ debug_info: z.object({ retriable: z.boolean().default(false), type: z.string(), message: z.string() }) });

/** Permissions come as a list or as text with commas. */
const permissionsSchema = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((scope) => scope.trim()))])
  .transform((scopes) => scopes.filter((scope) => scope !== ''));

const shortTokenEntrySchema = z.object({ access_token: z.string().min(1), user_id: idSchema, permissions: permissionsSchema.optional() });

/** Answer to the code: documented as an entry in `data`, sent flat as well. */
export const shortTokenSchema = z.union([
  z.object({ data: z.tuple([shortTokenEntrySchema], z.unknown()) }).transform(({ data }) => data[0]),
  shortTokenEntrySchema,
]);

/** A token that lives for weeks. `expires_in` in seconds. */
export const longTokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  permissions: permissionsSchema.optional(),
});

const insightSchema = z.object({
  name: z.string(),
  values: z.array(z.object({ value: z.unknown() })).optional(),
  total_value: z.object({ value: z.unknown() }).optional(),
});

/** An answer of an `insights` edge as figures by the names of their metrics; what is no figure is left out. */
export const insightsSchema = z.object({ data: z.array(insightSchema) }).transform(({ data }): Readonly<Record<string, number>> => {
  const figures = data.map(({ name, values = [], total_value: total }) => [name, total?.value ?? values.at(-1)?.value] as const);
  return Object.fromEntries(figures.filter((entry): entry is readonly [string, number] => typeof entry[1] === 'number'));
});
