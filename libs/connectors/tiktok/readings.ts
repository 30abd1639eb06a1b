import type { Readings } from '../kit/index.ts';
import { askCreator } from './creator.ts';
import { PRIVACY_LEVELS } from './schemas.ts';

/** What customers ask of an account before they write a post. */
export const readings = {
  /** As `GET /v1/tiktok/creator-info` tells it. Levels that TikTok may add are left out: no post can have them here. */
  creatorInfo: async (context, account) => {
    const creator = await askCreator(context, account);
    if ('kind' in creator) return creator;
    return {
      kind: 'reading',
      value: {
        creatorAvatarUrl: creator.creator_avatar_url ?? null,
        creatorUsername: creator.creator_username ?? null,
        creatorNickname: creator.creator_nickname ?? null,
        privacyLevelOptions: PRIVACY_LEVELS.filter((level) => creator.privacy_level_options.includes(level)),
        commentDisabled: creator.comment_disabled,
        duetDisabled: creator.duet_disabled,
        stitchDisabled: creator.stitch_disabled,
        maxVideoPostDurationSec: creator.max_video_post_duration_sec,
      },
    };
  },
} satisfies Readings;
