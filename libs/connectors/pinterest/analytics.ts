import { NO_METRICS, withQuery, type AccountCredential, type Analytics, type CallContext, type MeasuredPost, type PostMetrics, type Refused } from '../kit/index.ts';
import { ask } from './call.ts';
import { analyticsSchema, measuredPinSchema } from './schemas.ts';

const DAY_MS = 24 * 3_600_000;
/** Figures of days reach back 90 days from today; those of an older pin would lack its first days. */
const MOST_DAYS = 89;
const METRICS = ['IMPRESSION', 'PIN_CLICK', 'SAVE', 'TOTAL_COMMENTS', 'TOTAL_REACTIONS'];
/** Pinterest counts views of videos only. */
const VIDEO_METRICS = [...METRICS, 'VIDEO_MRC_VIEW'];

type Figures = Readonly<Record<string, number | null>> | null | undefined;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A pin that is gone, or that the account may not see any more, has no figures. */
const isGone = ({ httpStatus, code }: Refused): boolean => httpStatus === 404 || (httpStatus === 403 && (code === '403' || code === '7')) || (httpStatus === 401 && code === '7');

/** Of its whole life, of which Pinterest tells less (API v5, pins/get with `pin_metrics`). */
function lifelong(lifetime: Figures): PostMetrics {
  const figure = (name: string): number | null => lifetime?.[name] ?? null;
  return { ...NO_METRICS, impressions: figure('impression'), likes: figure('reaction'), comments: figure('comment'), saves: figure('save'), clicks: figure('pin_click') };
}

function summed(summary: Figures, lifetime: Figures): PostMetrics {
  const figure = (name: string): number | null => summary?.[name] ?? lifetime?.[name] ?? null;
  return {
    ...NO_METRICS,
    impressions: figure('IMPRESSION'),
    likes: figure('TOTAL_REACTIONS'),
    comments: figure('TOTAL_COMMENTS'),
    saves: figure('SAVE'),
    clicks: figure('PIN_CLICK'),
    views: figure('VIDEO_MRC_VIEW'),
  };
}

/** Undefined for a pin that is not there. Of a pin of the last 90 days all days are summed up (API v5, pins/analytics). */
async function readPin(context: CallContext, credential: AccountCredential, { platformPostId, publishedAtMs }: MeasuredPost): Promise<PostMetrics | undefined | Refused> {
  const path = `/pins/${encodeURIComponent(platformPostId)}`;
  const pin = await ask(context, credential, { method: 'GET', path: withQuery(path, { pin_metrics: 'true' }) }, measuredPinSchema);
  if (pin.kind === 'refused') return isGone(pin) ? undefined : pin;
  const sinceMs = publishedAtMs - DAY_MS;
  if (sinceMs < context.nowMs - MOST_DAYS * DAY_MS) return lifelong(pin.value.pin_metrics?.lifetime_metrics);
  const metrics = pin.value.media?.media_type === 'video' ? VIDEO_METRICS : METRICS;
  const query = { start_date: dayOf(sinceMs), end_date: dayOf(context.nowMs), metric_types: metrics.join(','), app_types: 'ALL', split_field: 'NO_SPLIT' };
  const days = await ask(context, credential, { method: 'GET', path: withQuery(`${path}/analytics`, query) }, analyticsSchema);
  if (days.kind === 'refused') return isGone(days) ? undefined : days;
  return summed(days.value.all.summary_metrics, days.value.all.lifetime_metrics);
}

export const analytics: Analytics = {
  // Two calls for each; Pinterest allows 60 calls for figures a minute and user.
  batchSize: 20,
  cacheMs: 60 * 60_000,
  read: async (context, { credential }, posts) => {
    const found: Record<string, PostMetrics> = {};
    for (const post of posts) {
      const metrics = await readPin(context, credential, post);
      if (metrics !== undefined && 'kind' in metrics) return metrics;
      if (metrics !== undefined) found[post.platformPostId] = metrics;
    }
    return { kind: 'metrics', posts: found };
  },
};
