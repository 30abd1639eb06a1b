import { harmless, NO_METRICS, type Analytics, type PostMetrics } from '../kit/index.ts';
import { callApi } from './call.ts';
import { postsPath } from './draft.ts';
import { statsSchema } from './schemas.ts';
import { z } from 'zod';

/** Each post is a call, and 180 calls a minute are shared by all keys of an organization. */
const BATCH = 10;

const building = z.object({ data: z.object({ id: z.string(), state: z.string() }) }).transform(() => undefined);

function sum(...figures: readonly (number | null | undefined)[]): number | null {
  const known = figures.filter((figure) => typeof figure === 'number');
  return known.length === 0 ? null : known.reduce((total, figure) => total + figure, 0);
}

/** Views on the web, readers who opened the e-mail, and clicks in both (api-reference/posts/get, expand stats). */
export const analytics: Analytics = {
  batchSize: BATCH,
  cacheMs: 15 * 60_000,
  read: async (context, { account, credential }, posts) => {
    const metrics: Record<string, PostMetrics> = {};
    for (const { platformPostId } of posts) {
      const path = `${postsPath(account)}/${encodeURIComponent(platformPostId)}?expand[]=stats`;
      const result = await callApi(context, credential, { method: 'GET', path }, z.union([building, statsSchema]));
      if (result.kind === 'refused' && result.httpStatus === 404) continue;
      if (result.kind !== 'answered') return harmless(result);
      const stats = result.value?.data.stats;
      metrics[platformPostId] = { ...NO_METRICS, views: stats?.web?.views ?? null, reach: stats?.email?.unique_opens ?? null, clicks: sum(stats?.email?.clicks, stats?.web?.clicks) };
    }
    return { kind: 'metrics', posts: metrics };
  },
};
