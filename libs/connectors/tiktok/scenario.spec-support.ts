import type { Scenario } from '../kit/scenario.spec-support.ts';
import { mediaFile } from '../kit/testbed.spec-support.ts';
import { errors } from './errors.ts';
import { tiktok as connector } from './index.ts';
import { tiktokSimulator } from './simulator.ts';

const photo = () => mediaFile({ type: 'image' });
const video = () => mediaFile({ type: 'video' });

export const tiktok: Scenario = {
  connector,
  simulator: tiktokSimulator,
  errors,
  examples: () => ({
    image: { text: 'A photo', media: [photo()] },
    images: { text: 'Photos', media: [photo(), photo(), photo()], options: { description: 'Text below', autoAddMusic: false } },
    video: { text: 'A video #tag', media: [video()], options: { disableDuet: true, isAigc: true } },
    visibility: { text: 'For friends', media: [video()], options: { privacyLevel: 'MUTUAL_FOLLOW_FRIENDS' } },
    cover: { text: 'Covered', media: [photo(), photo()], options: { photoCoverIndex: 1 } },
    platform_draft: { text: '', media: [video()], options: { draft: true } },
  }),
  settles: 'video',
  refusals: {
    account_restricted: 'user_banned',
    app_restricted: 'url_ownership_unverified',
    content_rejected: 'privacy_level_option_mismatch',
    media_rejected: 'invalid_file_upload',
    platform_error: 'invalid_publish_id',
    quota_exhausted: 'too_many_posts',
    rate_limited: 'rate_limit_exceeded',
    scope_missing: 'scope_not_authorized',
    token_expired: 'access_token_invalid',
  },
  missingPostId: '7400000000000000001',
};
