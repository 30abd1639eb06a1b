import { NO_METRICS, type Analytics, type CallContext, type PostMetrics, type Refused } from '../kit/index.ts';
import type { AccountCredential } from '../kit/connect.ts';
import { isMissing } from '../meta/graph.ts';
import { insightsSchema } from '../meta/schemas.ts';
import { read } from './graph.ts';
import { countsSchema } from './schemas.ts';

const POST_COUNTS = 'reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count),shares';
const VIDEO_COUNTS = 'views,likes.limit(0).summary(total_count),comments.limit(0).summary(total_count)';
/** The names that live on after the removals of 2025-11 and 2026-06 (Page Insights reference). */
const METRICS = 'post_media_view,post_total_media_view_unique,post_clicks';

/** Undefined for what Facebook does not know (any more). */
async function readPost(context: CallContext, credential: AccountCredential, id: string): Promise<PostMetrics | undefined | Refused> {
  // Posts bear the page's id in front; a bare id is a video's.
  const isVideo = !id.includes('_');
  const counts = await read(context, credential, id, { fields: isVideo ? VIDEO_COUNTS : POST_COUNTS }, countsSchema);
  if (counts.kind === 'refused') return isMissing(counts) ? undefined : counts;
  const { reactions, likes, comments, shares, views } = counts.value;
  const common = { ...NO_METRICS, likes: (reactions ?? likes)?.summary?.total_count ?? null, comments: comments?.summary?.total_count ?? null };
  if (isVideo) return { ...common, views: views ?? null };
  const insights = await read(context, credential, `${id}/insights`, { metric: METRICS, period: 'lifetime' }, insightsSchema);
  if (insights.kind === 'refused') return isMissing(insights) ? undefined : insights;
  const { post_media_view: seen = null, post_total_media_view_unique: reach = null, post_clicks: clicks = null } = insights.value;
  // Facebook leaves `shares` out where there is none.
  return { ...common, shares: shares?.count ?? 0, views: seen, reach, clicks };
}

export const analytics: Analytics = {
  batchSize: 10,
  cacheMs: 15 * 60_000,
  read: async (context, { credential }, posts) => {
    const found: Record<string, PostMetrics> = {};
    for (const { platformPostId } of posts) {
      const metrics = await readPost(context, credential, platformPostId);
      if (metrics !== undefined && 'kind' in metrics) return metrics;
      if (metrics !== undefined) found[platformPostId] = metrics;
    }
    return { kind: 'metrics', posts: found };
  },
};
