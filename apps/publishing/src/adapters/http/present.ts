import { isKnownToCaller } from '@plaza/chassis';
import type { Attempt as AttemptView, CreatedPost, Post as PostView, Target as TargetView } from '@plaza/contracts';
import type { FullPost } from '../../application/ports.ts';
import type { Attempt } from '../../domain/post.ts';
import { statusOfTarget } from '../../domain/transitions.ts';

type FullTarget = FullPost['targets'][number];

/** A post in PostPeer's shape, with Plaza's further fields. */
export function presentPost({ post, targets }: FullPost): PostView {
  return {
    postId: post.id,
    content: post.content,
    status: post.status,
    mode: post.mode,
    scheduledFor: post.scheduledFor?.toISOString() ?? null,
    timezone: post.timezone,
    mediaItems: post.media.map(({ type, url, filename, sizeBytes, mimeType, width, height, durationMs }) => ({ type, url, filename, size: sizeBytes, mimeType, width, height, durationMs })),
    platforms: targets.filter(({ platform }) => isKnownToCaller(platform)).map(presentTarget),
    crosspostingEnabled: targets.length > 1,
    rawRequestBody: { ...post.rawRequest },
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
  };
}

function presentTarget(target: FullTarget): TargetView {
  const { progress } = target;
  return {
    targetId: target.id,
    platform: target.platform,
    accountId: target.accountId,
    status: statusOfTarget(progress.state),
    state: progress.state,
    content: target.ownContent,
    platformPostId: progress.platformPostId,
    platformPostUrl: progress.platformPostUrl,
    publishedAt: isoOf(progress.publishedAtMs),
    nextTryAt: isoOf(progress.nextTryAtMs),
    errorCode: progress.error?.category ?? null,
    errorMessage: progress.error?.message ?? null,
    warningMessage: progress.warning,
    parts: [...progress.parts],
    attempts: target.attempts.map(presentAttempt),
  };
}

function presentAttempt(attempt: Attempt): AttemptView {
  const { number, kind, httpStatus, platformCode, category, decision, message } = attempt;
  return {
    ...{ number, kind, httpStatus, platformCode, decision, message },
    category: category as AttemptView['category'],
    startedAt: attempt.startedAt.toISOString(),
    endedAt: attempt.endedAt?.toISOString() ?? null,
    nextTryAt: attempt.nextTryAt?.toISOString() ?? null,
  };
}

/** The answer of a creation: what is known by now. */
export function presentCreated({ post, targets }: FullPost): CreatedPost {
  return {
    success: !targets.every(({ progress }) => progress.state === 'failed'),
    status: post.status,
    postId: post.id,
    ...(post.scheduledFor === null ? {} : { scheduledFor: post.scheduledFor.toISOString() }),
    platforms: targets.filter(({ platform }) => isKnownToCaller(platform)).map(({ id, platform, accountId, progress }) => ({
      targetId: id,
      platform,
      accountId,
      success: progress.state !== 'failed',
      status: statusOfTarget(progress.state),
      state: progress.state,
      ...(progress.platformPostId === null ? {} : { platformPostId: progress.platformPostId }),
      ...(progress.platformPostUrl === null ? {} : { platformPostUrl: progress.platformPostUrl }),
      ...(progress.error === null ? {} : { error: progress.error.message, errorCode: progress.error.category }),
      ...(progress.warning === null ? {} : { warningMessage: progress.warning }),
    })),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
