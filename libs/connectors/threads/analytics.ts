import { NO_METRICS, type Analytics, type PostMetrics } from '../kit/index.ts';
import { insightsSchema } from '../meta/schemas.ts';
import { isGone, read } from './graph.ts';

const METRICS = 'views,likes,replies,reposts,quotes,shares';

/** Threads tells reposts, quotes and shares apart; together they are what others count as shares. */
function toMetrics(figures: Readonly<Record<string, number>>): PostMetrics {
  const passedOn = [figures['reposts'], figures['quotes'], figures['shares']].filter((figure) => figure !== undefined);
  const shares = passedOn.length === 0 ? null : passedOn.reduce((sum, figure) => sum + figure, 0);
  return { ...NO_METRICS, views: figures['views'] ?? null, likes: figures['likes'] ?? null, comments: figures['replies'] ?? null, shares };
}

export const analytics: Analytics = {
  batchSize: 10,
  cacheMs: 15 * 60_000,
  read: async (context, { credential }, posts) => {
    const found: Record<string, PostMetrics> = {};
    for (const { platformPostId } of posts) {
      const answer = await read(context, credential, `${platformPostId}/insights`, { metric: METRICS }, insightsSchema);
      if (answer.kind === 'answer') found[platformPostId] = toMetrics(answer.value);
      else if (!isGone(answer)) return answer;
    }
    return { kind: 'metrics', posts: found };
  },
};
