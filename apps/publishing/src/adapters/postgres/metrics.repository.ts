import type { Tx } from '@plaza/chassis';
import type { MeasuredTarget, MetricsFilter, MetricsRepository, ToldMetrics } from '../../application/ports.ts';

const MEASURED = `targets.id as "targetId", targets.project_id as "projectId", targets.post_id as "postId", targets.account_id as "accountId", targets.platform, targets.mode,
  targets.platform_post_id as "platformPostId", targets.platform_post_url as "platformPostUrl", targets.published_at as "publishedAt",
  posts.content as "postContent", target_metrics.metrics, target_metrics.read_at as "readAt",
  target_metrics.asked_at as "askedAt", target_metrics.problem`;
const FROM = `targets join posts on posts.id = targets.post_id and posts.deleted_at is null left join target_metrics on target_metrics.target_id = targets.id`;
const PUBLISHED = `targets.platform_post_id is not null and targets.published_at is not null`;

const sum = (metric: string): string => `sum((target_metrics.metrics->>'${metric}')::float8)`;
/** What a list is sorted by; a fixed text for each word that the route takes. */
const SORTS: Readonly<Record<MetricsFilter['sortBy'], string>> = {
  date: 'max(targets.published_at)',
  likes: sum('likes'),
  comments: sum('comments'),
  impressions: sum('impressions'),
  views: sum('views'),
  shares: sum('shares'),
  saves: sum('saves'),
  clicks: sum('clicks'),
  engagement: `coalesce(${sum('likes')}, 0) + coalesce(${sum('comments')}, 0) + coalesce(${sum('shares')}, 0) + coalesce(${sum('saves')}, 0)`,
};

/** Metrics of published targets in Postgres. */
export class PostgresMetricsRepository implements MetricsRepository {
  async page(tx: Tx, filter: MetricsFilter): Promise<{ total: number; targets: MeasuredTarget[] }> {
    const where = `${PUBLISHED} and targets.published_at >= $1 and targets.published_at < $2
      and ($3::text[] is null or targets.platform = any($3)) and ($4::uuid is null or targets.account_id = $4)`;
    const parameters = [filter.from, filter.to, filter.platforms ?? null, filter.accountId ?? null];
    const [count] = await tx.query<{ total: number }>(`select count(distinct targets.post_id)::int as total from ${FROM} where ${where}`, parameters);
    const direction = filter.order === 'asc' ? 'asc nulls first' : 'desc nulls last';
    const targets = await tx.query<MeasuredTarget>(
      `with page as (
         select targets.post_id, row_number() over (order by ${SORTS[filter.sortBy]} ${direction}, max(targets.published_at) desc, targets.post_id) as place
         from ${FROM} where ${where} group by targets.post_id order by place limit $5 offset $6
       )
       select ${MEASURED} from page join targets on targets.post_id = page.post_id join posts on posts.id = targets.post_id
         left join target_metrics on target_metrics.target_id = targets.id
       where ${where} order by page.place, targets.position`,
      [...parameters, filter.limit, filter.offset],
    );
    return { total: count?.total ?? 0, targets };
  }

  async ofPost(tx: Tx, postId: string): Promise<MeasuredTarget[]> {
    return tx.query<MeasuredTarget>(`select ${MEASURED} from ${FROM} where targets.post_id = $1 and ${PUBLISHED} order by targets.position`, [postId]);
  }

  async postOf(tx: Tx, platformPostId: string, accountId: string | undefined): Promise<string | undefined> {
    const [row] = await tx.query<{ postId: string }>(
      `select targets.post_id as "postId" from ${FROM} where targets.platform_post_id = $1 and ($2::uuid is null or targets.account_id = $2) order by targets.published_at desc limit 1`,
      [platformPostId, accountId ?? null],
    );
    return row?.postId;
  }

  async keep(tx: Tx, projectId: string, told: readonly ToldMetrics[], at: Date): Promise<void> {
    // An answer without metrics leaves what was known before.
    await tx.query(
      `insert into target_metrics (project_id, target_id, metrics, read_at, asked_at, problem)
       select $1, id, metrics, case when metrics is null then null else $3::timestamptz end, $3, problem
       from jsonb_to_recordset($2::jsonb) as told (id uuid, metrics jsonb, problem jsonb) order by id
       on conflict (target_id) do update set metrics = coalesce(excluded.metrics, target_metrics.metrics), read_at = coalesce(excluded.read_at, target_metrics.read_at),
         asked_at = excluded.asked_at, problem = excluded.problem`,
      [projectId, JSON.stringify(told.map(({ targetId, metrics, problem }) => ({ id: targetId, metrics, problem }))), at],
    );
  }
}
