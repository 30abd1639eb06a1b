import { IDEMPOTENCY_TABLE } from '@plaza/chassis';
import { MESSAGING_TABLES } from '@plaza/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables of publishing. The partial indexes follow the questions of scheduler and worker, so their cost does not grow with what is done. */
export class Initial1763769600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table accounts (
        project_id uuid not null,
        account_id uuid primary key,
        platform text not null,
        mode text not null,
        profile_id uuid,
        app_id uuid,
        platform_user_id text not null,
        username text,
        state text not null check (state in ('active', 'reconnect_required', 'disconnected')),
        sequence bigint not null
      );
      create index accounts_profile on accounts (project_id, profile_id);
      create table project_settings (
        project_id uuid primary key,
        z_means_local boolean not null default false
      );
      create table posts (
        project_id uuid not null,
        id uuid primary key,
        mode text not null,
        content text not null,
        media jsonb not null,
        status text not null,
        scheduled_for timestamptz,
        timezone text not null,
        raw_request jsonb not null,
        sequence bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted_at timestamptz
      );
      create index posts_project on posts (project_id, created_at desc, id desc) where deleted_at is null;
      create index posts_scheduled on posts (project_id, scheduled_for) where deleted_at is null and status = 'scheduled';
      create table targets (
        project_id uuid not null,
        id uuid primary key,
        post_id uuid not null references posts,
        position integer not null,
        account_id uuid not null,
        platform text not null,
        mode text not null,
        app_id uuid,
        own_content text,
        options jsonb not null,
        allow_overtake boolean not null,
        state text not null,
        due_at timestamptz not null,
        next_try_at timestamptz,
        fence bigint not null default 0,
        owner uuid,
        failures integer not null default 0,
        lookups integer not null default 0,
        dispatched_at timestamptz,
        had_unknown boolean not null default false,
        renewed_token boolean not null default false,
        credential_revision integer,
        checkpoint jsonb not null default '{}',
        handle text,
        platform_post_id text,
        platform_post_url text,
        published_at timestamptz,
        warning text,
        error jsonb,
        unique (post_id, position)
      );
      create index targets_scheduled on targets (due_at) where state = 'scheduled';
      create index targets_order on targets (account_id, due_at, id) where state in ('scheduled', 'due', 'claimed', 'dispatching', 'unknown', 'reconciling');
      create index targets_due on targets (next_try_at) where state = 'due';
      create index targets_follow_up on targets (next_try_at) where state in ('submitted', 'processing', 'unknown');
      create index targets_owned on targets (owner) where owner is not null;
      create index targets_account on targets (account_id, published_at) where published_at is not null;
      create table attempts (
        project_id uuid not null,
        target_id uuid not null references targets on delete cascade,
        number integer not null,
        kind text not null,
        started_at timestamptz not null,
        ended_at timestamptz,
        http_status integer,
        platform_code text,
        category text,
        decision text,
        message text,
        next_try_at timestamptz,
        primary key (target_id, number)
      );
      create table pauses (
        project_id uuid not null,
        scope text not null check (scope in ('account', 'app', 'platform')),
        name text not null,
        until timestamptz not null,
        primary key (project_id, scope, name)
      );
      ${MESSAGING_TABLES}
      ${IDEMPOTENCY_TABLE}
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
