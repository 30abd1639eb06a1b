import { Controller, Inject } from '@nestjs/common';
import { callerKey, Input, isKnownToCaller, orProblem, Route } from '@plaza/chassis';
import { cancelScheduledRoute, editScheduledRoute, listScheduledRoute, rescheduleRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { ChangePost } from '../../application/change-post.ts';
import { ReadPosts } from '../../application/read-posts.ts';
import { statusOfTarget } from '../../domain/transitions.ts';

@Controller()
export class ScheduledController {
  constructor(
    @Inject(ChangePost) private readonly changePost: ChangePost,
    @Inject(ReadPosts) private readonly readPosts: ReadPosts,
  ) {}

  @Route(listScheduledRoute)
  async list(@Input() { query }: RouteInput<typeof listScheduledRoute>): Promise<RouteOutput<typeof listScheduledRoute>> {
    const { total, posts } = await this.readPosts.list(callerKey().projectId, { ...query, status: 'scheduled' });
    return {
      success: true,
      total,
      posts: posts.map(({ post, targets }) => ({
        postId: post.id,
        content: post.content,
        scheduledFor: post.scheduledFor?.toISOString() ?? null,
        timezone: post.timezone,
        mediaItems: post.media.map(({ declaredType, url, thumbnail }) => ({ type: declaredType, url, ...(thumbnail === undefined ? {} : { thumbnail }) })),
        platforms: targets
          .filter(({ platform }) => isKnownToCaller(platform))
          .map(({ id, platform, accountId, progress }) => ({ targetId: id, platform, accountId, status: statusOfTarget(progress.state) })),
        createdAt: post.createdAt.toISOString(),
      })),
    };
  }

  @Route(cancelScheduledRoute)
  async cancel(@Input() { params }: RouteInput<typeof cancelScheduledRoute>): Promise<RouteOutput<typeof cancelScheduledRoute>> {
    orProblem(await this.changePost.cancel(callerKey().projectId, params.postId));
    return { success: true, message: 'The post was canceled and is a draft again.' };
  }

  @Route(rescheduleRoute)
  async reschedule(@Input() { params, body }: RouteInput<typeof rescheduleRoute>): Promise<RouteOutput<typeof rescheduleRoute>> {
    const { scheduledFor } = orProblem(await this.changePost.reschedule(callerKey().projectId, params.postId, body.scheduledFor, body.timezone));
    return { success: true, message: 'The post was rescheduled.', postId: params.postId, scheduledFor: scheduledFor.toISOString() };
  }

  @Route(editScheduledRoute)
  async edit(@Input() { params, body }: RouteInput<typeof editScheduledRoute>): Promise<RouteOutput<typeof editScheduledRoute>> {
    const { projectId, mode } = callerKey();
    const { content, platforms, mediaItems = [], scheduledFor, timezone, allowOvertake = false } = body;
    const edited = await this.changePost.edit({ projectId, mode, postId: params.postId, content, platforms, mediaItems, scheduledFor, timezone, allowOvertake, rawRequest: body });
    return { success: true, message: 'The post was changed.', postId: params.postId, scheduledFor: orProblem(edited).scheduledFor.toISOString() };
  }
}
