import { IDEMPOTENCY_TABLE } from '@plaza/chassis';
import { MESSAGING_TABLES } from '@plaza/messaging';
import { VAULT_TABLES } from '@plaza/vault';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables of connect. */
export class Initial1763769600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table profiles (
        project_id uuid not null,
        id uuid primary key,
        name text not null,
        description text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted_at timestamptz
      );
      create index profiles_project on profiles (project_id, created_at) where deleted_at is null;
      create table redirect_allow_list (
        project_id uuid not null,
        uri text not null,
        primary key (project_id, uri)
      );
      create table connect_sessions (
        project_id uuid not null,
        id uuid not null,
        state_hash bytea primary key,
        platform text not null,
        mode text not null,
        app_id uuid,
        app jsonb,
        profile_id uuid,
        integration_id uuid,
        redirect_uri text,
        cancel_redirect_uri text,
        code_verifier bytea,
        expires_at timestamptz not null
      );
      create index connect_sessions_expiry on connect_sessions (expires_at);
      create table integrations (
        project_id uuid not null,
        id uuid primary key,
        platform text not null,
        mode text not null check (mode in ('live', 'test')),
        platform_user_id text not null,
        username text,
        display_name text,
        profile_url text,
        image_url text,
        metadata jsonb not null,
        profile_id uuid,
        app_id uuid,
        app jsonb,
        redirect_uri text,
        scopes text[] not null,
        grant_sealed bytea,
        grant_revision integer not null,
        granted_at timestamptz not null,
        access_expires_at timestamptz,
        refresh_expires_at timestamptz,
        refresh_due_at timestamptz,
        refresh_owner uuid,
        refresh_claimed_at timestamptz,
        refresh_answer bytea,
        refresh_failures integer not null default 0,
        auth_status text not null check (auth_status in ('active', 'reconnect_required')),
        auth_failure_reason text,
        auth_failure_message text,
        sequence bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        disconnected_at timestamptz
      );
      create unique index integrations_account on integrations (project_id, platform, mode, platform_user_id, profile_id)
        nulls not distinct where disconnected_at is null;
      create index integrations_project on integrations (project_id, created_at) where disconnected_at is null;
      create index integrations_refresh on integrations (refresh_due_at) where disconnected_at is null and auth_status = 'active';
      ${MESSAGING_TABLES}
      ${VAULT_TABLES}
      ${IDEMPOTENCY_TABLE}
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
