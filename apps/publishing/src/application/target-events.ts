import { postFailed, postPartial, postPublished, publicationDue, publicationFinished, refusalCategorySchema } from '@plaza/contracts';
import { event, type NewEvent } from '@plaza/messaging';
import type { Target } from '../domain/post.ts';
import { ENDED, statusOfPost } from '../domain/transitions.ts';

const POST_EVENTS = { published: postPublished, failed: postFailed, partial: postPartial } as const;

/** Tells that a target is due. */
export function dueEvent(target: Target): NewEvent {
  const { projectId, accountId, id, postId, platform, progress } = target;
  const data = { targetId: id, postId, accountId, platform, dueAt: new Date(progress.dueAtMs).toISOString() };
  return event(publicationDue, { projectId, key: accountId, sequence: 1, data });
}

/**
 * Tells that targets of a post ended, and, when they were the last of it to end, how the post did. A post with an unconfirmed target has
 * not ended yet: a person has to settle it first. The events still lack their numbers; see {@link numbered}.
 */
export function endedEvents(ended: readonly EndedTarget[], all: readonly Target[]): NewEvent[] {
  const events = ended.map(({ target, at, traceparent }) => traced(finishedEvent(target, at), traceparent));
  const [first] = all;
  const last = ended.at(-1);
  const states = all.map(({ progress }) => progress.state);
  const status = statusOfPost(states);
  if (first === undefined || last === undefined || !states.every((state) => ENDED.includes(state)) || !(status in POST_EVENTS)) return events;
  const targets = all.map(({ id, accountId, platform, progress }) => ({ targetId: id, accountId, platform, state: progress.state }));
  const contract = POST_EVENTS[status as keyof typeof POST_EVENTS];
  const postEvent = event(contract, { projectId: first.projectId, key: first.postId, sequence: 0, data: { postId: first.postId, status, targets } });
  return [...events, traced(postEvent, last.traceparent)];
}

/** A target that ended, when, and as part of which trace. */
export interface EndedTarget {
  readonly target: Target;
  readonly at: Date;
  readonly traceparent?: string | undefined;
}

/** Gives events of one post the numbers from `first` on. */
export function numbered(events: readonly NewEvent[], first: number): NewEvent[] {
  return events.map((unnumbered, index) => ({ ...unnumbered, sequence: first + index }));
}

function traced(untraced: NewEvent, traceparent: string | undefined): NewEvent {
  return traceparent === undefined ? untraced : { ...untraced, traceparent };
}

function finishedEvent(target: Target, at: Date): NewEvent {
  const { progress } = target;
  const category = refusalCategorySchema.safeParse(progress.error?.category);
  return event(publicationFinished, {
    projectId: target.projectId,
    key: target.postId,
    sequence: 0,
    data: {
      ...{ targetId: target.id, postId: target.postId, accountId: target.accountId, platform: target.platform, state: progress.state },
      // The very instant that the target keeps, so that a read model built anew from targets is the same.
      finishedAt: new Date(progress.publishedAtMs ?? at.getTime()).toISOString(),
      platformPostId: progress.platformPostId,
      platformPostUrl: progress.platformPostUrl,
      category: category.success ? category.data : null,
      message: progress.error?.message ?? null,
    },
  });
}
