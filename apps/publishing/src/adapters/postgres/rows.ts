import type { TargetError, TargetProgress } from '../../domain/target.ts';
import type { Attempt, Post, Target } from '../../domain/post.ts';

/** A row of `targets` as {@link TARGET_COLUMNS} reads it. */
export interface TargetRow extends Omit<Target, 'progress'> {
  readonly state: TargetProgress['state'];
  readonly dueAt: Date;
  readonly nextTryAt: Date | null;
  readonly fence: number;
  readonly failures: number;
  readonly lookups: number;
  readonly dispatchedAt: Date | null;
  readonly hadUnknown: boolean;
  readonly wasRestored: boolean;
  readonly renewedToken: boolean;
  readonly handle: string | null;
  readonly parts: TargetProgress['parts'];
  readonly platformPostId: string | null;
  readonly platformPostUrl: string | null;
  readonly publishedAt: Date | null;
  readonly warning: string | null;
  readonly error: TargetError | null;
}

export const TARGET_COLUMNS = `targets.id, targets.project_id as "projectId", targets.post_id as "postId", targets.position, targets.account_id as "accountId",
  targets.platform, targets.mode, targets.app_id as "appId", targets.own_content as "ownContent", targets.options, targets.attachments, targets.allow_overtake as "allowOvertake",
  targets.state, targets.due_at as "dueAt", targets.next_try_at as "nextTryAt", targets.fence::int as fence, targets.failures, targets.lookups,
  targets.dispatched_at as "dispatchedAt", targets.had_unknown as "hadUnknown", targets.was_restored as "wasRestored", targets.renewed_token as "renewedToken", targets.handle, targets.parts,
  targets.platform_post_id as "platformPostId", targets.platform_post_url as "platformPostUrl", targets.published_at as "publishedAt",
  targets.warning, targets.error`;

export const POST_COLUMNS = `posts.id, posts.project_id as "projectId", posts.mode, posts.content, posts.media, posts.status, posts.scheduled_for as "scheduledFor",
  posts.timezone, posts.raw_request as "rawRequest", posts.sequence::int as sequence, posts.created_at as "createdAt", posts.updated_at as "updatedAt"`;

export const ATTEMPT_COLUMNS = `attempts.number, attempts.kind, attempts.started_at as "startedAt", attempts.ended_at as "endedAt",
  attempts.http_status as "httpStatus", attempts.platform_code as "platformCode", attempts.category, attempts.decision, attempts.message,
  attempts.next_try_at as "nextTryAt"`;

export type PostRow = Post;
export type AttemptRow = Attempt & { readonly targetId: string };

export function toTarget(row: TargetRow): Target {
  const { id, projectId, postId, position, accountId, platform, mode, appId, ownContent, options, attachments, allowOvertake } = row;
  return { id, projectId, postId, position, accountId, platform, mode, appId, ownContent, options, attachments, allowOvertake, progress: toProgress(row) };
}

function toProgress(row: TargetRow): TargetProgress {
  const { state, fence, failures, lookups, hadUnknown, wasRestored, renewedToken, handle, platformPostId, platformPostUrl, warning, error } = row;
  // What the version before parts published is one.
  const parts = row.parts.length === 0 && platformPostId !== null ? [{ platformPostId, platformPostUrl }] : row.parts;
  return {
    ...{ state, fence, failures, lookups, hadUnknown, wasRestored, renewedToken, handle, parts, platformPostId, platformPostUrl, warning, error },
    dueAtMs: row.dueAt.getTime(),
    nextTryAtMs: row.nextTryAt?.getTime() ?? null,
    dispatchedAtMs: row.dispatchedAt?.getTime() ?? null,
    publishedAtMs: row.publishedAt?.getTime() ?? null,
  };
}

/** The columns of a progress as `jsonb_to_recordset` has to be told them. */
export const PROGRESS_RECORD = `state text, due_at timestamptz, next_try_at timestamptz, failures integer, lookups integer, dispatched_at timestamptz, had_unknown boolean,
  was_restored boolean, renewed_token boolean, handle text, parts jsonb, platform_post_id text, platform_post_url text, published_at timestamptz, warning text, error jsonb`;

/** A progress by column, for a record in JSON. */
export function progressRecord(progress: TargetProgress): Record<string, unknown> {
  const { state, failures, lookups, handle, parts, warning, error } = progress;
  return {
    ...{ state, failures, lookups, handle, parts, warning, error },
    due_at: toDate(progress.dueAtMs),
    next_try_at: toDate(progress.nextTryAtMs),
    dispatched_at: toDate(progress.dispatchedAtMs),
    had_unknown: progress.hadUnknown,
    was_restored: progress.wasRestored,
    renewed_token: progress.renewedToken,
    platform_post_id: progress.platformPostId,
    platform_post_url: progress.platformPostUrl,
    published_at: toDate(progress.publishedAtMs),
  };
}

/** Columns and values of a progress, in the order of {@link PROGRESS_SET}'s parameters from `$first` on. */
export function progressValues(progress: TargetProgress): unknown[] {
  return [
    progress.state,
    toDate(progress.dueAtMs),
    toDate(progress.nextTryAtMs),
    progress.failures,
    progress.lookups,
    toDate(progress.dispatchedAtMs),
    progress.hadUnknown,
    progress.wasRestored,
    progress.renewedToken,
    progress.handle,
    JSON.stringify(progress.parts),
    progress.platformPostId,
    progress.platformPostUrl,
    toDate(progress.publishedAtMs),
    progress.warning,
    progress.error === null ? null : JSON.stringify(progress.error),
  ];
}

const PROGRESS_COLUMNS = [
  'state',
  'due_at',
  'next_try_at',
  'failures',
  'lookups',
  'dispatched_at',
  'had_unknown',
  'was_restored',
  'renewed_token',
  'handle',
  'parts',
  'platform_post_id',
  'platform_post_url',
  'published_at',
  'warning',
  'error',
] as const;

/** `state = $n, due_at = $n+1, ...` for an update. */
export function progressSet(first: number): string {
  return PROGRESS_COLUMNS.map((column, index) => `${column} = $${first + index}`).join(', ');
}

/** `state = w.state, ...`: the same from a record. */
export const PROGRESS_FROM_RECORD = PROGRESS_COLUMNS.map((column) => `${column} = w.${column}`).join(', ');

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
