import { IDEMPOTENCY_TABLE } from '@plaza/chassis';
import { MESSAGING_TABLES } from '@plaza/messaging';
import { VAULT_TABLES } from '@plaza/vault';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The registry's first tables. */
export class Initial1763769600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table oauth_apps (
        project_id uuid not null,
        id uuid not null,
        platform text not null,
        name text not null,
        image_url text,
        client_id text not null,
        client_secret bytea not null,
        secret_revision integer not null,
        sequence bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (id),
        unique (project_id, platform, client_id)
      );
      create table app_integrations (
        project_id uuid not null,
        integration_id uuid not null,
        app_id uuid,
        is_connected boolean not null,
        sequence bigint not null,
        primary key (integration_id)
      );
      create index app_integrations_app on app_integrations (app_id) where is_connected;
      ${MESSAGING_TABLES}
      ${VAULT_TABLES}
      ${IDEMPOTENCY_TABLE}
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone; restore a back-up.');
  }
}
