import { Controller, Inject } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import { pinterestBoardsRoute, tiktokCreatorInfoRoute, type Platform, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { ReadAccount } from '../../application/read-account.ts';

/** The readings that PostPeer has routes for. What a connector answers is held against the route's schema, like every answer. */
@Controller()
export class ReadingsController {
  constructor(@Inject(ReadAccount) private readonly readAccount: ReadAccount) {}

  @Route(pinterestBoardsRoute)
  async boards(@Input() { query }: RouteInput<typeof pinterestBoardsRoute>): Promise<RouteOutput<typeof pinterestBoardsRoute>> {
    return { success: true, boards: pinterestBoardsRoute.success.schema.shape.boards.parse(await this.#ask('pinterest', 'boards', query.accountId)) };
  }

  @Route(tiktokCreatorInfoRoute)
  async creatorInfo(@Input() { query }: RouteInput<typeof tiktokCreatorInfoRoute>): Promise<RouteOutput<typeof tiktokCreatorInfoRoute>> {
    return { success: true, data: tiktokCreatorInfoRoute.success.schema.shape.data.parse(await this.#ask('tiktok', 'creatorInfo', query.accountId)) };
  }

  async #ask(platform: Platform, reading: string, accountId: string | undefined): Promise<unknown> {
    const { projectId, mode } = callerKey();
    return orProblem(await this.readAccount.ask({ projectId, mode, platform, accountId, reading }));
  }
}
