/** Settings of a Postgres for tests: nothing of a test run has to survive a power cut. */
export const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off', max_connections: '250' };
