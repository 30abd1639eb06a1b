import type { Tx } from '@plaza/chassis';
import { postFailed, postPartial, postPublished, publicationDue, publicationFinished, refusalCategorySchema } from '@plaza/contracts';
import { event, type NewEvent } from '@plaza/messaging';
import type { Target } from '../domain/post.ts';
import { ENDED, statusOfPost } from '../domain/transitions.ts';
import type { PostRepository } from './ports.ts';

const POST_EVENTS = { published: postPublished, failed: postFailed, partial: postPartial } as const;

/** Tells that a target is due. */
export function dueEvent(target: Target): NewEvent {
  const { projectId, accountId, id, postId, platform, progress } = target;
  const data = { targetId: id, postId, accountId, platform, dueAt: new Date(progress.dueAtMs).toISOString() };
  return event(publicationDue, { projectId, key: accountId, sequence: 1, data });
}

/**
 * Tells that targets ended, and, when they were the last of their post to end, how the post did. A post with an unconfirmed target has
 * not ended yet: a person has to settle it first.
 */
export async function endedEvents(tx: Tx, posts: PostRepository, ended: readonly Target[], all: readonly Target[], at: Date): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const target of ended) events.push(finishedEvent(target, await posts.nextSequence(tx, target.postId), at));
  const [first] = all;
  const states = all.map(({ progress }) => progress.state);
  const status = statusOfPost(states);
  if (first === undefined || ended.length === 0 || !states.every((state) => ENDED.includes(state)) || !(status in POST_EVENTS)) return events;
  const targets = all.map(({ id, accountId, platform, progress }) => ({ targetId: id, accountId, platform, state: progress.state }));
  const contract = POST_EVENTS[status as keyof typeof POST_EVENTS];
  const sequence = await posts.nextSequence(tx, first.postId);
  events.push(event(contract, { projectId: first.projectId, key: first.postId, sequence, data: { postId: first.postId, status, targets } }));
  return events;
}

function finishedEvent(target: Target, sequence: number, at: Date): NewEvent {
  const { progress } = target;
  const category = refusalCategorySchema.safeParse(progress.error?.category);
  return event(publicationFinished, {
    projectId: target.projectId,
    key: target.postId,
    sequence,
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
