import { harmless, NO_METRICS, type Analytics, type CallContext, type MetricsReading, type PostMetrics, type Publication, type Refused } from '../kit/index.ts';
import { callServer } from './call.ts';
import { statusSchema, type Status } from './schemas.ts';
import { z } from 'zod';

/** As many as a server gives in one answer (mastodon/mastodon app/controllers/api/v1/statuses_controller.rb). */
const BATCH = 20;
const GONE = 404;

const metricsOf = (status: Status): PostMetrics => ({
  ...NO_METRICS,
  likes: status.favourites_count,
  comments: status.replies_count,
  shares: status.reblogs_count,
});

const reading = (statuses: readonly Status[]): MetricsReading => ({ kind: 'metrics', posts: Object.fromEntries(statuses.map((status) => [status.id, metricsOf(status)])) });

async function oneByOne(context: CallContext, credential: Publication['credential'], ids: readonly string[]): Promise<MetricsReading | Refused> {
  const statuses: Status[] = [];
  for (const id of ids) {
    const result = await callServer(context, credential, { method: 'GET', path: `/api/v1/statuses/${encodeURIComponent(id)}` }, statusSchema);
    if (result.kind === 'answered') statuses.push(result.value);
    if (result.kind !== 'answered' && !(result.kind === 'refused' && result.httpStatus === GONE)) return harmless(result);
  }
  return reading(statuses);
}

/** Favourites, replies and boosts stand in the status itself; nothing else is counted (docs: methods/statuses, index since 4.3). */
export const analytics: Analytics = {
  batchSize: BATCH,
  cacheMs: 5 * 60_000,
  read: async (context, { credential }, posts) => {
    const ids = posts.map(({ platformPostId }) => platformPostId);
    const query = ids.map((id) => `id[]=${encodeURIComponent(id)}`).join('&');
    const result = await callServer(context, credential, { method: 'GET', path: `/api/v1/statuses?${query}` }, z.array(statusSchema));
    if (result.kind === 'answered') return reading(result.value);
    const isOldServer = result.kind !== 'unsent' && result.httpStatus === GONE;
    return isOldServer ? oneByOne(context, credential, ids) : harmless(result);
  },
};
