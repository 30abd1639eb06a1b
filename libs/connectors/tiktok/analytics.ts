import { harmless, NO_METRICS, withQuery, type Analytics } from '../kit/index.ts';
import { callApi } from './call.ts';
import { videosSchema } from './schemas.ts';

/** Posts that are not public, and drafts, go by the id of their publication, which the Display API does not know. */
const isPostId = (id: string): boolean => /^\d+$/.test(id);

/** `video/query` (Display API, query videos): totals of the account's own posts, at most 20 at once. */
export const analytics: Analytics = {
  batchSize: 20,
  cacheMs: 60 * 60_000,
  read: async (context, { credential }, posts) => {
    const ids = posts.map(({ platformPostId }) => platformPostId).filter(isPostId);
    if (ids.length === 0) return { kind: 'metrics', posts: {} };
    const path = withQuery('/v2/video/query/', { fields: 'id,view_count,like_count,comment_count,share_count' });
    const result = await callApi(context, credential, { method: 'POST', path, body: { filters: { video_ids: ids } } }, videosSchema);
    if (result.kind !== 'answered') return harmless(result);
    const metrics = (result.value.videos ?? []).map(({ id, view_count: views = null, like_count: likes = null, comment_count: comments = null, share_count: shares = null }) => {
      return [id, { ...NO_METRICS, views, likes, comments, shares }] as const;
    });
    return { kind: 'metrics', posts: Object.fromEntries(metrics) };
  },
};
