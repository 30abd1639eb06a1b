import { z } from 'zod';

/** Counted over all embeds of a message (message resource, embed limits). */
const MAX_CHARACTERS = 6000;

const address = z.url({ protocol: /^https?$/ }).max(2048);

/** A card of a message as Discord draws it (discord-api-docs: resources/message, embed object), with Plaza's spelling. */
export const embedSchema = z.strictObject({
  title: z.string().min(1).max(256).optional(),
  description: z.string().min(1).max(4096).optional(),
  url: address.optional().describe('Where the title leads.'),
  color: z.int().min(0).max(0xffffff).optional().describe('Colour of the edge, 24 bits: red, green, blue.'),
  timestamp: z.iso.datetime({ offset: true }).optional().describe('Shown at the foot.'),
  imageUrl: address.optional(),
  thumbnailUrl: address.optional(),
  author: z.strictObject({ name: z.string().min(1).max(256), url: address.optional(), iconUrl: address.optional() }).optional(),
  footer: z.strictObject({ text: z.string().min(1).max(2048), iconUrl: address.optional() }).optional(),
  fields: z
    .array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024), inline: z.boolean().optional() }))
    .min(1)
    .max(25)
    .optional(),
});
export type Embed = z.infer<typeof embedSchema>;

const withIcon = ({ iconUrl, ...rest }: { readonly iconUrl?: string | undefined }): Readonly<Record<string, unknown>> => ({ ...rest, ...(iconUrl === undefined ? {} : { icon_url: iconUrl }) });

/** An embed as Execute Webhook takes it. */
export function embedBody({ imageUrl, thumbnailUrl, author, footer, ...rest }: Embed): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    ...(imageUrl === undefined ? {} : { image: { url: imageUrl } }),
    ...(thumbnailUrl === undefined ? {} : { thumbnail: { url: thumbnailUrl } }),
    ...(author === undefined ? {} : { author: withIcon(author) }),
    ...(footer === undefined ? {} : { footer: withIcon(footer) }),
  };
}

/** Why Discord would not take these embeds together, if it would not. */
export function embedProblem(embeds: readonly Embed[]): { readonly message: string; readonly limit?: number; readonly actual?: number } | undefined {
  const actual = embeds.reduce((sum, embed) => sum + charactersOf(embed), 0);
  if (actual > MAX_CHARACTERS) return { message: `The embeds have ${actual} characters together; ${MAX_CHARACTERS} are allowed.`, limit: MAX_CHARACTERS, actual };
  return embeds.some((embed) => charactersOf(embed) === 0 && embed.imageUrl === undefined && embed.thumbnailUrl === undefined) ? { message: 'An embed shows nothing: give it a text or a picture.' } : undefined;
}

function charactersOf({ title = '', description = '', author, footer, fields = [] }: Embed): number {
  const texts = [title, description, author?.name ?? '', footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])];
  return texts.reduce((sum, text) => sum + text.length, 0);
}
