import { currentWork, type Tx } from '@plaza/chassis';
import { outboxInsert, outboxRows, type NewEvent } from '@plaza/messaging';
import { TargetsChanged, type ConcludedPost, type FullPost, type PostFilter, type PostRepository } from '../../application/ports.ts';
import type { Attempt, Post, Target } from '../../domain/post.ts';
import type { TargetProgress } from '../../domain/target.ts';
import { statusOfPost } from '../../domain/transitions.ts';
import { ATTEMPT_COLUMNS, POST_COLUMNS, progressSet, progressValues, TARGET_COLUMNS, toTarget, type AttemptRow, type PostRow, type TargetRow } from './rows.ts';

const INSERT_POST = `insert into posts (project_id, id, mode, content, media, status, scheduled_for, timezone, raw_request, sequence, created_at, updated_at, traceparent)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $14)`;
const insertTargets = (parameter: string): string => `insert into targets (project_id, id, post_id, position, account_id, platform, mode, app_id, own_content, options, attachments, allow_overtake, state, due_at, next_try_at)
  select project_id, id, post_id, position, account_id, platform, mode, app_id, own_content, options, attachments, allow_overtake, state, due_at, next_try_at
  from jsonb_to_recordset(${parameter}::jsonb) as rows (project_id uuid, id uuid, post_id uuid, position integer, account_id uuid, platform text, mode text, app_id uuid,
    own_content text, options jsonb, attachments jsonb, allow_overtake boolean, state text, due_at timestamptz, next_try_at timestamptz)`;

/** Post, targets and events in one statement: a creation is the hottest write. */
const ADD = `with post as (${INSERT_POST}), target as (${insertTargets('$12')}) ${outboxInsert('$13')}`;
const INSERT_TARGETS = insertTargets('$1');

/** Posts in Postgres. A change of a target's state always comes with a lock on its post, so that the post's status is never a stale sum. */
export class PostgresPostRepository implements PostRepository {
  async add(tx: Tx, post: Post, targets: readonly Target[], events: readonly NewEvent[]): Promise<void> {
    const traceparent = currentWork()?.traceparent;
    const told = traceparent === undefined ? events : events.map((event) => ({ traceparent, ...event }));
    await tx.query(ADD, [
      ...[post.projectId, post.id, post.mode, post.content, JSON.stringify(post.media), post.status, post.scheduledFor, post.timezone],
      ...[JSON.stringify(post.rawRequest), post.sequence, post.createdAt, targetRows(targets), outboxRows(told), traceparent ?? null],
    ]);
  }

  async find(tx: Tx, id: string): Promise<FullPost | undefined> {
    const [post] = await tx.query<PostRow>(`select ${POST_COLUMNS} from posts where id = $1 and deleted_at is null`, [id]);
    if (post === undefined) return undefined;
    const [full] = await this.#complete(tx, [post]);
    return full;
  }

  async lock(tx: Tx, id: string): Promise<{ post: Post; targets: Target[] } | undefined> {
    const [post] = await tx.query<PostRow>(`select ${POST_COLUMNS} from posts where id = $1 and deleted_at is null for update`, [id]);
    if (post === undefined) return undefined;
    const rows = await tx.query<TargetRow>(`select ${TARGET_COLUMNS} from targets where post_id = $1 order by position`, [id]);
    return { post, targets: rows.map(toTarget) };
  }

  async list(tx: Tx, filter: PostFilter): Promise<{ total: number; posts: FullPost[] }> {
    const { where, parameters } = listCondition(filter);
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total from posts where ${where}`, parameters);
    const direction = filter.sort === 'asc' ? 'asc' : 'desc';
    const posts = await tx.query<PostRow>(
      `select ${POST_COLUMNS} from posts where ${where} order by created_at ${direction}, id ${direction} limit $${parameters.length + 1} offset $${parameters.length + 2}`,
      [...parameters, filter.limit, filter.offset],
    );
    return { total: count?.total ?? 0, posts: await this.#complete(tx, posts) };
  }

  async replace(tx: Tx, post: Post, targets: readonly Target[]): Promise<void> {
    await tx.query('delete from targets where post_id = $1', [post.id]);
    await tx.query(
      `update posts set content = $2, media = $3, status = $4, scheduled_for = $5, timezone = $6, raw_request = $7, sequence = $8, updated_at = $9 where id = $1`,
      [post.id, post.content, JSON.stringify(post.media), post.status, post.scheduledFor, post.timezone, JSON.stringify(post.rawRequest), post.sequence, post.updatedAt],
    );
    await tx.query(INSERT_TARGETS, [targetRows(targets)]);
  }

  async remove(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.query('update posts set deleted_at = $2, updated_at = $2 where id = $1', [id, at]);
  }

  async saveProgress(tx: Tx, changes: readonly { readonly target: Target; readonly progress: TargetProgress }[]): Promise<void> {
    for (const { target, progress } of changes) {
      const rows = await tx.query(`update targets set ${progressSet(4)}, fence = fence + 1, owner = null where id = $1 and fence = $2 and state = $3 returning id`, [
        target.id,
        target.progress.fence,
        target.progress.state,
        ...progressValues(progress),
      ]);
      if (rows.length === 0) throw new TargetsChanged();
    }
    for (const postId of new Set(changes.map(({ target }) => target.postId))) await updateStatus(tx, postId);
  }

  async addAttempt(tx: Tx, target: Pick<Target, 'id' | 'projectId'>, attempt: Omit<Attempt, 'number'>): Promise<void> {
    await addAttempt(tx, target, attempt);
  }

  async nextSequence(tx: Tx, postId: string): Promise<number> {
    const [row] = await tx.query<{ sequence: number }>('update posts set sequence = sequence + 1 where id = $1 returning sequence::int as sequence', [postId]);
    return row?.sequence ?? 0;
  }

  async conclude(tx: Tx, posts: readonly ConcludedPost[]): Promise<Map<string, number>> {
    const rows = await tx.query<{ id: string; first: number }>(
      `update posts set status = w.status, sequence = sequence + w.events, updated_at = now()
       from unnest($1::uuid[], $2::text[], $3::integer[]) as w (id, status, events) where posts.id = w.id
       returning posts.id, (posts.sequence - w.events + 1)::int as first`,
      [posts.map(({ id }) => id), posts.map(({ status }) => status), posts.map(({ events }) => events)],
    );
    return new Map(rows.map(({ id, first }) => [id, first]));
  }

  async #complete(tx: Tx, posts: readonly PostRow[]): Promise<FullPost[]> {
    const ids = posts.map(({ id }) => id);
    const targets = await tx.query<TargetRow>(`select ${TARGET_COLUMNS} from targets where post_id = any($1::uuid[]) order by post_id, position`, [ids]);
    const attempts = await tx.query<AttemptRow>(
      `select attempts.target_id as "targetId", ${ATTEMPT_COLUMNS} from attempts join targets on targets.id = attempts.target_id
       where targets.post_id = any($1::uuid[]) order by attempts.target_id, attempts.number`,
      [ids],
    );
    const attemptsByTarget = Map.groupBy(attempts, ({ targetId }) => targetId);
    const targetsByPost = Map.groupBy(targets, ({ postId }) => postId);
    return posts.map((post) => ({
      post,
      targets: (targetsByPost.get(post.id) ?? []).map((row) => ({ ...toTarget(row), attempts: attemptsByTarget.get(row.id) ?? [] })),
    }));
  }
}

function targetRows(targets: readonly Target[]): string {
  const rows = targets.map((target) => ({
    ...{ project_id: target.projectId, id: target.id, post_id: target.postId, position: target.position, account_id: target.accountId },
    ...{ platform: target.platform, mode: target.mode, app_id: target.appId, own_content: target.ownContent, options: target.options, attachments: target.attachments },
    ...{ allow_overtake: target.allowOvertake, state: target.progress.state, due_at: isoOf(target.progress.dueAtMs), next_try_at: isoOf(target.progress.nextTryAtMs) },
  }));
  return JSON.stringify(rows);
}

/** Writes the post's status anew from its targets. The caller holds the post's lock. */
export async function updateStatus(tx: Tx, postId: string): Promise<Target[]> {
  const rows = await tx.query<TargetRow>(`select ${TARGET_COLUMNS} from targets where post_id = $1 order by position`, [postId]);
  const targets = rows.map(toTarget);
  await tx.query('update posts set status = $2, updated_at = now() where id = $1', [postId, statusOfPost(targets.map(({ progress }) => progress.state))]);
  return targets;
}

/** Adds a line to the ledger. */
export async function addAttempt(tx: Tx, target: Pick<Target, 'id' | 'projectId'>, attempt: Omit<Attempt, 'number'>): Promise<void> {
  await tx.query(
    `insert into attempts (project_id, target_id, number, kind, started_at, ended_at, http_status, platform_code, category, decision, message, next_try_at)
     select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 from attempts where target_id = $2`,
    [
      ...[target.projectId, target.id, attempt.kind, attempt.startedAt, attempt.endedAt, attempt.httpStatus, attempt.platformCode],
      ...[attempt.category, attempt.decision, attempt.message, attempt.nextTryAt],
    ],
  );
}

function listCondition(filter: PostFilter): { where: string; parameters: unknown[] } {
  const { status, platforms, profileId, createdAfter, createdBefore, scheduledAfter, scheduledBefore } = filter;
  const where = `deleted_at is null
    and ($1::text is null or status = $1)
    and ($2::text[] is null or exists (select 1 from targets where post_id = posts.id and platform = any($2)))
    and (not $3::boolean or exists (select 1 from targets join accounts using (account_id) where post_id = posts.id and accounts.profile_id is not distinct from $4::uuid))
    and ($5::timestamptz is null or created_at >= $5) and ($6::timestamptz is null or created_at <= $6)
    and ($7::timestamptz is null or scheduled_for >= $7) and ($8::timestamptz is null or scheduled_for <= $8)`;
  const parameters = [status ?? null, platforms ?? null, profileId !== undefined, profileId ?? null, createdAfter ?? null, createdBefore ?? null, scheduledAfter ?? null, scheduledBefore ?? null];
  return { where, parameters };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
