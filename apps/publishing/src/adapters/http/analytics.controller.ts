import { Controller, Inject } from '@nestjs/common';
import { callerKey, isKnownToCaller, Input, orProblem, Route } from '@plaza/chassis';
import { analyticsRoute, PLATFORMS, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { ReadAnalytics } from '../../application/read-analytics.ts';

@Controller()
export class AnalyticsController {
  constructor(@Inject(ReadAnalytics) private readonly readAnalytics: ReadAnalytics) {}

  @Route(analyticsRoute)
  async read(@Input() { query }: RouteInput<typeof analyticsRoute>): Promise<RouteOutput<typeof analyticsRoute>> {
    const { projectId } = callerKey();
    const { postId, platform, page, limit, ...rest } = query;
    const platforms = (platform === undefined ? PLATFORMS : [platform]).filter(isKnownToCaller);
    const input = { ...rest, projectId, platforms, page, limit };
    if (postId !== undefined) {
      const post = orProblem(await this.readAnalytics.one({ ...input, postId }));
      return { success: true, post: { ...post, platforms: post.platforms.filter((one) => isKnownToCaller(one.platform)) } };
    }
    const { total, posts } = orProblem(await this.readAnalytics.list(input));
    return { success: true, total, page, limit, posts: [...posts] };
  }
}
