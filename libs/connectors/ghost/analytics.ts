import { harmless, NO_METRICS, withQuery, type Analytics } from '../kit/index.ts';
import { callAdmin } from './call.ts';
import { measuredSchema } from './schemas.ts';

const BATCH = 15;
const INCLUDE = 'email,count.clicks,count.positive_feedback';

/**
 * Members who opened the e-mail, who clicked a link in it, and who liked it. Views of the site are not told to integrations
 * (npm package ghost, core/server/web/api/endpoints/admin/middleware.js).
 */
export const analytics: Analytics = {
  batchSize: BATCH,
  cacheMs: 5 * 60_000,
  read: async (context, { credential }, posts) => {
    const ids = posts.map(({ platformPostId }) => platformPostId).filter((id) => /^[0-9a-f]{24}$/.test(id));
    if (ids.length === 0) return { kind: 'metrics', posts: {} };
    const path = withQuery('/posts/', { filter: `id:[${ids.join(',')}]`, include: INCLUDE, limit: String(BATCH) });
    const result = await callAdmin(context, credential, { method: 'GET', path }, measuredSchema);
    if (result.kind !== 'answered') return harmless(result);
    const entries = result.value.posts.map(({ id, email, count }) => [
      id,
      { ...NO_METRICS, reach: email?.opened_count ?? null, clicks: count?.clicks ?? null, likes: count?.positive_feedback ?? null },
    ]);
    return { kind: 'metrics', posts: Object.fromEntries(entries) as Record<string, typeof NO_METRICS> };
  },
};
