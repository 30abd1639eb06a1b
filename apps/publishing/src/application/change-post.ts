import { isId, type Tx, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, postCanceled, type Failure, type MediaItemInput, type Mode, type Result, type TargetInput, type TargetState } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import type { Post, Target } from '../domain/post.ts';
import { readScheduledTime } from '../domain/schedule-time.ts';
import { isCancelable } from '../domain/protocol.ts';
import { move, statusOfPost } from '../domain/transitions.ts';
import { announce, makeTargets, type Timing } from './create-post.ts';
import type { PostRepository } from './ports.ts';
import type { ProjectSettings } from './project-settings.ts';
import type { ReadDraft } from './read-draft.ts';
import type { Uploads } from './uploads.ts';
import { unlessChanged } from './unless-changed.ts';

export interface EditPostInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly postId: string;
  readonly content: string;
  readonly mediaItems: readonly MediaItemInput[];
  readonly platforms: readonly TargetInput[];
  readonly scheduledFor: string | undefined;
  readonly timezone: string | undefined;
  readonly allowOvertake: boolean;
  readonly rawRequest: Readonly<Record<string, unknown>>;
}

interface Locked {
  readonly post: Post;
  readonly targets: readonly Target[];
}

/** A post whose targets are all in these states has not gone out and may be changed. */
const CHANGEABLE: readonly TargetState[] = ['draft', 'scheduled', 'canceled'];

/** Edits, reschedules and cancels posts that have not gone out. */
export class ChangePost {
  constructor(
    private readonly work: UnitOfWork,
    private readonly posts: PostRepository,
    private readonly readDraft: ReadDraft,
    private readonly uploads: Uploads,
    private readonly settings: ProjectSettings,
    private readonly eventing: Eventing,
    private readonly wakeScheduler: (dueAt: Date) => void,
    private readonly now: () => Date,
  ) {}

  /** Replaces text, media and targets; without a time the one before stays. */
  async edit(input: EditPostInput): Promise<Result<{ readonly scheduledFor: Date }, Failure>> {
    const before = await this.#find(input.projectId, input.postId);
    if (!before.ok) return before;
    const timed = await this.#timing(input.projectId, input.scheduledFor, input.timezone ?? before.value.timezone, before.value);
    if (!timed.ok) return timed;
    const { projectId, mode, content, mediaItems, platforms } = input;
    const draft = await this.readDraft.execute({ projectId, mode, content, mediaItems, platforms, isDraft: timed.value.timing.kind === 'draft' });
    if (!draft.ok) return draft;
    const { timing, timezone } = timed.value;
    return this.#change(projectId, input.postId, async (tx, { post }) => {
      const at = this.now();
      const targets = makeTargets({ projectId, postId: post.id, mode, draft: draft.value, timing, at, allowOvertake: input.allowOvertake });
      return this.#replace(tx, { ...post, content, media: draft.value.media, rawRequest: input.rawRequest }, targets, timing, timezone);
    });
  }

  /** Moves a post to another time. One that was a draft is checked as a new one is. */
  async reschedule(projectId: string, postId: string, scheduledFor: string, timezone: string | undefined): Promise<Result<{ readonly scheduledFor: Date }, Failure>> {
    const full = isId(postId) ? await this.work.tenant(projectId, (tx) => this.posts.find(tx, postId)) : undefined;
    if (full === undefined) return fail(failure('post.not_found'));
    const { post, targets } = full;
    const timed = await this.#timing(projectId, scheduledFor, timezone ?? (/(Z|[+-]\d{2}:?\d{2})$/i.test(scheduledFor) ? undefined : post.timezone), post);
    if (!timed.ok) return timed;
    const draft = await this.readDraft.execute({ projectId, mode: post.mode, content: post.content, ...asInput(full), isDraft: false });
    if (!draft.ok) return draft;
    const { timing, timezone: zone } = timed.value;
    const allowOvertake = targets.some((target) => target.allowOvertake);
    return this.#change(projectId, postId, async (tx, locked) => {
      const made = makeTargets({ projectId, postId, mode: post.mode, draft: draft.value, timing, at: this.now(), allowOvertake });
      return this.#replace(tx, locked.post, made, timing, zone);
    });
  }

  /** Cancels what has not been claimed yet: the post is a draft again. */
  async cancel(projectId: string, postId: string): Promise<Result<void, Failure>> {
    if (!isId(postId)) return fail(failure('post.not_found'));
    return unlessChanged(this.work.tenant(projectId, async (tx) => {
      const locked = await this.posts.lock(tx, postId);
      if (locked === undefined) return fail(failure('post.not_found'));
      const { targets } = locked;
      if (targets.length === 0 || !targets.every(({ progress }) => isCancelable(progress))) return fail(failure('post.not_scheduled'));
      await this.posts.saveProgress(tx, targets.map((target) => ({ target, progress: { ...target.progress, state: move(target.progress.state, 'canceled'), nextTryAtMs: null } })));
      const sequence = await this.posts.nextSequence(tx, postId);
      await this.eventing.append(tx, [event(postCanceled, { projectId, key: postId, sequence, data: { postId } })]);
      return ok(undefined);
    }));
  }

  async #find(projectId: string, postId: string): Promise<Result<Post, Failure>> {
    const found = isId(postId) ? await this.work.tenant(projectId, (tx) => this.posts.find(tx, postId)) : undefined;
    return found === undefined ? fail(failure('post.not_found')) : ok(found.post);
  }

  async #timing(projectId: string, scheduledFor: string | undefined, timezone: string | undefined, before: Post): Promise<Result<{ timing: Timing; timezone: string }, Failure>> {
    if (scheduledFor === undefined) {
      const timing: Timing = before.scheduledFor === null ? { kind: 'draft' } : { kind: 'at', at: before.scheduledFor };
      return ok({ timing, timezone: timezone ?? before.timezone });
    }
    const zMeansLocal = await this.settings.zMeansLocal(projectId);
    const read = readScheduledTime({ text: scheduledFor, timezone, zMeansLocal, nowMs: this.now().getTime() });
    return read.ok ? ok({ timing: { kind: 'at', at: read.value.at }, timezone: read.value.timezone }) : read;
  }

  async #change(projectId: string, postId: string, change: (tx: Tx, locked: Locked) => Promise<Date>): Promise<Result<{ readonly scheduledFor: Date }, Failure>> {
    return this.work.tenant(projectId, async (tx) => {
      const locked = await this.posts.lock(tx, postId);
      if (locked === undefined) return fail(failure('post.not_found'));
      if (!locked.targets.every(({ progress }) => CHANGEABLE.includes(progress.state))) return fail(failure('post.not_scheduled'));
      return ok({ scheduledFor: await change(tx, locked) });
    });
  }

  async #replace(tx: Tx, base: Post, targets: readonly Target[], timing: Timing, timezone: string): Promise<Date> {
    const at = this.now();
    const scheduledFor = timing.kind === 'at' ? timing.at : null;
    const status = statusOfPost(targets.map(({ progress }) => progress.state));
    const post: Post = { ...base, status, scheduledFor, timezone, sequence: base.sequence + 1, updatedAt: at };
    await this.posts.replace(tx, post, targets);
    await this.uploads.keep(tx, post, targets, scheduledFor ?? at);
    await this.eventing.append(tx, announce(post, targets));
    tx.afterCommit(() => this.wakeScheduler(scheduledFor ?? at));
    return scheduledFor ?? at;
  }
}

/** What a kept post was asked for, to be checked again. */
function asInput({ post, targets }: { readonly post: Post; readonly targets: readonly Target[] }): Pick<EditPostInput, 'platforms' | 'mediaItems'> {
  return {
    platforms: targets.map(({ platform, accountId, ownContent, options }) => ({
      ...{ platform, accountId, platformSpecificData: { ...options } },
      ...(ownContent === null ? {} : { content: ownContent }),
    })),
    mediaItems: post.media.map(({ declaredType, url, thumbnail }) => ({ type: declaredType, url, ...(thumbnail === undefined ? {} : { thumbnail }) })),
  };
}
