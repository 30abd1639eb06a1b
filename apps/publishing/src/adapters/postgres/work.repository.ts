import type { Tx } from '@plaza/chassis';
import { storableJson } from '@plaza/messaging';
import type { Checkpoint, ClaimedTarget, DueAccount, Intent, Outcome, PlatformRoom, WorkRepository } from '../../application/ports.ts';
import type { Attempt, Post, Target } from '../../domain/post.ts';
import type { TargetProgress } from '../../domain/target.ts';
import { HOLDS_ORDER } from '../../domain/transitions.ts';
import { updateStatus } from './post.repository.ts';
import { PROGRESS_FROM_RECORD, PROGRESS_RECORD, progressRecord, progressSet, progressValues, TARGET_COLUMNS, toTarget, type TargetRow } from './rows.ts';

type ClaimedRow = TargetRow & {
  readonly checkpoint: Readonly<Record<string, unknown>>;
  readonly credentialRevision: number | null;
  readonly postContent: string;
  readonly postMedia: Post['media'];
  readonly traceparent: string | null;
};

const CLAIMED_COLUMNS = `${TARGET_COLUMNS}, targets.checkpoint, targets.credential_revision as "credentialRevision", posts.content as "postContent", posts.media as "postMedia", posts.traceparent`;
/** States that hold an account's order, for a condition. */
export const HOLDING = HOLDS_ORDER.map((state) => `'${state}'`).join(', ');
/** Whether a row of `pauses` is meant for a target `t`. */
export const PAUSE_IS_FOR_TARGET = `(
    (scope = 'account' and name = t.account_id::text)
    or (scope = 'app' and name = coalesce(t.app_id::text, 'managed:' || t.platform || ':' || t.mode))
    or (scope = 'platform' and name = t.platform || ':' || t.mode))`;
/** Whether a target `t` has to wait for a limit. */
export const PAUSED = `exists (select 1 from pauses where until > now() and ${PAUSE_IS_FOR_TARGET})`;

/** Posts are locked before their targets, here as everywhere, so that two transactions cannot wait for each other. */
const MARK_DUE = `with candidates as (
    select distinct post_id from (select post_id from targets where state = 'scheduled' and due_at <= now() order by due_at limit $1) as first
  ), locked as (
    select id from posts where id in (select post_id from candidates) for update skip locked
  ), due as (
    update targets set state = 'due', next_try_at = due_at, fence = fence + 1
    where post_id in (select id from locked) and state = 'scheduled' and due_at <= now()
    returning id, project_id, post_id, account_id, platform, due_at
  ), told as (
    insert into outbox (event_id, project_id, type, version, key, sequence, traceparent, data)
    select gen_random_uuid(), due.project_id, 'publication.due', 1, account_id::text, 1, posts.traceparent, jsonb_build_object(
      'targetId', due.id, 'postId', post_id, 'accountId', account_id, 'platform', platform,
      'dueAt', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from due join posts on posts.id = due.post_id
  ), shown as (
    update posts set status = 'publishing', updated_at = now() where id in (select post_id from due)
  )
  select count(*)::int as moved from due`;

/** All connections of the platform's account that `id` is a connection of; a project may have several, and so may others. */
const connectionsOf = (id: string): string => `(
    select ${id} union all
    select twin.account_id from accounts as own join accounts as twin using (platform, mode, platform_user_id) where own.account_id = ${id})`;
/** What a target says: its own words, or its post's. */
const wordsOf = (t: string): string => `coalesce(${t}.own_content, (select content from posts where id = ${t}.post_id))`;
/**
 * Whether a target of the platform's account of `t` is of the kind given and says what `t` says: a look-up could take one for the other. The
 * offset keeps the planner from going through all that is under way at once.
 */
const sameIs = (kind: string): string => `exists (
    select 1 from ${connectionsOf('t.account_id')} as connection (id)
    cross join lateral (select other.* from targets as other where other.account_id = connection.id and ${kind} offset 0) as other
    where other.id <> t.id and ${wordsOf('other')} = ${wordsOf('t')})`;
/** What a target `other` does when it may be visible and is not known to be, or may soon; as the index has it. */
const UNDER_WAY = `(other.state in ('claimed', 'dispatching', 'unknown', 'reconciling') or (other.state = 'due' and other.had_unknown))`;
/** Whether a target `t` that would begin waits for another that says the same. Order keeps them apart in one connection, unless one may overtake. */
const BEGINS_BESIDE = `(t.state = 'due' and not t.had_unknown and t.platform_post_id is null and ${sameIs(UNDER_WAY)})`;

/**
 * The next target of each wanted account: the first that holds the account's order and waits neither for a retry nor beside another. It is
 * taken only when it is due, and when nothing before it waits, unless its customer lets it pass. The last look at the state hides it from the planner: a plan
 * without the parameters' values would else go through all that is due once for each account.
 */
const CLAIM_DUE = `with head as (
    select first.id, first.fence, first.platform, row_number() over (partition by first.platform order by first.due_at, first.id) as rank
    from unnest($2::uuid[]) as wanted (account_id)
    cross join lateral (
      select t.* from targets as t
      where t.account_id = wanted.account_id and t.state in (${HOLDING}) and not (t.state = 'due' and t.next_try_at > now()) and not ${BEGINS_BESIDE}
      order by t.due_at, t.id limit 1
    ) as first
    cross join lateral (select first.*) as t
    where first.state = 'due' and not ${PAUSED}
      and (first.allow_overtake or not exists (
        select 1 from targets as earlier
        where earlier.account_id = first.account_id and earlier.state in (${HOLDING}) and (earlier.due_at, earlier.id) < (first.due_at, first.id)))
  )
  update targets set state = 'claimed', fence = targets.fence + 1, owner = $1
  from head, posts where targets.id = head.id and coalesce(targets.state, '') = 'due' and targets.fence = head.fence and posts.id = targets.post_id
    and head.rank <= coalesce((select free from unnest($3::text[], $4::integer[]) as room (platform, free) where room.platform = head.platform), $5)
  returning ${CLAIMED_COLUMNS}`;

/**
 * Whether the look-up of a target `t` waits for another that says the same: for what may become visible meanwhile, and for an earlier one in
 * doubt, since what that one finds is not there to be found again. Two at once would both take the first.
 */
const LOOKS_BESIDE = `(t.state = 'unknown' and ${sameIs(`(other.state in ('claimed', 'dispatching')
      or (other.state in ('unknown', 'reconciling') and (other.due_at, other.id) < (t.due_at, t.id)))`)})`;

const CLAIM_FOLLOW_UPS = `with ripe as (
    select t.id from targets as t
    where t.state in ('submitted', 'processing', 'unknown') and t.owner is null and t.next_try_at <= now() and not ${LOOKS_BESIDE}
    order by t.next_try_at limit $2 for update skip locked
  )
  update targets set state = case when targets.state = 'unknown' then 'reconciling' else targets.state end, fence = targets.fence + 1, owner = $1
  from ripe, posts where targets.id = ripe.id and posts.id = targets.post_id
  returning ${CLAIMED_COLUMNS}`;

const COMMIT_INTENTS = `with w as (
    select * from jsonb_to_recordset($1::jsonb) as w (id uuid, owner uuid, fence bigint, at timestamptz, checkpoint jsonb, ${PROGRESS_RECORD})
  ), moved as (
    update targets set ${PROGRESS_FROM_RECORD}, checkpoint = w.checkpoint from w
    where targets.id = w.id and targets.owner = w.owner and targets.fence = w.fence and targets.state = 'claimed'
    returning targets.id, targets.project_id, w.at
  )
  insert into attempts (project_id, target_id, number, kind, started_at)
  select project_id, id, coalesce((select max(number) from attempts as earlier where earlier.target_id = moved.id), 0) + 1, 'send', at from moved
  returning target_id as id`;

/** The line of an attempt that the intent opened is ended; one of any other kind is added. */
const COMMIT_OUTCOMES = `with w as (
    select * from jsonb_to_recordset($1::jsonb) as w (id uuid, owner uuid, fence bigint, rejected_revision integer, begins_part boolean, line text, kind text, started_at timestamptz,
      ended_at timestamptz, http_status integer, platform_code text, category text, decision text, message text, line_next_try_at timestamptz, ${PROGRESS_RECORD})
  ), moved as (
    update targets set ${PROGRESS_FROM_RECORD}, owner = null, credential_revision = coalesce(w.rejected_revision, credential_revision),
      checkpoint = case when w.begins_part then '{}' else checkpoint end from w
    where targets.id = w.id and targets.owner = w.owner and targets.fence = w.fence
    returning targets.id, targets.project_id
  ), ended as (
    update attempts set ended_at = w.ended_at, http_status = w.http_status, platform_code = w.platform_code, category = w.category, decision = w.decision,
      message = w.message, next_try_at = w.line_next_try_at
    from w join moved using (id) where attempts.target_id = w.id and attempts.ended_at is null and w.line = 'end'
  ), added as (
    insert into attempts (project_id, target_id, number, kind, started_at, ended_at, http_status, platform_code, category, decision, message, next_try_at)
    select moved.project_id, id, coalesce((select max(number) from attempts as earlier where earlier.target_id = moved.id), 0) + 1,
      w.kind, w.started_at, w.ended_at, w.http_status, w.platform_code, w.category, w.decision, w.message, w.line_next_try_at
    from w join moved using (id) where w.line = 'add'
  )
  select id from moved`;

function outcomeRecord({ claimed: { target }, owner, progress, attempt, endsIntent, beginsPart, rejectedRevision }: Outcome): Record<string, unknown> {
  const line =
    attempt === null
      ? {}
      : {
          ...{ line: endsIntent ? 'end' : 'add', kind: attempt.kind, category: attempt.category, decision: attempt.decision, message: attempt.message },
          ...{ started_at: attempt.startedAt, ended_at: attempt.endedAt, http_status: attempt.httpStatus, platform_code: attempt.platformCode, line_next_try_at: attempt.nextTryAt },
        };
  return { id: target.id, owner, fence: target.progress.fence, rejected_revision: rejectedRevision, begins_part: beginsPart, ...line, ...progressRecord(progress) };
}

/** Claims, intents and outcomes as plain SQL, each with the owner and the fence in its condition. */
export class PostgresWorkRepository implements WorkRepository {
  async markDue(tx: Tx, limit: number): Promise<{ moved: number; nextInMs: number | null }> {
    const [result] = await tx.query<{ moved: number }>(MARK_DUE, [limit]);
    const [next] = await tx.query<{ ms: number | null }>(
      `select (extract(epoch from min(due_at) - now()) * 1000)::float8 as ms from targets where state = 'scheduled'`,
    );
    return { moved: result?.moved ?? 0, nextInMs: next?.ms ?? null };
  }

  async accountsWithWork(tx: Tx, limit: number): Promise<DueAccount[]> {
    return tx.query<DueAccount>(
      `select account_id as "accountId", platform from targets as t where state = 'due' and next_try_at <= now() and not ${PAUSED}
       group by account_id, platform order by min(next_try_at) limit $1`,
      [limit],
    );
  }

  async claimDue(tx: Tx, owner: string, accountIds: readonly string[], { named, others }: PlatformRoom): Promise<ClaimedTarget[]> {
    return (await tx.query<ClaimedRow>(CLAIM_DUE, [owner, accountIds, [...named.keys()], [...named.values()], others])).map(toClaimed);
  }

  async claimFollowUps(tx: Tx, owner: string, limit: number): Promise<ClaimedTarget[]> {
    return (await tx.query<ClaimedRow>(CLAIM_FOLLOW_UPS, [owner, limit])).map(toClaimed);
  }

  async nextWorkInMs(tx: Tx): Promise<number | null> {
    const [row] = await tx.query<{ ms: number | null }>(
      `select (extract(epoch from min(at) - now()) * 1000)::float8 as ms from (
         select min(next_try_at) as at from targets where state = 'due'
         union all (select next_try_at from targets as t
           where t.state in ('submitted', 'processing', 'unknown') and next_try_at is not null and not ${LOOKS_BESIDE} order by next_try_at limit 1)
       ) as waiting`,
    );
    return row?.ms ?? null;
  }

  async commitIntents(tx: Tx, intents: readonly Intent[]): Promise<boolean[]> {
    const records = intents.map(({ claimed: { target }, owner, progress, checkpoint, at }) => ({ id: target.id, owner, fence: target.progress.fence, at, checkpoint, ...progressRecord(progress) }));
    const rows = await tx.query<{ id: string }>(COMMIT_INTENTS, [storableJson(records)]);
    const committed = new Set(rows.map(({ id }) => id));
    return intents.map(({ claimed }) => committed.has(claimed.target.id));
  }

  async saveCheckpoints(tx: Tx, checkpoints: readonly Checkpoint[]): Promise<boolean[]> {
    const records = checkpoints.map(({ claimed: { target }, owner, checkpoint }) => ({ id: target.id, owner, fence: target.progress.fence, checkpoint }));
    const rows = await tx.query<{ id: string }>(
      `update targets set checkpoint = w.checkpoint from jsonb_to_recordset($1::jsonb) as w (id uuid, owner uuid, fence bigint, checkpoint jsonb)
       where targets.id = w.id and targets.owner = w.owner and targets.fence = w.fence returning targets.id`,
      [storableJson(records)],
    );
    const saved = new Set(rows.map(({ id }) => id));
    return checkpoints.map(({ claimed }) => saved.has(claimed.target.id));
  }

  async commitOutcomes(tx: Tx, outcomes: readonly Outcome[]): Promise<(Target[] | undefined)[]> {
    const postIds = [...new Set(outcomes.map(({ claimed }) => claimed.target.postId))];
    await tx.query('select id from posts where id = any($1::uuid[]) order by id for update', [postIds]);
    const rows = await tx.query<{ id: string }>(COMMIT_OUTCOMES, [storableJson(outcomes.map(outcomeRecord))]);
    const committed = new Set(rows.map(({ id }) => id));
    for (const { claimed, pause } of outcomes) if (pause !== undefined && committed.has(claimed.target.id)) await keepPause(tx, claimed, pause);
    const targets = await tx.query<TargetRow>(`select ${TARGET_COLUMNS} from targets where post_id = any($1::uuid[]) order by post_id, position`, [postIds]);
    const byPost = Map.groupBy(targets.map(toTarget), ({ postId }) => postId);
    return outcomes.map(({ claimed: { target } }) => (committed.has(target.id) ? (byPost.get(target.postId) ?? []) : undefined));
  }

  async otherOwners(tx: Tx, owner: string): Promise<string[]> {
    const rows = await tx.query<{ owner: string }>('select distinct owner from targets where owner is not null and owner <> $1', [owner]);
    return rows.map((row) => row.owner);
  }

  async isOwnerGone(tx: Tx, owner: string): Promise<boolean> {
    const [row] = await tx.query<{ gone: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as gone', [ownerLockName(owner)]);
    return row?.gone === true;
  }

  async ownedBy(tx: Tx, owner: string): Promise<ClaimedTarget[]> {
    const rows = await tx.query<ClaimedRow>(`select ${CLAIMED_COLUMNS} from targets join posts on posts.id = targets.post_id where owner = $1`, [owner]);
    return rows.map(toClaimed);
  }

  async release(tx: Tx, { target }: ClaimedTarget, owner: string | null, progress: TargetProgress, attempt: Omit<Attempt, 'number'> | null): Promise<void> {
    await tx.query('select id from posts where id = $1 for update', [target.postId]);
    // The state as read is part of the condition: an intent that was committed in between does not raise the fence.
    const rows = await tx.query(
      `update targets set ${progressSet(6)}, fence = $4, owner = null
       where id = $1 and owner is not distinct from $2 and fence = $3 and state = $5 returning id`,
      [target.id, owner, target.progress.fence, progress.fence, target.progress.state, ...progressValues(progress)],
    );
    if (rows.length === 0) return;
    if (attempt !== null) await endAttempt(tx, target.id, attempt);
    await updateStatus(tx, target.postId);
  }

  async idsOfOthers(tx: Tx, target: Pick<Target, 'id' | 'accountId'>, since: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct ids.id from targets
         cross join lateral (select platform_post_id union all select handle union all select part->>'platformPostId' from jsonb_array_elements(parts) part) ids(id)
       where account_id in ${connectionsOf('$1::uuid')} and targets.id <> $2 and (published_at >= $3 or state in ('submitted', 'processing')) and ids.id is not null`,
      [target.accountId, target.id, since],
    );
    return rows.map(({ id }) => id);
  }

  async sweep(tx: Tx): Promise<void> {
    await tx.query(`delete from pauses where until < now() - interval '1 day'`);
  }

  async dueBefore(tx: Tx, restoredAt: Date): Promise<{ claimed: ClaimedTarget; owner: string | null }[]> {
    const rows = await tx.query<ClaimedRow & { readonly owner: string | null }>(
      `select ${CLAIMED_COLUMNS}, targets.owner from targets join posts on posts.id = targets.post_id
       where state in ('scheduled', 'due', 'claimed', 'dispatching', 'submitted', 'processing', 'unknown', 'reconciling') and due_at <= $1 and posts.deleted_at is null`,
      [restoredAt],
    );
    return rows.map((row) => ({ claimed: toClaimed(row), owner: row.owner }));
  }
}

/** Name of the advisory lock that a worker's session holds for as long as it lives. */
export function ownerLockName(owner: string): string {
  return `plaza worker ${owner}`;
}

async function endAttempt(tx: Tx, targetId: string, attempt: Omit<Attempt, 'number'>): Promise<void> {
  await tx.query(
    `update attempts set ended_at = $2, http_status = $3, platform_code = $4, category = $5, decision = $6, message = $7, next_try_at = $8
     where target_id = $1 and ended_at is null`,
    [targetId, attempt.endedAt, attempt.httpStatus, attempt.platformCode, attempt.category, attempt.decision, attempt.message, attempt.nextTryAt],
  );
}

async function keepPause(tx: Tx, { target }: ClaimedTarget, pause: NonNullable<Outcome['pause']>): Promise<void> {
  const names = { account: target.accountId, app: target.appId ?? `managed:${target.platform}:${target.mode}`, platform: `${target.platform}:${target.mode}` };
  await tx.query(
    `insert into pauses (project_id, scope, name, until) values ($1, $2, $3, $4)
     on conflict (project_id, scope, name) do update set until = greatest(pauses.until, excluded.until)`,
    [target.projectId, pause.scope, names[pause.scope], new Date(pause.untilMs)],
  );
}

function toClaimed(row: ClaimedRow): ClaimedTarget {
  const target = toTarget(row);
  return { target, post: { id: target.postId, content: row.postContent, media: row.postMedia }, checkpoint: row.checkpoint, credentialRevision: row.credentialRevision, traceparent: row.traceparent };
}
