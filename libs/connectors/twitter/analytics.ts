import { harmless, NO_METRICS, withQuery, type Analytics, type MeasuredPost, type PostMetrics } from '../kit/index.ts';
import { callApi } from './call.ts';
import { measuredSchema, type Counts, type MeasuredTweet } from './schemas.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Metrics that only the author may see are kept for 30 days (X API, metrics). A post near the edge is asked for without them. */
const PRIVATE_FOR_MS = 29 * DAY_MS;
const PUBLIC = 'public_metrics';
const PRIVATE = `${PUBLIC},non_public_metrics`;

/** Reposts and quotes together; null where X names neither. */
function sharesOf({ retweet_count: retweets, repost_count: reposts = retweets, quote_count: quotes }: Counts): number | null {
  return reposts === undefined && quotes === undefined ? null : (reposts ?? 0) + (quotes ?? 0);
}

function toMetrics({ public_metrics: seen, non_public_metrics: own }: MeasuredTweet): PostMetrics {
  return {
    ...NO_METRICS,
    impressions: seen?.impression_count ?? own?.impression_count ?? null,
    likes: seen?.like_count ?? null,
    comments: seen?.reply_count ?? null,
    shares: seen === undefined ? null : sharesOf(seen),
    saves: seen?.bookmark_count ?? null,
    clicks: own?.url_link_clicks ?? null,
  };
}

/** `GET /2/tweets` (X API, posts lookup): up to 100 posts a call. Young and old posts are asked for apart, as they take different fields. */
export const analytics: Analytics = {
  batchSize: 100,
  cacheMs: 60 * 60_000,
  read: async (context, { credential }, posts) => {
    const metrics: Record<string, PostMetrics> = {};
    const isYoung = ({ publishedAtMs }: MeasuredPost): boolean => context.nowMs - publishedAtMs < PRIVATE_FOR_MS;
    for (const [fields, asked] of [[PRIVATE, posts.filter(isYoung)], [PUBLIC, posts.filter((post) => !isYoung(post))]] as const) {
      if (asked.length === 0) continue;
      const path = withQuery('/2/tweets', { ids: asked.map(({ platformPostId }) => platformPostId).join(','), 'tweet.fields': fields });
      const result = await callApi(context, credential, { method: 'GET', path }, measuredSchema);
      if (result.kind !== 'answered') return harmless(result);
      for (const tweet of result.value.data ?? []) metrics[tweet.id] = toMetrics(tweet);
    }
    return { kind: 'metrics', posts: metrics };
  },
};
