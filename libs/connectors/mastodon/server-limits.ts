import { z } from 'zod';

/** What a server writes otherwise than documented says nothing. */
const figure = z.int().positive().optional().catch(undefined);

/** `configuration` of `GET /api/v2/instance`, and of `GET /api/v1/instance` (docs: entities/Instance). Sizes in bytes, matrices in pixels. */
export const configurationSchema = z
  .object({
    statuses: z.object({ max_characters: figure, max_media_attachments: figure, characters_reserved_per_url: figure }).optional().catch(undefined),
    media_attachments: z
      .object({
        supported_mime_types: z.array(z.string()).optional().catch(undefined),
        image_size_limit: figure,
        image_matrix_limit: figure,
        video_size_limit: figure,
        video_matrix_limit: figure,
        video_frame_rate_limit: figure,
        description_limit: figure,
      })
      .optional()
      .catch(undefined),
  })
  .optional()
  .catch(undefined);

/** What is kept of it with the account. Absent is what the server did not tell. */
export const serverLimitsSchema = z.object({
  maxMedia: z.number().optional(),
  linkLength: z.number().optional(),
  mimeTypes: z.array(z.string()).optional(),
  imageBytes: z.number().optional(),
  imagePixels: z.number().optional(),
  videoBytes: z.number().optional(),
  videoPixels: z.number().optional(),
  videoFrameRate: z.number().optional(),
  descriptionLength: z.number().optional(),
});
export type ServerLimits = z.infer<typeof serverLimitsSchema>;

export function serverLimits(configuration: z.infer<typeof configurationSchema>): ServerLimits {
  const { statuses, media_attachments: media } = configuration ?? {};
  const told = {
    maxMedia: statuses?.max_media_attachments,
    linkLength: statuses?.characters_reserved_per_url,
    mimeTypes: media?.supported_mime_types,
    imageBytes: media?.image_size_limit,
    imagePixels: media?.image_matrix_limit,
    videoBytes: media?.video_size_limit,
    videoPixels: media?.video_matrix_limit,
    videoFrameRate: media?.video_frame_rate_limit,
    descriptionLength: media?.description_limit,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}
