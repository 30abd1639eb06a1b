import { NO_METRICS, type Analytics, type CallContext, type PostMetrics, type Refused } from '../kit/index.ts';
import type { AccountCredential } from '../kit/connect.ts';
import { isMissing } from '../meta/graph.ts';
import { insightsSchema } from '../meta/schemas.ts';
import { read } from './graph.ts';
import { countsSchema } from './schemas.ts';

/** A metric that a kind of media does not have fails the whole question (IG Media insights reference). */
const METRICS = { story: 'views,reach,shares,replies', post: 'views,reach,shares,saved' } as const;

/** A story that fewer than five people saw has no figures yet. */
const isTooSmall = ({ code, message }: Refused): boolean => code === '10' && /not enough viewers/i.test(message);

/** Undefined for what Instagram does not know (any more): stories are gone after a day. */
async function readMedia(context: CallContext, credential: AccountCredential, id: string): Promise<PostMetrics | undefined | Refused> {
  const counts = await read(context, credential, id, { fields: 'media_product_type,like_count,comments_count' }, countsSchema);
  if (counts.kind === 'refused') return isMissing(counts) ? undefined : counts;
  const { media_product_type: product, like_count: likes = null, comments_count: comments = null } = counts.value;
  const isStory = product === 'STORY';
  const counted = isStory ? NO_METRICS : { ...NO_METRICS, likes, comments };
  const insights = await read(context, credential, `${id}/insights`, { metric: isStory ? METRICS.story : METRICS.post }, insightsSchema);
  if (insights.kind === 'refused') return isTooSmall(insights) ? counted : isMissing(insights) ? undefined : insights;
  const { views = null, reach = null, shares = null, saved: saves = null, replies } = insights.value;
  return { ...counted, views, reach, shares, saves, ...(replies === undefined ? {} : { comments: replies }) };
}

export const analytics: Analytics = {
  batchSize: 10,
  cacheMs: 15 * 60_000,
  read: async (context, { credential }, posts) => {
    const found: Record<string, PostMetrics> = {};
    for (const { platformPostId } of posts) {
      const metrics = await readMedia(context, credential, platformPostId);
      if (metrics !== undefined && 'kind' in metrics) return metrics;
      if (metrics !== undefined) found[platformPostId] = metrics;
    }
    return { kind: 'metrics', posts: found };
  },
};
