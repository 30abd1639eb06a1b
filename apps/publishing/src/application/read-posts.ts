import { isId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import type { FullPost, PostFilter, PostRepository } from './ports.ts';

/** Reads a project's posts. */
export class ReadPosts {
  constructor(
    private readonly work: UnitOfWork,
    private readonly posts: PostRepository,
  ) {}

  async one(projectId: string, postId: string): Promise<Result<FullPost, Failure>> {
    const post = isId(postId) ? await this.work.tenant(projectId, (tx) => this.posts.find(tx, postId)) : undefined;
    return post === undefined ? fail(failure('post.not_found')) : ok(post);
  }

  async list(projectId: string, filter: PostFilter): Promise<{ readonly total: number; readonly posts: readonly FullPost[] }> {
    if (typeof filter.profileId === 'string' && !isId(filter.profileId)) return { total: 0, posts: [] };
    return this.work.tenant(projectId, (tx) => this.posts.list(tx, filter));
  }
}
