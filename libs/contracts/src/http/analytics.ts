import { z } from 'zod';
import { platformInputSchema, platformSchema } from '../platforms.ts';
import { defineRoute } from '../route.ts';
import { idSchema, instantSchema, pageQuery } from './common.ts';

const metric = z.number().nullable();

/** What a platform counts of a post, PostPeer's shape. Null where it counts no such thing, or does not tell. */
export const metricsSchema = z
  .object({
    impressions: metric,
    reach: metric,
    likes: metric,
    comments: metric,
    shares: metric,
    saves: metric,
    clicks: metric,
    views: metric,
    engagementRate: metric.meta({ description: 'Likes, comments, shares and saves by impressions, or by reach, or by views, whichever the platform tells first; 0 to 1.' }),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof metricsSchema>;

/** Metrics by which a list can be sorted; `engagement` is the number of likes, comments, shares and saves. */
export const METRIC_SORTS = ['date', 'likes', 'comments', 'impressions', 'views', 'shares', 'saves', 'clicks', 'engagement'] as const;

export const measuredPostSchema = z
  .object({
    source: z.enum(['postpeer', 'platform']).meta({ description: '`postpeer`: published through this Plaza. `platform`: only the platform knows it.' }),
    postId: z.string().nullable(),
    content: z.string().nullable(),
    publishedAt: instantSchema.nullable(),
    aggregated: metricsSchema,
    platforms: z.array(
      z.object({
        platform: platformSchema,
        accountId: z.string(),
        platformPostId: z.string(),
        platformPostUrl: z.string().nullable(),
        metrics: metricsSchema,
        readAt: instantSchema.nullable().meta({ description: 'When the platform told these; null while it never did.' }),
        problem: z.object({ category: z.string(), message: z.string() }).optional().meta({ description: 'Why there are none, or no newer ones.' }),
      }),
    ),
  })
  .meta({ id: 'MeasuredPost' });
export type MeasuredPost = z.infer<typeof measuredPostSchema>;

export const analyticsRoute = defineRoute({
  id: 'getAnalytics',
  method: 'GET',
  path: '/v1/analytics',
  service: 'publishing',
  access: { scope: 'analytics.read' },
  tag: 'Analytics',
  summary: 'What the platforms count of published posts',
  description:
    'With postId one post, else a page of the posts that were published in the time. Platforms are asked anew when what is known has aged, each by its own measure and within its quotas; a list is sorted by what was known before. A post that did not go out through this Plaza is read with its platform id, accountId and source=platform.',
  query: z.strictObject({
    postId: z.string().min(1).max(500).optional().meta({ description: 'The id of the post here, or the one that the platform gave it.' }),
    platform: platformInputSchema.optional(),
    accountId: idSchema.optional(),
    source: z.enum(['postpeer', 'platform']).optional(),
    fromDate: z.iso.date().optional().meta({ description: 'First day, UTC. Default: 90 days ago.' }),
    toDate: z.iso.date().optional().meta({ description: 'Last day, UTC. Default: today. At most 366 days in all.' }),
    sortBy: z.enum(METRIC_SORTS).default('date'),
    order: z.enum(['asc', 'desc']).default('desc'),
    ...pageQuery,
  }),
  success: {
    status: 200,
    schema: z.union([
      z.object({ success: z.literal(true), post: measuredPostSchema }),
      z.object({ success: z.literal(true), total: z.int(), page: z.int(), limit: z.int(), posts: z.array(measuredPostSchema) }),
    ]),
  },
  errors: ['analytics.range_invalid', 'analytics.account_missing', 'analytics.unsupported', 'analytics.failed', 'post.not_found', 'post.account_unknown'],
});
