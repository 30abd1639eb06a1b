import { z } from 'zod';

/** `platformSpecificData`: nothing can be posted, so nothing can be chosen. */
export const optionsSchema = z.strictObject({});

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
});

export const oauthErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

const campaignSchema = z.object({
  id: z.string(),
  type: z.literal('campaign'),
  attributes: z.object({ name: z.string().nullish(), vanity: z.string().nullish(), url: z.string().nullish(), patron_count: z.number().nullish(), image_small_url: z.string().nullish() }),
});

/** A JSON:API document: the user, and the campaign beside it where there is one. */
export const identitySchema = z.object({
  data: z.object({ id: z.string(), attributes: z.object({ full_name: z.string().nullish(), vanity: z.string().nullish(), url: z.string().nullish(), image_url: z.string().nullish() }) }),
  included: z.array(z.looseObject({ id: z.string(), type: z.string() })).optional(),
});

/** The campaign among what is included. */
export function campaignOf(included: z.infer<typeof identitySchema>['included']): z.infer<typeof campaignSchema> | undefined {
  return included?.map((item) => campaignSchema.safeParse(item).data).find((campaign) => campaign !== undefined);
}

/** A 429 tells the wait in its body; the block at the edge, of half an hour, too. */
export const throttledSchema = z.object({ errors: z.tuple([z.object({ retry_after_seconds: z.number().positive() })], z.unknown()) });

export const apiErrorSchema = z.object({ errors: z.array(z.object({ detail: z.string().optional(), title: z.string().optional(), code_name: z.string().optional() })).min(1) });
