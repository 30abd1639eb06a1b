// The rows of the claim cost: posts with one target each, spread over accounts; ids in the order of their making, as Plaza's are.

const ACCOUNT = (number) => `md5('account ' || ${number})::uuid`;

/** Scheduled over the next year, `$1` posts over `$2` accounts. */
export const FILL = `with made as (
    insert into posts (project_id, id, mode, content, media, status, scheduled_for, timezone, raw_request, sequence, created_at, updated_at)
    select md5('project')::uuid, uuidv7(), 'live', 'Scheduled for later', '[]', 'scheduled', now() + interval '1 day' + random() * interval '1 year', 'UTC', '{}', 1, now(), now()
    from generate_series(1, $1::integer) as n returning id, project_id, scheduled_for
  ), numbered as (select *, row_number() over () as n from made)
  insert into targets (project_id, id, post_id, position, account_id, platform, mode, options, allow_overtake, state, due_at, next_try_at)
  select project_id, uuidv7(), id, 0, ${ACCOUNT('(n % $2::integer)')}, 'bluesky', 'live', '{}', false, 'scheduled', scheduled_for, scheduled_for from numbered`;

export const ANALYZE = ['vacuum analyze posts', 'vacuum analyze targets', 'checkpoint'];

/** So many posts whose time has come, each of another account. */
export function addDue(count, accounts) {
  return `with made as (
      insert into posts (project_id, id, mode, content, media, status, scheduled_for, timezone, raw_request, sequence, created_at, updated_at)
      select md5('project')::uuid, uuidv7(), 'live', 'Due', '[]', 'scheduled', now() - interval '1 second', 'UTC', '{}', 1, now(), now()
      from generate_series(1, ${count}) returning id, project_id, scheduled_for
    ), numbered as (select *, row_number() over () as n from made)
    insert into targets (project_id, id, post_id, position, account_id, platform, mode, options, allow_overtake, state, due_at, next_try_at)
    select project_id, uuidv7(), id, 0, ${ACCOUNT(`(n % ${accounts})`)}, 'bluesky', 'live', '{}', false, 'scheduled', scheduled_for, scheduled_for from numbered`;
}

/** What was claimed is done, so that the next batch finds what this one found. */
export const FORGET = `update targets set state = 'published', owner = null where state = 'claimed'`;
