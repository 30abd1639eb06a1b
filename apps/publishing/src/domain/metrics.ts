import type { PostMetrics } from '@plaza/connectors';

/** Metrics with what follows from them. */
export interface RatedMetrics extends PostMetrics {
  /** 0 to 1; null where the platform tells no reach, or no reactions. */
  readonly engagementRate: number | null;
}

const REACTIONS = ['likes', 'comments', 'shares', 'saves'] as const;
const REACHES = ['impressions', 'reach', 'views'] as const;

/** Reactions by how many saw the post: impressions, or reach, or views, whichever is told first. */
export function rated(metrics: PostMetrics): RatedMetrics {
  const reactions = total(REACTIONS.map((name) => metrics[name]));
  const seen = REACHES.map((name) => metrics[name]).find((value) => value !== null && value > 0) ?? null;
  const rate = reactions === null || seen === null ? null : Math.min(1, reactions / seen);
  return { ...metrics, engagementRate: rate === null ? null : Math.round(rate * 1e6) / 1e6 };
}

/** Sums over platforms; a metric that none of them tells stays null. The rate is that of those which tell both sides of it. */
export function aggregated(all: readonly PostMetrics[]): RatedMetrics {
  const sum = (name: keyof PostMetrics, of = all): number | null => total(of.map((metrics) => metrics[name]));
  const whole = Object.fromEntries((['impressions', 'reach', 'likes', 'comments', 'shares', 'saves', 'clicks', 'views'] as const).map((name) => [name, sum(name)])) as unknown as PostMetrics;
  const telling = all.filter((metrics) => rated(metrics).engagementRate !== null);
  const seen = total(telling.map((metrics) => REACHES.map((name) => metrics[name]).find((value) => value !== null && value > 0) ?? null));
  const reactions = total(telling.flatMap((metrics) => REACTIONS.map((name) => metrics[name])));
  return { ...whole, engagementRate: seen === null || reactions === null ? null : Math.round(Math.min(1, reactions / seen) * 1e6) / 1e6 };
}

function total(values: readonly (number | null)[]): number | null {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
}
