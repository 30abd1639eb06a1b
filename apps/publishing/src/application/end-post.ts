import { isId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Platform, type Result } from '@plaza/contracts';
import type { Eventing } from '@plaza/messaging';
import type { Target } from '../domain/post.ts';
import { isCancelable, onRetryAsked, onSettled } from '../domain/protocol.ts';
import { IN_FLIGHT, move, statusOfPost } from '../domain/transitions.ts';
import type { Credentials, Platforms, PostRepository } from './ports.ts';
import { dueEvent, endedEvents, numbered } from './target-events.ts';
import { unlessChanged } from './unless-changed.ts';

/** What became of a published post that was to be deleted at its platform too. */
export interface PlatformDeletion {
  readonly platform: Platform;
  readonly integrationId: string;
  readonly platformPostId: string | null;
  readonly status: string;
  readonly success: boolean;
  readonly errorMessage?: string;
}

/** On its way, or perhaps visible already: such a target cannot be taken back. */
function isBusy({ progress }: Target): boolean {
  return IN_FLIGHT.includes(progress.state) && !isCancelable(progress);
}

/** Retries, settles and deletes posts. */
export class EndPost {
  constructor(
    private readonly work: UnitOfWork,
    private readonly posts: PostRepository,
    private readonly credentials: Credentials,
    private readonly platforms: Platforms,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
  ) {}

  /** Sends failed targets again: those that certainly were not published. */
  async retry(projectId: string, postId: string): Promise<Result<void, Failure>> {
    if (!isId(postId)) return fail(failure('post.not_found'));
    return unlessChanged(this.work.tenant(projectId, async (tx) => {
      const locked = await this.posts.lock(tx, postId);
      if (locked === undefined) return fail(failure('post.not_found'));
      const failed = locked.targets.filter(({ progress }) => progress.state === 'failed');
      if (failed.length === 0) return fail(failure('post.nothing_to_retry'));
      const changes = failed.map((target) => ({ target, progress: onRetryAsked(target.progress, this.now().getTime()) }));
      await this.posts.saveProgress(tx, changes);
      await this.eventing.append(tx, changes.map(({ target, progress }) => dueEvent({ ...target, progress })));
      return ok(undefined);
    }));
  }

  /** Decides an unconfirmed target by a person's word. */
  async settle(input: {
    readonly projectId: string;
    readonly postId: string;
    readonly targetId: string;
    readonly outcome: 'published' | 'not_published';
    readonly platformPostUrl: string | null;
  }): Promise<Result<void, Failure>> {
    const { projectId, postId, targetId } = input;
    if (!isId(postId)) return fail(failure('post.not_found'));
    return unlessChanged(this.work.tenant(projectId, async (tx) => {
      const locked = await this.posts.lock(tx, postId);
      if (locked === undefined) return fail(failure('post.not_found'));
      const target = locked.targets.find(({ id }) => id === targetId);
      if (target === undefined) return fail(failure('post.target_not_found'));
      if (target.progress.state !== 'unconfirmed') return fail(failure('post.not_unconfirmed', { details: { state: target.progress.state } }));
      const at = this.now();
      const { progress, decision } = onSettled(target.progress, input.outcome, input.platformPostUrl, at.getTime());
      await this.posts.saveProgress(tx, [{ target, progress }]);
      const line = { kind: 'settle', startedAt: at, endedAt: at, httpStatus: null, platformCode: null, category: null, decision, message: `Settled as ${input.outcome}.`, nextTryAt: null } as const;
      await this.posts.addAttempt(tx, target, line);
      const all = locked.targets.map((one) => (one.id === targetId ? { ...one, progress } : one));
      const events = endedEvents([{ target: { ...target, progress }, at }], all);
      const numbers = await this.posts.conclude(tx, [{ id: postId, status: statusOfPost(all.map((one) => one.progress.state)), events: events.length }]);
      await this.eventing.append(tx, numbered(events, numbers.get(postId) ?? 0));
      return ok(undefined);
    }));
  }

  /** Deletes the post here; what is visible of it at its platforms too, when asked. */
  async delete(projectId: string, postId: string, fromPlatforms: boolean): Promise<Result<readonly PlatformDeletion[], Failure>> {
    const found = isId(postId) ? await this.work.tenant(projectId, (tx) => this.posts.find(tx, postId)) : undefined;
    if (found === undefined) return fail(failure('post.not_found'));
    if (found.targets.some(isBusy)) return fail(failure('post.in_flight'));
    const deletions = fromPlatforms ? await this.#deleteAtPlatforms(found.targets) : [];
    if (deletions.some(({ success }) => !success)) return ok(deletions);
    return unlessChanged(this.work.tenant(projectId, async (tx) => {
      const locked = await this.posts.lock(tx, postId);
      if (locked === undefined) return fail(failure('post.not_found'));
      if (locked.targets.some(isBusy)) return fail(failure('post.in_flight'));
      const waiting = locked.targets.filter(({ progress }) => progress.state === 'scheduled' || progress.state === 'due');
      await this.posts.saveProgress(tx, waiting.map((target) => ({ target, progress: { ...target.progress, state: move(target.progress.state, 'canceled'), nextTryAtMs: null } })));
      await this.posts.remove(tx, postId, this.now());
      return ok(deletions);
    }));
  }

  async #deleteAtPlatforms(targets: readonly Target[]): Promise<PlatformDeletion[]> {
    const visible = targets.filter(({ progress }) => progress.state === 'published' || progress.parts.length > 0);
    return Promise.all(visible.map((target) => this.#deleteAtPlatform(target)));
  }

  async #deleteAtPlatform(target: Target): Promise<PlatformDeletion> {
    const { platformPostId, parts, state } = target.progress;
    const common = { platform: target.platform, integrationId: target.accountId, platformPostId, status: state };
    const connector = this.platforms.connector(target.platform);
    const remove = connector?.publish?.remove;
    if (connector === undefined || remove === undefined || parts.length === 0) return { ...common, success: false, errorMessage: 'The platform cannot delete this post through its API.' };
    const given = await this.credentials.get(target.projectId, target.accountId, `delete post of target ${target.id}`, null);
    if (!given.ok) return { ...common, success: false, errorMessage: given.failure.message };
    if (given.value.kind !== 'credential') return { ...common, success: false, errorMessage: given.value.message };
    const { credential, platformUserId, username, metadata } = given.value;
    const context = this.platforms.callContext(connector, target.mode, credential.extra);
    // The last part first, so that what is left after a failure is still a thread from its beginning.
    for (const part of parts.toReversed()) {
      const removed = await remove(context, { account: { platformUserId, username, metadata }, credential }, part.platformPostId);
      if (removed.kind !== 'deleted') return { ...common, success: false, errorMessage: removed.message };
    }
    return { ...common, status: 'deleted', success: true };
  }
}
