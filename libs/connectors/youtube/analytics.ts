import { harmless, NO_METRICS, withQuery, type AccountCredential, type Analytics, type CallContext, type MeasuredPost } from '../kit/index.ts';
import { callApi } from './call.ts';
import { reportSchema, videosSchema } from './schemas.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Counters are strings of digits, and absent where the owner hides them. */
const count = (digits: string | undefined): number | null => (digits === undefined ? null : Number(digits));
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Shares by video from a report of the YouTube Analytics API (`reports.query`). It has a scope of its own and counts with two or three days'
 * delay: what it does not tell is not there, and keeps the other counts from nobody.
 */
async function readShares(context: CallContext, credential: AccountCredential, posts: readonly MeasuredPost[]): Promise<ReadonlyMap<string, number>> {
  const path = withQuery('/v2/reports', {
    ...{ ids: 'channel==MINE', metrics: 'shares', dimensions: 'video', sort: '-shares', maxResults: '200' },
    filters: `video==${posts.map(({ platformPostId }) => platformPostId).join(',')}`,
    // Days are California's, which may be one behind.
    startDate: dayOf(Math.min(...posts.map(({ publishedAtMs }) => publishedAtMs)) - DAY_MS),
    endDate: dayOf(context.nowMs),
  });
  const result = await callApi(context, credential, { method: 'GET', host: 'analytics', path }, reportSchema);
  if (result.kind !== 'answered') return new Map();
  const columns = result.value.columnHeaders.map(({ name }) => name);
  const [video, shares] = [columns.indexOf('video'), columns.indexOf('shares')];
  return new Map((result.value.rows ?? []).map((row) => [String(row[video]), Number(row[shares])]));
}

/** `videos.list` with `statistics`: up to 50 videos for one quota unit; and their shares. */
export const analytics: Analytics = {
  batchSize: 50,
  cacheMs: 60 * 60_000,
  read: async (context, { credential }, posts) => {
    const path = withQuery('/youtube/v3/videos', { part: 'statistics', id: posts.map(({ platformPostId }) => platformPostId).join(',') });
    const result = await callApi(context, credential, { method: 'GET', path }, videosSchema);
    if (result.kind !== 'answered') return harmless(result);
    const shares = await readShares(context, credential, posts);
    const metrics = (result.value.items ?? []).map(({ id, statistics: seen }) => {
      return [id, { ...NO_METRICS, views: count(seen?.viewCount), likes: count(seen?.likeCount), comments: count(seen?.commentCount), shares: shares.get(id) ?? null }] as const;
    });
    return { kind: 'metrics', posts: Object.fromEntries(metrics) };
  },
};
