import { z } from 'zod';

/** Ids are digits, and more of them than a number holds. */
export const idSchema = z.string().regex(/^\d+$/);

/** Text of at most so many characters, as the document of the API counts: by code points. */
const characters = (maxLength: number, description: string) =>
  z
    .string()
    .min(1)
    .refine((text) => Array.from(text).length <= maxLength, `At most ${maxLength} characters are allowed.`)
    .meta({ description, maxLength });

const MAX_LINK_LENGTH = 2048;
const linkSchema = z.url({ protocol: /^https?$/ }).max(MAX_LINK_LENGTH);

/** `platformSpecificData` of a post for Pinterest: PostPeer's `PinterestConfigurations`, and what pins have beside. */
export const optionsSchema = z.strictObject({
  boardId: idSchema.meta({ description: 'The board that the pin goes to. `GET /v1/pinterest/boards` lists those of an account.' }),
  boardSectionId: idSchema.optional().meta({ description: 'A section of that board.' }),
  title: characters(100, 'At most 100 characters. Absent: the first line of the content.').optional(),
  link: linkSchema.optional().meta({ description: 'Where a click on the pin leads.' }),
  altText: characters(500, 'What is seen, for those who do not see it. At most 500 characters.').optional(),
  dominantColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional()
    .meta({ description: 'Colour that is shown while the picture loads, e.g. "#6E7874".' }),
  coverImageUrl: z.url().optional().meta({ description: 'Videos only: public URL of the cover. Absent: the thumbnail of the media item.' }),
  coverImageSecs: z.number().int().min(0).optional().meta({ description: 'Videos only, without a cover image: the second of the video whose picture is the cover. Default 0.' }),
  carouselItems: z
    .array(z.strictObject({ title: characters(100, 'At most 100 characters.').optional(), description: characters(800, 'At most 800 characters.').optional(), link: linkSchema.optional() }))
    .max(5)
    .optional()
    .meta({ description: 'Several images only: title, description and link of each, in the order of mediaItems.' }),
  carouselIndex: z.number().int().min(0).max(4).optional().meta({ description: 'Several images only: which of them is shown first, counted from 0.' }),
  aiModified: z.literal(true).optional().meta({ description: 'Declares that the picture or video was made or changed by AI.' }),
});
export type PinterestOptions = z.infer<typeof optionsSchema>;

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number(),
  refresh_token_expires_in: z.number().optional(),
  scope: z.string().optional(),
});

/** Of every endpoint, that of tokens included. */
export const errorSchema = z.object({ code: z.number(), message: z.string() });

export const accountSchema = z.object({
  id: idSchema,
  username: z.string().min(1),
  account_type: z.string().nullish(),
  business_name: z.string().nullish(),
  profile_image: z.string().nullish(),
});

const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), bookmark: z.string().nullish() });

export const boardsSchema = pageOf(z.object({ id: idSchema, name: z.string(), description: z.string().nullish(), privacy: z.string().optional() }));

export const uploadSchema = z.object({ media_id: idSchema, upload_url: z.string().min(1), upload_parameters: z.record(z.string(), z.string()) });
export const mediaSchema = z.object({ status: z.string() });

export const createdSchema = z.object({ id: idSchema });

const pinSchema = z.object({
  id: idSchema,
  created_at: z.string().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  link: z.string().nullish(),
  alt_text: z.string().nullish(),
  board_section_id: z.string().nullish(),
  is_owner: z.boolean().nullish(),
  media: z.object({ media_type: z.string() }).nullish(),
});
export type ListedPin = z.infer<typeof pinSchema>;
export const pinsSchema = pageOf(pinSchema);

const figuresSchema = z.record(z.string(), z.number().nullable());
export const measuredPinSchema = pinSchema.extend({ pin_metrics: z.object({ lifetime_metrics: figuresSchema.nullish() }).nullish() });
export const analyticsSchema = z.object({ all: z.object({ lifetime_metrics: figuresSchema.nullish(), summary_metrics: figuresSchema.nullish() }) });

/** Where and with which fields a file goes. They take this one file and nothing else, and run out. */
export const formSchema = z.object({ url: z.string(), fields: z.record(z.string(), z.string()) });
export type Form = z.infer<typeof formSchema>;

/** What `prepare` leaves. */
export const checkpointSchema = z.object({
  /** Pins like this one that were on the board before the first attempt. */
  before: z.array(z.string()).optional(),
  video: z
    .object({
      mediaId: z.string(),
      registeredAtMs: z.number(),
      /** The sealed {@link Form}, until the file is there. */
      form: z.string().optional(),
      uploadedAtMs: z.number().optional(),
      isProcessed: z.boolean(),
    })
    .optional(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type Video = NonNullable<Checkpoint['video']>;
