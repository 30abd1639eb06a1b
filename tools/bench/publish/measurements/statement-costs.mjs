// What Postgres did, from its own statistics.

/** The statements by what they cost, `$1` being the number of posts. */
export const STATEMENTS = `select round(calls / $1::numeric, 2)::text as per_post, round((total_exec_time / $1)::numeric, 3)::text as ms_per_post,
    calls::int, rows::int, round((wal_bytes / $1)::numeric)::int as wal_bytes_per_post,
    left(regexp_replace(replace(query, '|', ' '), '\\s+', ' ', 'g'), 130) as query
  from pg_stat_statements where query not like '%pg_stat%' order by total_exec_time desc limit 45`;

/** Counters that only grow. */
export const TOTALS = `select
    (select sum(calls)::float8 from pg_stat_statements) as statements,
    (select sum(total_exec_time)::float8 from pg_stat_statements) as "ms of statements",
    (select sum(calls)::float8 from pg_stat_statements where query ~* '^commit') as commits,
    (select sum(fsyncs)::float8 from pg_stat_io where object = 'wal') as "syncs of the log",
    (select sum(fsync_time)::float8 from pg_stat_io where object = 'wal') as "ms of syncs",
    (select wal_bytes::float8 / 1024 from pg_stat_wal) as "KiB of log"`;
