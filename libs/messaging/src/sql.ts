/** What messaging needs of a database session. Inside {@link TransactionRunner.transaction} it is the open transaction. */
export interface Sql {
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** Runs work in one transaction with rights on the service's own messaging tables, over all projects. */
export interface TransactionRunner {
  system<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A transaction that sees one project only. */
  tenant<T>(projectId: string, work: (sql: Sql) => Promise<T>): Promise<T>;
}

/** Tables of messaging in a service's schema. Each carries the project. */
export const MESSAGING_TABLES = `
create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null unique,
  project_id uuid not null,
  type text not null,
  version integer not null,
  key text not null,
  sequence bigint not null,
  data jsonb not null,
  traceparent text,
  occurred_at timestamptz not null default now(),
  published_at timestamptz
);
create index outbox_unpublished on outbox (id) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;
create table inbox (
  consumer text not null,
  event_id uuid not null,
  project_id uuid not null,
  starts integer not null default 0,
  received_at timestamptz not null default now(),
  handled_at timestamptz,
  primary key (consumer, event_id)
);
create index inbox_handled on inbox (handled_at) where handled_at is not null;
create table parked_messages (
  id bigint generated always as identity primary key,
  consumer text not null,
  event_id uuid not null,
  project_id uuid not null,
  type text not null,
  key text not null,
  event jsonb not null,
  attempts integer not null,
  next_try_at timestamptz not null,
  last_error text not null,
  parked_at timestamptz not null default now(),
  dead_at timestamptz,
  unique (consumer, event_id)
);
create index parked_waiting on parked_messages (consumer, key, id) where dead_at is null;
create index parked_due on parked_messages (next_try_at) where dead_at is null;
`;
