import { z } from 'zod';

/** Any id in a path: what is no UUID is simply an id that does not exist. */
export const idSchema = z.string().min(1).max(200);

/** An instant in UTC, ISO 8601 with milliseconds and `Z`. */
export const instantSchema = z.iso.datetime().meta({ format: 'date-time' });

/** An instant in a filter: ISO 8601 with `Z` or an offset. */
export const instantFilterSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const idParams = z.strictObject({ id: idSchema });

/** `page` counts from 1. */
export const pageQuery = { page: z.coerce.number().int().min(1).max(1_000_000).default(1), limit: z.coerce.number().int().min(1).max(100).default(50) };

export const offsetQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  sort: z.enum(['asc', 'desc']).default('desc').meta({ id: 'SortOrder' }),
};

/** A query flag: `true` or `false`. */
export const flagSchema = z.enum(['true', 'false']).transform((flag) => flag === 'true');

export const successMessageSchema = z.object({ success: z.literal(true), message: z.string() });

export const urlSchema = z.url({ protocol: /^https?$/ }).max(2_048);

