import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { idSchema, instantSchema } from './common.ts';

/** What may be uploaded: pictures, videos and documents, and nothing that a browser would run. */
export const UPLOAD_TYPES = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/heic',
  'image/bmp',
  'image/tiff',
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/mpeg',
  'video/mp2t',
  'video/x-matroska',
  'video/x-msvideo',
  'application/pdf',
] as const;

const media = { service: 'publishing', tag: 'Media' } as const;

export const createMediaUploadRoute = defineRoute({
  ...media,
  id: 'createMediaUpload',
  method: 'POST',
  path: '/v1/media/upload',
  access: { scope: 'media.write' },
  summary: 'Get a signed URL to upload a media file to',
  description:
    'PUT the bytes to uploadUrl with the given headers, and name publicUrl in the mediaItems of a post. The URL takes this type only, and this size and these bytes where they are named. What no post has named after a day is deleted.',
  body: z.strictObject({
    filename: z.string().min(1).max(200),
    mimeType: z.enum(UPLOAD_TYPES),
    sizeBytes: z.int().min(1).optional().meta({ description: 'Exact size of the file.' }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .meta({ description: 'SHA-256 of the bytes, in lower-case hexadecimal.' }),
  }),
  success: {
    status: 200,
    schema: z.object({
      success: z.literal(true),
      data: z.object({
        uploadUrl: z.string(),
        publicUrl: z.string(),
        headers: z.record(z.string(), z.string()).meta({ description: 'To be sent with the PUT.' }),
        uploadExpiresAt: instantSchema,
      }),
    }),
  },
  errors: ['media.too_large', 'media.store_missing'],
});

const fileParams = z.strictObject({ id: idSchema, filename: z.string().min(1).max(1_000) });

export const uploadMediaRoute = defineRoute({
  ...media,
  id: 'uploadMedia',
  method: 'PUT',
  path: '/v1/media/uploads/{id}',
  access: 'public',
  summary: 'Where the bytes go: the uploadUrl, where Plaza itself keeps them',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({ signature: z.string().max(100) }),
  success: { status: 200, schema: z.object({ success: z.literal(true), publicUrl: z.string(), sizeBytes: z.int(), sha256: z.string() }) },
  errors: ['media.upload_invalid', 'media.uploaded_before', 'media.type_mismatch', 'media.size_mismatch', 'media.checksum_mismatch', 'media.too_large'],
  streamsBody: true,
});

export const readMediaRoute = defineRoute({
  ...media,
  id: 'readMedia',
  method: 'GET',
  path: '/v1/media/files/{id}/{filename}',
  access: 'public',
  summary: 'An uploaded file: the publicUrl, where Plaza itself keeps it',
  params: fileParams,
  success: { status: 200, schema: null },
  errors: ['media.not_found'],
});
