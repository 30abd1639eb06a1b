import { newId, noteResource, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, postScheduled, type CreatePostBody, type Failure, type Mode, type Result, type Scope } from '@plaza/contracts';
import { event, type Eventing, type NewEvent } from '@plaza/messaging';
import type { Post, Target } from '../domain/post.ts';
import { readScheduledTime } from '../domain/schedule-time.ts';
import { newProgress } from '../domain/target.ts';
import { statusOfPost } from '../domain/transitions.ts';
import type { FullPost, PostRepository } from './ports.ts';
import type { ProjectSettings } from './project-settings.ts';
import type { CheckedDraft, ReadDraft } from './read-draft.ts';
import { dueEvent } from './target-events.ts';
import type { Uploads } from './uploads.ts';

export interface CreatePostInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly scopes: readonly Scope[];
  readonly body: CreatePostBody;
}

/** When a post is to go out. */
export type Timing = { readonly kind: 'now' | 'draft' } | { readonly kind: 'at'; readonly at: Date };

/** A post as it was accepted; `isNow` when its caller may want to wait for the outcome. */
export interface CreatedPostResult {
  readonly created: FullPost;
  readonly isNow: boolean;
}

/** Accepts a post: checked first, then kept with its targets and its events in one transaction. */
export class CreatePost {
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

  async execute(input: CreatePostInput): Promise<Result<CreatedPostResult, Failure>> {
    const read = await this.check(input);
    if (!read.ok) return read;
    const { timing, timezone, draft } = read.value;
    const scope: Scope = timing.kind === 'now' ? 'publish' : 'scheduled.write';
    if (!input.scopes.includes(scope)) return fail(failure('key.scope_missing', { message: `The API key lacks the scope ${scope}.`, details: { scope } }));
    const { post, targets } = this.#make(input, timing, timezone, draft);
    const events = announce(post, targets);
    await this.work.tenant(input.projectId, async (tx) => {
      await this.posts.add(tx, post, targets, events);
      await this.uploads.keep(tx, post, targets, post.scheduledFor ?? post.createdAt);
      tx.afterCommit(() => this.eventing.wake());
      await noteResource(tx, input.projectId, post.id);
      if (timing.kind === 'at') tx.afterCommit(() => this.wakeScheduler(timing.at));
    });
    return ok({ created: { post, targets: targets.map((target) => ({ ...target, attempts: [] })) }, isNow: timing.kind === 'now' });
  }

  /** Every check of a creation, and nothing else. */
  async check({ projectId, mode, body }: CreatePostInput): Promise<Result<{ readonly timing: Timing; readonly timezone: string; readonly draft: CheckedDraft }, Failure>> {
    const timed = await this.#readTiming(projectId, body);
    if (!timed.ok) return timed;
    const { content, platforms, mediaItems = [] } = body;
    const isDraft = timed.value.timing.kind === 'draft';
    const draft = await this.readDraft.execute({ projectId, mode, content, platforms, mediaItems, isDraft });
    return draft.ok ? ok({ ...timed.value, draft: draft.value }) : draft;
  }

  async #readTiming(projectId: string, body: CreatePostBody): Promise<Result<{ timing: Timing; timezone: string }, Failure>> {
    const { publishNow, scheduledFor, draft, timezone } = body;
    if ([publishNow === true, scheduledFor !== undefined, draft === true].filter(Boolean).length > 1) return fail(failure('post.modes_conflict'));
    if (scheduledFor === undefined) return ok({ timing: { kind: draft === true ? 'draft' : 'now' }, timezone: timezone ?? 'UTC' });
    // The setting matters only where `Z` stands beside a time zone.
    const zMeansLocal = timezone !== undefined && /Z$/i.test(scheduledFor) && (await this.settings.zMeansLocal(projectId));
    const read = readScheduledTime({ text: scheduledFor, timezone, zMeansLocal, nowMs: this.now().getTime() });
    return read.ok ? ok({ timing: { kind: 'at', at: read.value.at }, timezone: read.value.timezone }) : read;
  }

  #make({ projectId, mode, body }: CreatePostInput, timing: Timing, timezone: string, draft: CheckedDraft): { post: Post; targets: Target[] } {
    const at = this.now();
    const postId = newId();
    const targets = makeTargets({ projectId, postId, mode, draft, timing, at, allowOvertake: body.allowOvertake ?? false });
    const status = statusOfPost(targets.map(({ progress }) => progress.state));
    const scheduledFor = timing.kind === 'at' ? timing.at : null;
    const post = { id: postId, projectId, mode, content: body.content, media: draft.media, status, scheduledFor, timezone, rawRequest: body, sequence: 1, createdAt: at, updatedAt: at };
    return { post, targets };
  }
}

/** The targets of a checked post, in the state that its timing asks for. */
export function makeTargets(input: {
  readonly projectId: string;
  readonly postId: string;
  readonly mode: Mode;
  readonly draft: CheckedDraft;
  readonly timing: Timing;
  readonly at: Date;
  readonly allowOvertake: boolean;
}): Target[] {
  const { projectId, postId, mode, draft, timing, at, allowOvertake } = input;
  const state = { now: 'due', draft: 'draft', at: 'scheduled' } as const;
  const dueAtMs = (timing.kind === 'at' ? timing.at : at).getTime();
  return draft.targets.map(({ input: target, account, options, attachments }, position) => ({
    ...{ id: newId(), projectId, postId, position, mode, allowOvertake, options, attachments },
    accountId: account.accountId,
    platform: account.platform,
    appId: account.appId,
    ownContent: target.content ?? null,
    progress: newProgress(state[timing.kind], dueAtMs),
  }));
}

/** What a new or re-timed post tells: that it is scheduled, or that its targets are due. */
export function announce(post: Post, targets: readonly Target[]): NewEvent[] {
  const due = targets.filter(({ progress }) => progress.state === 'due').map(dueEvent);
  if (post.scheduledFor === null || !targets.some(({ progress }) => progress.state === 'scheduled')) return due;
  const data = {
    postId: post.id,
    scheduledFor: post.scheduledFor.toISOString(),
    targets: targets.map(({ id, accountId, platform }) => ({ targetId: id, accountId, platform })),
  };
  return [event(postScheduled, { projectId: post.projectId, key: post.id, sequence: post.sequence, data }), ...due];
}
