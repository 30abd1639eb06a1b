import type { CallContext } from './context.ts';
import type { Refused } from './outcome.ts';
import type { ActingAccount } from './publisher.ts';

/** What a platform counts of a post. Null where it counts no such thing, or does not tell. */
export interface PostMetrics {
  readonly impressions: number | null;
  /** Different people. */
  readonly reach: number | null;
  readonly likes: number | null;
  readonly comments: number | null;
  readonly shares: number | null;
  readonly saves: number | null;
  readonly clicks: number | null;
  readonly views: number | null;
}

/** Nothing is known of a post. */
export const NO_METRICS: PostMetrics = {
  impressions: null,
  reach: null,
  likes: null,
  comments: null,
  shares: null,
  saves: null,
  clicks: null,
  views: null,
};

/** A post to ask for. */
export interface MeasuredPost {
  readonly platformPostId: string;
  readonly publishedAtMs: number;
}

/** Metrics by `platformPostId`; a post that the platform does not know any more is missing. */
export interface MetricsReading {
  readonly kind: 'metrics';
  readonly posts: Readonly<Record<string, PostMetrics>>;
}

export interface Analytics {
  /** How many posts one `read` may ask for. */
  readonly batchSize: number;
  /** Answers are kept for so long before the platform is asked again. Milliseconds. */
  readonly cacheMs: number;
  read(context: CallContext, account: ActingAccount, posts: readonly MeasuredPost[]): Promise<MetricsReading | Refused>;
}
