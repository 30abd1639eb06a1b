import { Controller, Headers, Inject } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import {
  createPostRoute,
  deletePostRoute,
  getPostRoute,
  listPostsRoute,
  retryPostRoute,
  settleTargetRoute,
  validatePostRoute,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import { AwaitOutcome } from '../../application/await-outcome.ts';
import { CreatePost } from '../../application/create-post.ts';
import { EndPost } from '../../application/end-post.ts';
import { ReadPosts } from '../../application/read-posts.ts';
import { presentCreated, presentPost } from './present.ts';
import { waitMs } from './wait-preference.ts';

@Controller()
export class PostsController {
  constructor(
    @Inject(CreatePost) private readonly createPost: CreatePost,
    @Inject(ReadPosts) private readonly readPosts: ReadPosts,
    @Inject(EndPost) private readonly endPost: EndPost,
    @Inject(AwaitOutcome) private readonly outcome: AwaitOutcome,
  ) {}

  @Route(createPostRoute)
  async create(@Input() { body }: RouteInput<typeof createPostRoute>, @Headers('prefer') prefer?: string): Promise<RouteOutput<typeof createPostRoute>> {
    const { projectId, mode, scopes } = callerKey();
    const { created, isNow } = orProblem(await this.createPost.execute({ projectId, mode, scopes, body }));
    const timeoutMs = isNow ? waitMs(prefer) : 0;
    if (timeoutMs === 0) return presentCreated(created);
    await this.outcome.until(created.post.id, timeoutMs);
    return presentCreated(orProblem(await this.readPosts.one(projectId, created.post.id)));
  }

  @Route(validatePostRoute)
  async validate(@Input() { body }: RouteInput<typeof validatePostRoute>): Promise<RouteOutput<typeof validatePostRoute>> {
    const { projectId, mode, scopes } = callerKey();
    const { timing } = orProblem(await this.createPost.check({ projectId, mode, scopes, body }));
    return { success: true, valid: true, scheduledFor: timing.kind === 'at' ? timing.at.toISOString() : null };
  }

  @Route(listPostsRoute)
  async list(@Input() { query }: RouteInput<typeof listPostsRoute>): Promise<RouteOutput<typeof listPostsRoute>> {
    const { platform, profileId, ...rest } = query;
    const { total, posts } = await this.readPosts.list(callerKey().projectId, {
      ...withoutUndefined(rest),
      ...(platform === undefined ? {} : { platforms: platform }),
      ...(profileId === undefined ? {} : { profileId: profileId === 'null' ? null : profileId }),
    });
    return { success: true, total, posts: posts.map(presentPost) };
  }

  @Route(getPostRoute)
  async get(@Input() { params }: RouteInput<typeof getPostRoute>): Promise<RouteOutput<typeof getPostRoute>> {
    return { success: true, post: presentPost(orProblem(await this.readPosts.one(callerKey().projectId, params.postId))) };
  }

  @Route(deletePostRoute)
  async delete(@Input() { params, query }: RouteInput<typeof deletePostRoute>): Promise<RouteOutput<typeof deletePostRoute>> {
    const fromPlatforms = query.deleteFromPlatforms ?? false;
    const deletions = orProblem(await this.endPost.delete(callerKey().projectId, params.postId, fromPlatforms));
    return { success: deletions.every(({ success }) => success), ...(fromPlatforms ? { platforms: [...deletions] } : {}) };
  }

  @Route(retryPostRoute)
  async retry(@Input() { params }: RouteInput<typeof retryPostRoute>, @Headers('prefer') prefer?: string): Promise<RouteOutput<typeof retryPostRoute>> {
    const { projectId } = callerKey();
    orProblem(await this.endPost.retry(projectId, params.postId));
    await this.outcome.until(params.postId, waitMs(prefer));
    return presentCreated(orProblem(await this.readPosts.one(projectId, params.postId)));
  }

  @Route(settleTargetRoute)
  async settle(@Input() { params, body }: RouteInput<typeof settleTargetRoute>): Promise<RouteOutput<typeof settleTargetRoute>> {
    const { projectId } = callerKey();
    const { postId, targetId } = params;
    orProblem(await this.endPost.settle({ projectId, postId, targetId, outcome: body.outcome, platformPostUrl: body.platformPostUrl ?? null }));
    return { success: true, post: presentPost(orProblem(await this.readPosts.one(projectId, postId))) };
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends { limit: number; offset: number; sort: 'asc' | 'desc' }>(fields: T): Defined<T> & Pick<T, 'limit' | 'offset' | 'sort'> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T> & Pick<T, 'limit' | 'offset' | 'sort'>;
}
