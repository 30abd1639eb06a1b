import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { idSchema } from './common.ts';

/** The account that is asked; without it the one that was connected first. */
const accountQuery = z.strictObject({ accountId: idSchema.optional().meta({ description: 'Default: the account of the platform that was connected first.' }) });

export const pinterestBoardsRoute = defineRoute({
  id: 'getPinterestBoards',
  method: 'GET',
  path: '/v1/pinterest/boards',
  service: 'publishing',
  access: { scope: 'connect.read' },
  tag: 'Pinterest',
  summary: 'The boards on which an account can pin',
  description: 'Asked at Pinterest each time; all pages of its list. The id of one is `platformSpecificData.boardId` of a post.',
  query: accountQuery,
  success: {
    status: 200,
    schema: z.object({
      success: z.literal(true),
      boards: z.array(z.object({ id: z.string(), name: z.string(), description: z.string().nullable(), privacy: z.string() })),
    }),
  },
  errors: ['integration.not_found', 'reading.failed'],
});

export const tiktokCreatorInfoRoute = defineRoute({
  id: 'getTikTokCreatorInfo',
  method: 'GET',
  path: '/v1/tiktok/creator-info',
  service: 'publishing',
  access: { scope: 'connect.read' },
  tag: 'TikTok',
  summary: 'What TikTok lets an account post now',
  description: 'Asked at TikTok each time, which allows 20 such calls a minute and account. Whoever offers "Post to TikTok" must show these choices and no others.',
  query: accountQuery,
  success: {
    status: 200,
    schema: z.object({
      success: z.literal(true),
      data: z.object({
        creatorAvatarUrl: z.string().nullable(),
        creatorUsername: z.string().nullable(),
        creatorNickname: z.string().nullable(),
        privacyLevelOptions: z.array(z.enum(['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'])),
        commentDisabled: z.boolean(),
        duetDisabled: z.boolean(),
        stitchDisabled: z.boolean(),
        maxVideoPostDurationSec: z.number().meta({ description: 'Seconds.' }),
      }),
    }),
  },
  errors: ['integration.not_found', 'reading.failed'],
});
