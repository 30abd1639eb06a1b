import { bodyJson, harmless, NO_METRICS, screen, type Analytics } from '../kit/index.ts';
import { errors } from './errors.ts';
import { postViewsSchema } from './schemas.ts';
import { serverOf } from './xrpc.ts';

/**
 * `app.bsky.feed.getPosts` through the account's own server: at most 25 posts a call, and what is gone is missing (atproto lexicons
 * app/bsky/feed/getPosts.json). Nobody counts views or clicks.
 */
export const analytics: Analytics = {
  batchSize: 25,
  cacheMs: 10 * 60_000,
  read: async (context, { credential }, posts) => {
    const query = new URLSearchParams(posts.map(({ platformPostId }): [string, string] => ['uris', platformPostId]));
    const url = `${serverOf(context)}/xrpc/app.bsky.feed.getPosts?${query.toString()}`;
    const answer = screen(await context.http.send({ method: 'GET', url, headers: { authorization: `Bearer ${credential.accessToken.reveal()}` } }), errors, context.nowMs);
    if (answer.kind !== 'response') return harmless(answer);
    const parsed = postViewsSchema.safeParse(bodyJson(answer));
    if (!parsed.success) return harmless({ kind: 'unknown', reason: 'getPosts gave no posts', httpStatus: answer.status });
    const metrics = parsed.data.posts.map(({ uri, likeCount, replyCount, repostCount = 0, quoteCount = 0, bookmarkCount = null }) => [
      uri,
      { ...NO_METRICS, likes: likeCount ?? 0, comments: replyCount ?? 0, shares: repostCount + quoteCount, saves: bookmarkCount },
    ]);
    return { kind: 'metrics', posts: Object.fromEntries(metrics) };
  },
};
