import { randomUUID } from 'node:crypto';
import type { TargetState } from '@plaza/contracts';
import type { TestDatabase } from '@plaza/testing';

const PROJECT = '0198c0de-0000-7000-8000-0000000000aa';

export interface TargetFields {
  readonly account?: string;
  readonly state?: TargetState;
  /** Seconds ago; negative for the future. */
  readonly dueAgo?: number;
  readonly nextTryAgo?: number | null;
  readonly publishedAgo?: number;
  readonly allowOvertake?: boolean;
  readonly owned?: boolean;
  readonly traceparent?: string;
}

/** Writes targets, each with a post of its own, past all use cases. */
export class TargetRows {
  constructor(private readonly database: TestDatabase) {}

  async add(fields: TargetFields = {}): Promise<string> {
    const { account = randomUUID(), state = 'due', dueAgo = 0, nextTryAgo = dueAgo, publishedAgo = null, allowOvertake = false, owned = false } = fields;
    const [id, postId] = [randomUUID(), randomUUID()];
    await this.database.asAdmin(
      `insert into publishing.posts (project_id, id, mode, content, media, status, timezone, raw_request, sequence, created_at, updated_at, traceparent)
       values ($1, $2, 'test', 'text', '[]', 'publishing', 'UTC', '{}', 1, now(), now(), $3)`,
      [PROJECT, postId, fields.traceparent ?? null],
    );
    await this.database.asAdmin(
      `insert into publishing.targets (project_id, id, post_id, position, account_id, platform, mode, options, allow_overtake, state, due_at, next_try_at, published_at, owner)
       values ($1, $2, $3, 0, $4, 'twitter', 'test', '{}', $5, $6, now() - make_interval(secs => $7), now() - make_interval(secs => $8), now() - make_interval(secs => $9), $10)`,
      [PROJECT, id, postId, account, allowOvertake, state, dueAgo, nextTryAgo, publishedAgo, owned ? randomUUID() : null],
    );
    return id;
  }

  /** Makes `account` a connection of this account of the platform. */
  async connect(account: string, platformUserId: string): Promise<void> {
    await this.database.asAdmin(
      `insert into publishing.accounts (project_id, account_id, platform, mode, platform_user_id, state, sequence) values ($1, $2, 'twitter', 'test', $3, 'active', 1)`,
      [PROJECT, account, platformUserId],
    );
  }

  /** `endsIn`: seconds; negative for a pause that is over. */
  async pause(scope: 'account' | 'app' | 'platform', name: string, endsIn: number): Promise<void> {
    await this.database.asAdmin(`insert into publishing.pauses (project_id, scope, name, until) values ($1, $2, $3, now() + make_interval(secs => $4))`, [PROJECT, scope, name, endsIn]);
  }

  async claim(id: string): Promise<void> {
    await this.database.asAdmin(`update publishing.targets set state = 'claimed', fence = fence + 1, owner = gen_random_uuid() where id = $1`, [id]);
  }

  /** What a worker does that could not reach the platform: the target is due again, later. */
  async retry(id: string, inSeconds: number): Promise<void> {
    await this.database.asAdmin(`update publishing.targets set state = 'due', owner = null, next_try_at = now() + make_interval(secs => $2) where id = $1`, [id, inSeconds]);
  }

  async clear(): Promise<void> {
    await this.database.asAdmin('truncate publishing.posts, publishing.targets, publishing.pauses, publishing.accounts cascade');
  }
}
